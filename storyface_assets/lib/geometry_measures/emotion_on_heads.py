"""Whether a head shows the emotion of its photo: what EMOCA measures (Danecek et al. 2022)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import torch

from storyface_assets.lib.characters.synthetic import synthetic_character
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.pictures_in_memory import unlabelled
from storyface_assets.lib.deca.codes import EXPRESSION
from storyface_assets.lib.deca.detail_reader import DetailReader
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.known_relief import KnownRelief
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
WRINKLED_TRUTH: Final = "true codes, wrinkled"
#: The way that is also judged with its wrinkles: a book's usual one.
DETAILED: Final = "auto"
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
    detail: DetailReader | None = None,
) -> dict[str, dict[str, Any]]:
    """What a classifier reads on photos and on heads with the expressions found in them.

    A head has its person's true shape, skin and hair and looks straight ahead in even light, so
    that nothing but the expression is judged. Its skin is smooth but in the rows that say
    otherwise.

    Args:
        shots: that were looked at.
        seed: of their set.
        found: in them.
        models: head and skin.
        classifier: reads the expressions; it never saw these people.
        landmarker: finds faces.
        photos: of each person, at most.
        detail: DETAILED's way is also judged with the wrinkles that this reads in the photo.

    Returns:
        For ``photo``, ``true codes`` without and with the true wrinkles, each way and, with a
        detail stage, ``auto, wrinkled``:
        ``accuracy`` against what was acted, and ``agreement`` with what is read in the photo, with
        intervals by person.

    Raises:
        BadInput: no face is found in any photo.
    """
    shown = _shown(shots, seed, found, models, detail)
    crops: dict[str, list[np.ndarray]] = {name: [] for name in (PHOTO, *shown)}
    used: list[int] = []
    for person in np.unique(shots.persons[found.rows]):
        places = np.flatnonzero(shots.persons[found.rows] == person)[:photos]
        seen = _photos(shots, found.rows[places], landmarker)
        drawn = _heads(int(person), seed, models, landmarker, shown, places)
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
    shown: Mapping[str, "_Shown"],
    places: np.ndarray,
) -> dict[str, list[np.ndarray]] | None:
    """Crops of a person's heads; ``None`` if no face is found on the head at rest."""
    # Wrinkles that are painted on the skin would be there in every expression.
    sat = replace(sitter(seed, *cast_of(person)).person, wrinkles=0.0)
    who = synthetic_character(sat, models.head, models.albedo)
    renderer = HeadRenderer(models.head, who, build_accessories(models.head, who), _CELL)
    faces = landmarker.detect(renderer.render(FrameState(np.zeros(50, np.float32))), quick=True)
    if not faces:
        return None
    square = face_square(faces[0].landmarks)

    def crop(code: np.ndarray, displacement: np.ndarray | None) -> np.ndarray:
        state = FrameState(code.astype(np.float32), displacement=displacement)
        return square.cut(renderer.render(state), _READ_AT)

    return {name: [crop(*show(place)) for place in places] for name, show in shown.items()}


#: Expression code and displacement of one of the photos that were looked at, by its place.
_Shown = Callable[[int], tuple[np.ndarray, np.ndarray | None]]


def _shown(
    shots: Shots, seed: int, found: HeadsByWay, models: Models, detail: DetailReader | None
) -> dict[str, _Shown]:
    """What is drawn in each row."""
    codes = {TRUTH: shots.codes[found.rows][:, EXPRESSION]}
    codes |= {way: heads.expression.numpy() for way, heads in found.heads.items()}
    relief, persons = KnownRelief(models.head, seed), shots.persons[found.rows]

    def smooth(name: str) -> _Shown:
        return lambda place: (codes[name][place], None)

    def truly(place: int) -> tuple[np.ndarray, np.ndarray]:
        code = codes[TRUTH][place]
        return code, relief.of(int(persons[place])).displacement(code[None])[0]

    rows: dict[str, _Shown] = {name: smooth(name) for name in codes} | {WRINKLED_TRUTH: truly}
    if detail and DETAILED in codes:
        read = encoded(detail.encoder, shots.photos[found.rows], torch.device("cpu")).numpy()

        def detailed(place: int) -> tuple[np.ndarray, np.ndarray]:
            code = codes[DETAILED][place]
            return code, detail.displacement(read[place], code[None])[0] * relief.mask

        rows[f"{DETAILED}, wrinkled"] = detailed
    return rows


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
