"""books/film: the finished film."""

import pandas as pd
from dagster import AssetExecutionContext, MaterializeResult

from storyface_assets.assets.declare import book_asset, model_key
from storyface_assets.lib.books import load_fields
from storyface_assets.lib.film import film_stills
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.production import make_film
from storyface_assets.lib.progress import Stopwatch, report_progress
from storyface_assets.lib.speech import Narration
from storyface_assets.lib.store import Folder
from storyface_assets.previews.pictures import fit_width, picture_row, read_picture
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import AI_LABEL, POOL_RENDER

_STILLS, _STILL_WIDTH = 5, 240


@book_asset(
    inputs=["book", "sentence_emotions", "heads", "narration"],
    deps=[model_key("open_head_champion")],
    kinds={"image", "numpy"},
    code_version="5",
    pool=POOL_RENDER,
)
def film(
    context: AssetExecutionContext,
    installation: Installation,
    book: Folder,
    sentence_emotions: pd.DataFrame,
    heads: Folder,
    narration: Folder,
) -> MaterializeResult[Folder]:
    """The narrated film: film.mp4, .srt, .vtt, .ass, poster.jpg, teaser.mp4 and report.json.

    The face takes the emotion of each sentence, the mouth follows the voice, and the picture
    carries the sentence and the notice that the film is made by AI.
    """
    watch, kept = Stopwatch(), Folder.scratch()
    manuscript = load_fields(book.path, context.partition_key)
    report = make_film(
        kept.path,
        manuscript,
        sentence_emotions,
        CharacterHead.load(heads.path),
        Narration.load(narration.path),
        installation.head_model(),
        lambda done, total: report_progress("frames", done, total),
        installation.settings.identity_dir,
    )
    poster = read_picture(report.poster)
    moments = [report.seconds * (i + 0.5) / _STILLS for i in range(_STILLS)]
    stills = film_stills(report.path, moments, _STILL_WIDTH)
    captions = [f"{at:.0f} s" for at in moments]
    return MaterializeResult(
        value=kept,
        metadata={
            "poster": picture_row([(manuscript.title, fit_width(poster, 480))]),
            "stills": picture_row(list(zip(captions, stills, strict=True))),
            "seconds of film": round(report.seconds, 2),
            "seconds of work": watch.seconds(),
            "seconds by stage": report.seconds_of,
            "milliseconds a frame": round(1000 * watch.seconds() / report.frames, 2),
            "frames": report.frames,
            "loudness (LUFS)": round(report.loudness, 1),
            "notice": AI_LABEL,
            "content credentials": report.credentials,
            "warnings": list(report.warnings),
        },
    )
