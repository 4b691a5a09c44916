"""books/heads: the person's 3D head with its five expressions."""

import json

import cv2
import numpy as np
from dagster import MaterializeResult

from storyface_assets.assets.declare import book_asset, model_key
from storyface_assets.lib.characters import Look, Portrait, expression_sheet
from storyface_assets.lib.characters.deca_sheet import COLUMNS, deca_sheet
from storyface_assets.lib.characters.emotion_faces import EmotionFaces
from storyface_assets.lib.characters.find_head import HeadModels, find_character_head
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder
from storyface_assets.previews.pictures import fit_width, picture_row
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import FACE_EXPRESSIONS, POOL_RENDER

_MODELS = ("open_head", "image_emotion", "face_geometry")


@book_asset(
    inputs=["character", "emotion_faces"],
    deps=[model_key(f"{name}_champion") for name in _MODELS],
    kinds={"pytorch", "image"},
    code_version="5",
    pool=POOL_RENDER,
)
def heads(
    installation: Installation, character: Folder, emotion_faces: Folder
) -> MaterializeResult[Folder]:
    """The portrait's head: codes, texture, hair, and five expressions' codes and wrinkles.

    Found by DECA's encoder, by fitting or by both, as the book wishes (``geometry``). Identity and
    texture come from the portrait, expressions from the emotion faces; where one of these cannot
    be read, the head keeps the archetype, and metadata says so. It also has the fit's residual
    (relative to the eye distance) and the seconds of each stage.
    """
    watch, photo = Stopwatch(), Portrait.load(character.path)
    stargan, look = EmotionFaces.load(emotion_faces.path), Look.load(character.path)
    models = _models(installation, look)
    found = find_character_head(photo, stargan, look, models)
    head, fit = found.head, found.fit
    sheet = expression_sheet(models.head, head, found.accessories)
    stages = deca_sheet(photo, stargan, fit, head, models.head, models.landmarker).picture()
    faces = np.split(sheet, len(FACE_EXPRESSIONS), axis=1)
    kept = Folder.scratch()
    head.save(kept.path)
    cv2.imwrite(str(kept.path / "expressions.png"), sheet[..., ::-1])
    cv2.imwrite(str(kept.path / "deca.png"), stages[..., ::-1])
    # Rounded, so that the last digit of a sum never makes a new data version.
    residual = round(float(fit.landmark_residual), 6)
    facts = {
        "geometry": fit.geometry,
        "landmark_residual": residual,
        "expressions": {name: source.kind for name, source in found.sources.items()},
    }
    (kept.path / "fit.json").write_text(json.dumps(facts), "utf-8")
    return MaterializeResult(
        value=kept,
        metadata={
            "expressions": picture_row(list(zip(FACE_EXPRESSIONS, faces, strict=True))),
            "expressions from": {n: f"{s.kind}: {s.why}" for n, s in found.sources.items()},
            "portrait and head": picture_row([("portrait", photo.close_up()), ("head", faces[0])]),
            "portrait and faces": picture_row([(", ".join(COLUMNS), fit_width(stages, 840))]),
            "geometry": fit.geometry,
            "wrinkles": found.wrinkles,
            "landmark residual": residual,
            "seconds of work": watch.seconds(),
            "seconds by stage": {stage: round(s, 3) for stage, s in fit.seconds.items()},
        },
    )


def _models(installation: Installation, look: Look) -> HeadModels:
    alone = look.geometry == "fit"  # then weights that cannot be read stop nothing
    return HeadModels(
        installation.head_model(),
        installation.skins(),
        installation.landmarker(),
        installation.emotion_classifier(),
        None if alone else installation.head_encoder(),
        None if alone else installation.detail_reader(),
    )
