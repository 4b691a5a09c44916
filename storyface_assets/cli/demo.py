"""``storyface demo``: a sample book's film, with nothing to set up."""


def demo() -> None:
    """Make the film of the shortest sample book and print its path."""
    import typer

    from storyface_assets.cli.console import console
    from storyface_assets.cli.render import render_books
    from storyface_assets.cli.workplace import open_workplace
    from storyface_assets.lib.books import list_books
    from storyface_assets.lib.errors import BadInput
    from storyface_assets.lib.landmarks import fetch_models
    from storyface_assets.settings import Settings

    settings = Settings.find()
    books = list_books(settings.books_dir).books
    if not books:
        raise BadInput(settings.books_dir, "", "has no sample books.", "Check out data/books anew.")
    shortest = min(books, key=lambda slug: len(books[slug].story))
    fetch_models(settings.cache_dir, console.print)
    with open_workplace(settings) as place:
        failed = render_books(place, [shortest])
    raise typer.Exit(1 if failed else 0)
