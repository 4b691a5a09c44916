"""books/portrait: the photo, checked, with the face's landmarks."""

from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.books.sources import PHOTO
from storyface_assets.assets.declare import book_asset
from storyface_assets.lib.books import read_book
from storyface_assets.lib.characters import read_portrait
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder
from storyface_assets.previews.pictures import fit_width, picture_row
from storyface_assets.resources.installation import Installation


@book_asset(kinds={"image", "numpy"}, code_version="1", deps=[PHOTO])
def portrait(
    context: AssetExecutionContext, installation: Installation
) -> MaterializeResult[Folder]:
    """The front photo, turned upright and checked, with the largest face's 478 landmarks.

    Depends on no text: a changed story leaves it alone.
    """
    watch, folder = Stopwatch(), installation.book_folder(context.partition_key)
    path = folder / read_book(folder).character.portrait
    checked = read_portrait(path, installation.landmarker())
    kept = Folder.scratch()
    checked.save(kept.path)
    picture = fit_width(checked.with_landmarks(), 360)
    return MaterializeResult(
        value=kept,
        metadata={
            **checked.facts(),
            "seconds of work": watch.seconds(),
            "picture": picture_row([("landmarks", picture)]),
        },
    )
