"""books/heads: the person's 3D head with its five expressions."""

import json

import cv2
import numpy as np
from dagster import MaterializeResult

from storyface_assets.assets.declare import book_asset, model_key
from storyface_assets.lib.characters import Look, Portrait, expression_sheet
from storyface_assets.lib.fit import character_from_fit, fit_photo
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder
from storyface_assets.previews.pictures import picture_row
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import FACE_EXPRESSIONS, POOL_RENDER


@book_asset(
    inputs=["portrait", "character"],
    deps=[model_key("open_head_champion")],
    kinds={"pytorch", "image"},
    code_version="2",
    pool=POOL_RENDER,
)
def heads(
    installation: Installation, portrait: Folder, character: Folder
) -> MaterializeResult[Folder]:
    """The head model fitted to the photo: codes, texture, hair and the codes of five expressions.

    Metadata has the fit's residual (relative to the eye distance) and the seconds of each stage.
    """
    watch, model = Stopwatch(), installation.head_model()
    photo, look = Portrait.load(portrait.path), Look.load(character.path)
    fit = fit_photo(photo.rgb, photo.face, model, installation.skins(), look.gender, look.age)
    head = character_from_fit(fit, model, look.hair)
    sheet = expression_sheet(model, head, build_accessories(model, head))
    faces = np.split(sheet, len(FACE_EXPRESSIONS), axis=1)
    kept = Folder.scratch()
    head.save(kept.path)
    cv2.imwrite(str(kept.path / "expressions.png"), sheet[..., ::-1])
    # Rounded, so that the last digit of a sum never makes a new data version.
    facts = {"landmark_residual": round(float(fit.landmark_residual), 6)}
    (kept.path / "fit.json").write_text(json.dumps(facts), "utf-8")
    return MaterializeResult(
        value=kept,
        metadata={
            "expressions": picture_row(list(zip(FACE_EXPRESSIONS, faces, strict=True))),
            "portrait and head": picture_row([("photo", photo.close_up()), ("head", faces[0])]),
            "landmark residual": facts["landmark_residual"],
            "seconds of work": watch.seconds(),
            "seconds by stage": {stage: round(s, 3) for stage, s in fit.seconds.items()},
        },
    )
