"""What a StarGAN is worth, on people that it never saw, judged by networks that never met it.

Choi et al. (CVPR 2018, section 5.4) judge made expressions by a classifier trained on real ones.
Here each face of the test people is asked for every expression and every other attribute; the
champions ``image_emotion`` and ``face_attributes`` say whether it is there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from storyface_assets.lib.classifiers.attributes import AttributeReader
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.dataset.picture_shards import PackedPictures
from storyface_assets.lib.dataset.pictures_in_memory import unlabelled
from storyface_assets.lib.measures import with_intervals
from storyface_assets.lib.stargan.editor import FaceEditor
from storyface_assets.lib.stargan.identity import same_person_shares
from storyface_assets.lib.stargan.label_vectors import (
    ATTRIBUTE_PART,
    ATTRIBUTES,
    EMOTIONS,
    HAIR,
    NAMES,
    emotion_vector,
)
from storyface_assets.lib.training.judges import judge_folder
from storyface_assets.vocabulary import FACE_EXPRESSIONS

_BATCH: Final = 16
#: At most so many faces are asked: everybody's, evenly.
_FACES: Final = 400
#: Pictures whose changed ones are looked for among real ones.
_ALIKE: Final = 100
#: What lies outside: beyond this distance from the crop's middle, in shares of its side.
_OUTSIDE: Final = 0.46


@dataclass(frozen=True)
class Judges:
    """Networks that judge made faces.

    Attributes:
        emotion: reads expressions.
        attributes: reads hair colour, gender and age.
    """

    emotion: EmotionClassifier
    attributes: AttributeReader

    @classmethod
    def load(cls, champions: Mapping[str, Path]) -> "Judges":
        """The champions ``image_emotion`` and ``face_attributes``.

        Raises:
            BadInput: one is missing or cannot be loaded.
        """
        return cls(
            EmotionClassifier.load(judge_folder(champions, "image_emotion")),
            AttributeReader.load(judge_folder(champions, "face_attributes")),
        )


def stargan_report(editor: FaceEditor, data: Path, judges: Judges) -> dict[str, Any]:
    """Figures for ``metrics.json``, on the test people.

    Args:
        editor: the model.
        data: what ``stargan_training_set`` stored.
        judges: that never trained with it.

    Returns:
        ``expression_success`` and ``attribute_success`` with intervals by person, each by what was
        asked; ``success`` (their mean); ``real`` (what the judges get right of real pictures);
        ``outside_change`` (mean grey levels away from the face);
        :func:`~storyface_assets.lib.stargan.identity.same_person_shares` of made expressions;
        counts.
    """
    faces = [PackedPictures(data / part / "test") for part in ("neutral", "custom")]
    expressions = _expressions(editor, faces, judges.emotion)
    celeba = PackedPictures(data / "celeba" / "test")
    attributes = _attributes(editor, celeba, judges.attributes)
    told = {"expression": expressions, "attribute": attributes}
    figures: dict[str, Any] = {}
    for name, asked in told.items():
        right = np.array([a.right for a in asked], float)
        share = partial(_mean_of, right)
        mean = with_intervals({f"{name}_success": share}, [a.person for a in asked])
        figures |= {key: round(value, 4) for key, value in mean.items()}
        whats = dict.fromkeys(a.what for a in asked)
        figures[f"{name}_by"] = {
            w: round(float(np.mean([a.right for a in asked if a.what == w])), 4) for w in whats
        }
        figures[f"{name}_asked"] = len(asked)
    figures["success"] = round(
        (figures["expression_success"] + figures["attribute_success"]) / 2, 4
    )
    figures |= _identity(editor, faces, judges.attributes)
    figures["outside_change"] = round(float(np.mean([a.outside for a in expressions])), 2)
    figures["people"] = len({a.person for asked in told.values() for a in asked})
    return figures


def stargan_figures(model: Path, data: Path, judges: Mapping[str, Path]) -> dict[str, float]:
    """The figures that a candidate and the champion are compared by, on the test people.

    Args:
        model: folder of a ``FaceEditor``.
        data: what ``stargan_training_set`` stored.
        judges: folders of the champions that measure, by name.

    Raises:
        BadInput: the model or a judge cannot be loaded.
    """
    report = stargan_report(FaceEditor.load(model), data, Judges.load(judges))
    return {name: v for name, v in report.items() if isinstance(v, int | float)}


@dataclass(frozen=True)
class _Asked:
    """One face that was asked for one thing."""

    person: str
    what: str
    right: bool
    outside: float


def _expressions(
    editor: FaceEditor, faces: list[PackedPictures], judge: EmotionClassifier
) -> list[_Asked]:
    asked = []
    for packed in faces:
        rows = _evenly(len(packed), _FACES // len(faces))
        persons = packed.index["person"].to_numpy(str)
        for emotion in EMOTIONS:
            vector = emotion_vector(emotion)
            before, after = _asked_for(editor, packed, rows, np.repeat(vector[None], len(rows), 0))
            told = judge.probabilities(unlabelled(after)).argmax(1)
            wanted, far = FACE_EXPRESSIONS.index(emotion.lower()), _outside(before, after)
            asked += [
                _Asked(persons[row], emotion, bool(t == wanted), float(f))
                for row, t, f in zip(rows, told, far, strict=True)
            ]
    return asked


def _attributes(editor: FaceEditor, packed: PackedPictures, judge: AttributeReader) -> list[_Asked]:
    asked = []
    persons = packed.index["person"].to_numpy(str)
    vectors = packed.index[list(NAMES)].to_numpy(np.float32)
    rows = _evenly(len(packed), _FACES)
    for what, mine, wanted in _wishes(vectors[rows]):
        some = rows[mine]
        if not len(some):
            continue
        before, after = _asked_for(editor, packed, some, wanted)
        told = judge.probabilities(unlabelled(after))
        right, far = _has(told, what, wanted), _outside(before, after)
        asked += [
            _Asked(persons[row], what, bool(r), float(f))
            for row, r, f in zip(some, right, far, strict=True)
        ]
    return asked


def _identity(
    editor: FaceEditor, faces: list[PackedPictures], reader: AttributeReader
) -> dict[str, float]:
    real = np.concatenate([packed.take(np.arange(len(packed))) for packed in faces])
    persons = np.concatenate([packed.index["person"].to_numpy(str) for packed in faces])
    rows = _evenly(len(real), _ALIKE)
    made = [
        editor.changed(real[some], np.repeat(emotion_vector(emotion)[None], len(some), 0))
        for emotion in EMOTIONS
        for some in np.array_split(rows, max(len(rows) // _BATCH, 1))
    ]
    told = same_person_shares(
        reader.embeddings(unlabelled(real)),
        persons,
        reader.embeddings(unlabelled(np.concatenate(made))),
        np.tile(rows, len(EMOTIONS)),
    )
    return {name: round(value, 4) for name, value in told.items()}


def _wishes(vectors: np.ndarray) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each edit: what is asked, of which rows, and the label vectors that ask for it."""
    for k, colour in enumerate(HAIR):
        mine = vectors[:, k] == 0
        wanted = vectors[mine].copy()
        wanted[:, : len(HAIR)] = 0
        wanted[:, k] = 1
        yield colour, mine, wanted
    for name in ("Male", "Young"):
        place = ATTRIBUTES.index(name)
        wanted = vectors.copy()
        wanted[:, place] = 1 - wanted[:, place]
        if name == "Young":
            # Without a colour the label asks for grey hair, which the young do not have.
            grey = (wanted[:, place] == 1) & ~wanted[:, : len(HAIR)].any(1)
            wanted[grey, HAIR.index("Black_Hair")] = 1
        yield name, np.ones(len(vectors), bool), wanted


