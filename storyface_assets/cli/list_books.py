"""``storyface list``: the books and whether their films are up to date."""


def list_books() -> None:
    """List the books with the state of their films."""
    from rich.table import Table
    from rich.text import Text

    from storyface_assets.automation.observe import observe_books
    from storyface_assets.cli.console import console
    from storyface_assets.cli.workplace import open_workplace
    from storyface_assets.lib.books import read_book
    from storyface_assets.settings import Settings

    settings = Settings.find()
    table = Table("book", "title", "film", box=None, header_style="bold")
    with open_workplace(settings) as place:
        seen = observe_books(place.instance, settings.books_dir)
        for slug in seen.slugs:
            due = place.staleness.due(slug)
            film = settings.films_dir / f"{slug}.mp4"
            state = Text(str(film) if film.exists() else "—")
            if due and film.exists():
                reasons = ", ".join(sorted(set(due.values())))
                state.append(f"  out of date ({reasons})", "yellow")
            table.add_row(slug, Text(read_book(settings.books_dir / slug).title), state)
        for slug, error in seen.bad.items():
            table.add_row(slug, "—", Text(str(error), "red"))
    console.print(table if table.row_count else f"No books in {settings.books_dir} yet.")
