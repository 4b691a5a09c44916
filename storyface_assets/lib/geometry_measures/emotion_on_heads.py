"""Whether a head shows the emotion of its photo: what EMOCA measures (Danecek et al. 2022)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import torch

from storyface_assets.lib.characters.synthetic import synthetic_character
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.pictures_in_memory import unlabelled
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.shot_set import Shots, cast_of
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.geometry_measures.ways import HeadsByWay
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.measures import accuracy, with_intervals
from storyface_assets.lib.render import FrameState, HeadRenderer
from storyface_assets.lib.studio.people import sitter
from storyface_assets.lib.studio.stage import Models

#: The rows that are no way: the photo itself, and a head with the codes it was made from.
PHOTO: Final = "photo"
TRUTH: Final = "true codes"
_CELL: Final = (320, 360)
_READ_AT: Final = 160


def emotion_on_heads(
    shots: Shots,
    seed: int,
    found: HeadsByWay,
    models: Models,
    classifier: EmotionClassifier,
    landmarker: FaceLandmarker,
    photos: int = 4,
) -> dict[str, dict[str, Any]]:
    """What a classifier reads on photos and on heads with the expressions found in them.

    A head has its person's true shape, skin and hair and looks straight ahead in even light, so
    that nothing but the expression is judged.

    Args:
        shots: that were looked at.
        seed: of their set.
        found: in them.
        models: head and skin.
        classifier: reads the expressions; it never saw these people.
        landmarker: finds faces.
        photos: of each person, at most.

    Returns:
        For ``photo``, ``true codes`` and each way: ``accuracy`` against what was acted, and
        ``agreement`` with what is read in the photo, with intervals by person.

    Raises:
        BadInput: no face is found in any photo.
    """
    true = Codes.split(torch.from_numpy(shots.codes[found.rows])).expression.numpy()
    expressions = {TRUTH: true} | {
        way: heads.expression.numpy() for way, heads in found.heads.items()
    }
    crops: dict[str, list[np.ndarray]] = {name: [] for name in (PHOTO, *expressions)}
    used: list[int] = []
    for person in np.unique(shots.persons[found.rows]):
        places = np.flatnonzero(shots.persons[found.rows] == person)[:photos]
        seen = _photos(shots, found.rows[places], landmarker)
        drawn = _heads(int(person), seed, models, landmarker, expressions, places)
        if drawn is None or any(crop is None for crop in seen):
            continue
        crops[PHOTO] += [crop for crop in seen if crop is not None]
        for name, pictures in drawn.items():
            crops[name] += pictures
        used += found.rows[places].tolist()
    if not used:
        raise BadInput("head shots", "photos", "show no face.", "Make head_shots again.")
    labels, persons = shots.labels[used], [str(p) for p in shots.persons[used]]
    told = {
        name: classifier.probabilities(unlabelled(np.stack(pictures))).argmax(1)
        for name, pictures in crops.items()
    }
    return {name: _figures(read, labels, told[PHOTO], persons) for name, read in told.items()}


def _photos(shots: Shots, rows: np.ndarray, landmarker: FaceLandmarker) -> list[np.ndarray | None]:
    cut: list[np.ndarray | None] = []
    for row in rows:
        faces = landmarker.detect(shots.photos[row], quick=True)
        photo = shots.photos[row]
        cut.append(face_square(faces[0].landmarks).cut(photo, _READ_AT) if faces else None)
    return cut


def _heads(
    person: int,
    seed: int,
    models: Models,
    landmarker: FaceLandmarker,
    expressions: Mapping[str, np.ndarray],
    places: np.ndarray,
) -> dict[str, list[np.ndarray]] | None:
    """Crops of a person's heads; ``None`` if no face is found on the head at rest."""
    who = synthetic_character(sitter(seed, *cast_of(person)).person, models.head, models.albedo)
    renderer = HeadRenderer(models.head, who, build_accessories(models.head, who), _CELL)
    faces = landmarker.detect(renderer.render(FrameState(np.zeros(50, np.float32))), quick=True)
    if not faces:
        return None
    square = face_square(faces[0].landmarks)

    def crops(codes: np.ndarray) -> Iterator[np.ndarray]:
        for code in codes:
            picture = renderer.render(FrameState(code.astype(np.float32)))
            yield square.cut(picture, _READ_AT)

    return {name: list(crops(codes[places])) for name, codes in expressions.items()}


def _figures(
    read: np.ndarray, labels: np.ndarray, in_photo: np.ndarray, persons: list[str]
) -> dict[str, Any]:
    figures = with_intervals(
        {
            "accuracy": lambda rows: accuracy(labels[rows], read[rows]),
            "agreement": lambda rows: accuracy(in_photo[rows], read[rows]),
        },
        persons,
    )
    return {name: round(value, 4) for name, value in figures.items()} | {"photos": len(labels)}
