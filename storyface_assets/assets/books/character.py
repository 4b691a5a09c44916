"""books/character: the person's look, from wishes and photo."""

from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.declare import book_asset
from storyface_assets.lib.books import load_fields
from storyface_assets.lib.characters import Look, Portrait, resolve_look
from storyface_assets.lib.store import Folder


@book_asset(inputs=["book", "portrait"], kinds={"json"}, code_version="2")
def character(
    context: AssetExecutionContext, book: Folder, portrait: Folder
) -> MaterializeResult[Folder]:
    """Hair, gender and age of the character: the wishes of book.toml, else what the photo shows.

    The photo itself is not changed yet; editing it by attributes is StarGAN's part, to come.
    """
    wish = load_fields(book.path, context.partition_key).character
    look = resolve_look(wish, Portrait.load(portrait.path))
    kept = Folder.scratch()
    look.save(kept.path)
    return MaterializeResult(value=kept, metadata=_facts(look))


def _facts(look: Look) -> dict[str, str]:
    return {
        "hair": f"{look.hair.style}, rgb{look.hair.colour}",
        "gender": look.gender or "not said",
        "age": str(look.age) if look.age is not None else "not said",
        "sources": ", ".join(f"{part}: {source}" for part, source in look.sources.items()),
        "photo": "unchanged (no attribute editing yet)",
    }
