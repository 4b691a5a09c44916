"""``storyface heads``: the person of a book for Blender, Unity and other 3D programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from storyface_assets.cli.workplace import Workplace


def heads(
    books: Annotated[list[str], typer.Argument(help="Slugs, as storyface list says.")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where to put a folder a book; data/heads if left out. What lies elsewhere,"
            " storyface remove does not find."
        ),
    ] = None,
) -> None:
    """Write the head as head.glb (morph targets, animations) and as OBJ files with textures.

    Only what is out of date is made; no film is needed.
    """
    from storyface_assets.cli.workplace import open_workplace
    from storyface_assets.settings import Settings

    settings = Settings.find()
    with open_workplace(settings) as place:
        failed = make_heads(place, books, out or settings.heads_dir)
    raise typer.Exit(1 if failed else 0)


def make_heads(place: "Workplace", slugs: list[str], shelf: Path) -> int:
    """Make and lay out the files of books' heads, one bad book not stopping the others.

    Args:
        place: the workplace.
        slugs: the books.
        shelf: gets a folder a book.

    Returns:
        How many books failed.

    Raises:
        BadInput: a slug that names no book.
    """
    from storyface_assets.assets.declare import book_key
    from storyface_assets.automation.catalog import refresh_champions
    from storyface_assets.automation.rendering import render_book
    from storyface_assets.cli.console import console, tell_done, tell_error
    from storyface_assets.cli.progress import BookProgress
    from storyface_assets.cli.render import look_at_books
    from storyface_assets.definitions import build_staleness
    from storyface_assets.lib.heads.export import lay_out_heads
    from storyface_assets.resources.installation import Installation

    key = book_key("head_files")
    seen = look_at_books(place, slugs)
    errors = {slug: str(error) for slug, error in seen.bad.items()}
    if weights := refresh_champions(place.defs, place.instance, place.settings):
        errors["models"] = weights
    due = build_staleness(place.settings, place.defs, place.instance, wanted=key)
    for slug in seen.slugs:
        with BookProgress(console, slug) as progress:
            made = render_book(place.defs, place.instance, due, slug, listener=progress.asset)
        if made.error:
            errors[slug] = made.error
            continue
        try:
            lay_out_heads(Installation.of(place.settings).load(key, slug).path, shelf / slug)
        except OSError as error:
            errors[slug] = f"cannot be laid out in {shelf / slug} ({error.strerror or error})."
        else:
            tell_done(str(shelf / slug))
    for slug, problem in errors.items():
        tell_error(f"{slug}: {problem}")
    return len(errors)
