"""books/heads: the person's 3D head with its five expressions."""

import json

import cv2
import numpy as np
from dagster import MaterializeResult

from storyface_assets.assets.declare import book_asset, model_key
from storyface_assets.lib.characters import Look, Portrait, expression_sheet
from storyface_assets.lib.characters.emotion_faces import EmotionFaces
from storyface_assets.lib.characters.face_expressions import expressions_of_faces
from storyface_assets.lib.characters.fit_portrait import fit_portrait
from storyface_assets.lib.characters.wrinkles import with_wrinkles
from storyface_assets.lib.fit import character_from_fit
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.progress import Stopwatch
from storyface_assets.lib.store import Folder
from storyface_assets.previews.pictures import picture_row
from storyface_assets.resources.installation import Installation
from storyface_assets.vocabulary import FACE_EXPRESSIONS, POOL_RENDER

_MODELS = ("open_head", "image_emotion", "face_geometry")


@book_asset(
    inputs=["character", "emotion_faces"],
    deps=[model_key(f"{name}_champion") for name in _MODELS],
    kinds={"pytorch", "image"},
    code_version="4",
    pool=POOL_RENDER,
)
def heads(
    installation: Installation, character: Folder, emotion_faces: Folder
) -> MaterializeResult[Folder]:
    """The portrait's head: codes, texture, hair, and five expressions' codes.

    Found by DECA's encoder, by fitting or by both, as the book wishes (``geometry``). Identity and
    texture come from the portrait, expressions from the emotion faces; where one of these cannot
    be read, the head keeps the archetype, and metadata says so. It also has the fit's residual
    (relative to the eye distance) and the seconds of each stage.
    """
    watch, model = Stopwatch(), installation.head_model()
    photo, look = Portrait.load(character.path), Look.load(character.path)
    encoder = installation.head_encoder() if look.geometry != "fit" else None
    fit = fit_portrait(photo, look, model, installation.skins(), encoder)
    head = character_from_fit(fit, model, look.hair)
    accessories = build_accessories(model, head)
    head, sources = expressions_of_faces(
        head,
        EmotionFaces.load(emotion_faces.path),
        photo,
        fit,
        model,
        accessories,
        installation.landmarker(),
        installation.emotion_classifier(),
        encoder,
        look.geometry,
    )
    detail = installation.detail_reader() if look.geometry != "fit" else None
    if detail:
        head = with_wrinkles(head, photo, fit, detail)
    sheet = expression_sheet(model, head, accessories)
    faces = np.split(sheet, len(FACE_EXPRESSIONS), axis=1)
    kept = Folder.scratch()
    head.save(kept.path)
    cv2.imwrite(str(kept.path / "expressions.png"), sheet[..., ::-1])
    # Rounded, so that the last digit of a sum never makes a new data version.
    residual = round(float(fit.landmark_residual), 6)
    facts = {
        "geometry": fit.geometry,
        "landmark_residual": residual,
        "expressions": {name: source.kind for name, source in sources.items()},
    }
    (kept.path / "fit.json").write_text(json.dumps(facts), "utf-8")
    return MaterializeResult(
        value=kept,
        metadata={
            "expressions": picture_row(list(zip(FACE_EXPRESSIONS, faces, strict=True))),
            "expressions from": {n: f"{s.kind}: {s.why}" for n, s in sources.items()},
            "portrait and head": picture_row([("portrait", photo.close_up()), ("head", faces[0])]),
            "geometry": fit.geometry,
            "landmark residual": residual,
            "seconds of work": watch.seconds(),
            "seconds by stage": {stage: round(s, 3) for stage, s in fit.seconds.items()},
        },
    )
