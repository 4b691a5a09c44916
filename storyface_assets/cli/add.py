"""``storyface add``: make a book folder of a story and a photo."""

from pathlib import Path
from typing import Annotated, Any, cast

import typer


def add(
    story: Annotated[Path, typer.Argument(help="Story file (.txt, .md) or folder of pages.")],
    portrait: Annotated[Path, typer.Option("--portrait", "-p", help="Front photo.")],
    title: Annotated[str | None, typer.Option(help="Else the story's own heading.")] = None,
    consent: Annotated[str | None, typer.Option(help="Who agreed to the photo's use.")] = None,
    synthetic: Annotated[bool, typer.Option(help="The portrait was rendered.")] = False,
    author: Annotated[str | None, typer.Option(help="Else from the story's credits.")] = None,
    licence: Annotated[str | None, typer.Option(help="Else from the story's credits.")] = None,
    hair_style: Annotated[
        str | None, typer.Option(help="short, bob, long, ponytail …; else as the photo shows.")
    ] = None,
    hair_colour: Annotated[
        str | None, typer.Option(help="black, brown, grey …; else as the photo shows.")
    ] = None,
    gender: Annotated[str | None, typer.Option(help="female or male; never guessed.")] = None,
    age: Annotated[int | None, typer.Option(help="Years; never guessed.")] = None,
    become: Annotated[
        str | None,
        typer.Option(help="Tell it as: female young, male young, female old or male old."),
    ] = None,
    replace: Annotated[bool, typer.Option(help="Replace a book of the same title.")] = False,
) -> None:
    """Add a book: check the story and the photo, and lay out its folder under data/books."""
    from storyface_assets.cli.console import console, tell_done, tell_warning
    from storyface_assets.lib.books import CharacterWish, add_book
    from storyface_assets.settings import Settings

    added = add_book(
        Settings.find().books_dir,
        story,
        portrait,
        title,
        consent=consent,
        synthetic=synthetic,
        author=author,
        licence=licence,
        # The folder's own rules check the wishes, whatever their type here.
        character=CharacterWish(
            portrait.name,
            hair_style=hair_style,
            hair_colour=hair_colour,
            gender=cast(Any, gender),
            age=age,
            become=cast(Any, become),
        ),
        replace_book=replace,
    )
    for warning in added.warnings:
        tell_warning(warning)
    tell_done(str(added.folder))
    console.print(f"Make its film with: [bold]storyface render {added.folder.name}[/]")
