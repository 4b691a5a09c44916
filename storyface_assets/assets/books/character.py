"""books/character: the person's look and portrait, from wishes and photo."""

from typing import Any

from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.declare import book_asset, model_key
from storyface_assets.lib.books import load_fields
from storyface_assets.lib.characters import Look, Portrait, resolve_look
from storyface_assets.lib.characters.become import become
from storyface_assets.lib.store import Folder
from storyface_assets.previews.pictures import fit_width, picture_row
from storyface_assets.resources.installation import Installation


@book_asset(
    inputs=["book", "portrait"],
    deps=[model_key("stargan_champion"), model_key("face_attributes_champion")],
    kinds={"pytorch", "image", "json"},
    code_version="6",
)
def character(
    context: AssetExecutionContext, installation: Installation, book: Folder, portrait: Folder
) -> MaterializeResult[Folder]:
    """Hair, gender and age of the character: the wishes of book.toml, else what the photo shows.

    Where the book wishes the character to ``become`` another gender or age, StarGAN changes the
    portrait so; else the portrait is the photo.
    """
    wish = load_fields(book.path, context.partition_key).character
    photo = Portrait.load(portrait.path)
    facts: dict[str, Any] = {"portrait": "the photo as it is"}
    if wish.become:
        changed = become(
            photo,
            wish,
            installation.face_editor(),
            installation.attribute_reader(),
            installation.landmarker(),
            resolve_look(wish, photo).hair.style == "bald",
        )
        pictures = {"photo": photo, wish.become: changed.portrait}
        row = [(name, fit_width(one.close_up(), 300)) for name, one in pictures.items()]
        facts = {"portrait": changed.facts(), "picture": picture_row(row)}
        photo = changed.portrait
    look, kept = resolve_look(wish, photo), Folder.scratch()
    look.save(kept.path)
    photo.save(kept.path)
    return MaterializeResult(value=kept, metadata=_facts(look) | facts)


def _facts(look: Look) -> dict[str, str]:
    return {
        "hair": f"{look.hair.style}, rgb{look.hair.colour}",
        "gender": look.gender or "not said",
        "age": str(look.age) if look.age is not None else "not said",
        "sources": ", ".join(f"{part}: {source}" for part, source in look.sources.items()),
    }