def _has(told: np.ndarray, what: str, wanted: np.ndarray) -> np.ndarray:
    """Whether the judge sees what was asked; of hair colours the likeliest counts."""
    if what in HAIR:
        return np.asarray(told[:, : len(HAIR)].argmax(1) == HAIR.index(what))
    place = ATTRIBUTES.index(what)
    return np.asarray((told[:, place] > 0.5) == (wanted[:, ATTRIBUTE_PART][:, place] > 0.5))


def _asked_for(
    editor: FaceEditor, packed: PackedPictures, rows: np.ndarray, vectors: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    before = packed.take(rows)
    parts = [
        editor.changed(before[k : k + _BATCH], vectors[k : k + _BATCH])
        for k in range(0, len(rows), _BATCH)
    ]
    return before, np.concatenate(parts)


def _mean_of(values: np.ndarray, rows: np.ndarray) -> float:
    return float(values[rows].mean())


def _evenly(count: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


def _outside(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Mean change ``(N,)`` in grey levels in the crop's corners and edges."""
    side = before.shape[1]
    at = (np.arange(side) + 0.5) / side - 0.5
    far = np.hypot(at[:, None], at[None, :]) > _OUTSIDE
    change = np.abs(after.astype(np.float32) - before).mean(3)
    return np.asarray(change[:, far].mean(1))
