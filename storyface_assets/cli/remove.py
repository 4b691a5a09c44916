"""``storyface remove``: withdraw a book."""

import sys
from typing import Annotated

import typer


def remove(
    book: Annotated[str, typer.Argument(help="Slug, as storyface list says.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a book for good: its folder with the photo, its film, and all that was made of it."""
    from storyface_assets.automation.catalog import refresh_catalog
    from storyface_assets.automation.removal import require_known_book, withdraw_book
    from storyface_assets.cli.console import tell_done, tell_error
    from storyface_assets.cli.workplace import open_workplace
    from storyface_assets.lib.books import require_slug
    from storyface_assets.lib.errors import BadInput
    from storyface_assets.settings import Settings

    settings = Settings.find()
    require_slug(book, "book")
    with open_workplace(settings) as place:
        require_known_book(place.instance, settings, book)
        if not yes:
            if not sys.stdin.isatty():
                problem = "is not deleted without a person's word."
                raise BadInput(book, "", problem, "Say --yes where nobody can be asked.")
            question = f"Delete {book}, its photo and its film for good?"
            typer.confirm(question, abort=True)
        withdraw_book(place.defs, place.instance, settings, book)
        tell_done(f"{book} is deleted.")
        page = refresh_catalog(place.defs, place.instance, settings, (), force=True)
    if page:
        tell_error(f"the page of films: {page}")
        raise typer.Exit(1)
