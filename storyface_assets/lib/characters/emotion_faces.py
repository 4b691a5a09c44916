"""The character's face in every expression, made from the portrait by StarGAN."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.pictures_in_memory import unlabelled
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.stargan.editor import FaceEditor
from storyface_assets.lib.stargan.label_vectors import emotion_vector
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: Side of the crops, pixels: as the photo has it, within these.
_LEAST, _MOST = 128, 768
_FACTS: Final = "faces.json"


@dataclass(frozen=True, eq=False)
class EmotionFaces:
    """One face crop an expression; ``neutral`` is the portrait itself.

    Attributes:
        square: where the crops lie in the portrait.
        crops: ``{expression: (S, S, 3)}`` uint8 sRGB.
        told: ``{expression: (5,)}`` what the classifier reads in each, probabilities in the order
            of ``FACE_EXPRESSIONS``.
    """

    square: PixelSquare
    crops: dict[str, np.ndarray]
    told: dict[str, np.ndarray]

    def reads_as_meant(self, expression: str) -> bool:
        """Whether the classifier reads the expression that was asked for."""
        return FACE_EXPRESSIONS[int(self.told[expression].argmax())] == expression

    def in_photo(self, expression: str, rgb: np.ndarray) -> np.ndarray:
        """The portrait ``(H, W, 3)`` with this expression, at its own resolution."""
        return self.square.add_back(rgb, self.crops["neutral"], self.crops[expression])

    def facts(self) -> dict[str, dict[str, float | str]]:
        """For each expression: what it reads as, and how surely."""
        return {
            name: {
                "reads as": FACE_EXPRESSIONS[int(told.argmax())],
                "probability": round(float(told.max()), 3),
            }
            for name, told in self.told.items()
        }

    def save(self, folder: Path) -> None:
        """Write ``<expression>.png`` and ``faces.json`` into a folder."""
        for name, crop in self.crops.items():
            if not cv2.imwrite(str(folder / f"{name}.png"), crop[..., ::-1]):
                raise OSError(f"could not write {folder / name}.png")
        facts = {
            "square": [self.square.left, self.square.top, self.square.side],
            # Rounded, so that the last digit of a sum never makes a new data version.
            "told": {name: [round(float(p), 4) for p in told] for name, told in self.told.items()},
        }
        (folder / _FACTS).write_text(json.dumps(facts, indent=1), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "EmotionFaces":
        """Read what :meth:`save` wrote.

        Raises:
            BadInput: a file is missing or broken.
        """
        try:
            facts = json.loads((folder / _FACTS).read_text("utf-8"))
            square = PixelSquare(*map(int, facts["square"]))
            told = {name: np.array(facts["told"][name]) for name in FACE_EXPRESSIONS}
        except (OSError, ValueError, KeyError, TypeError) as error:
            problem = f"does not hold emotion faces ({error})."
            raise BadInput(folder, _FACTS, problem, "Materialize them again.") from error
        crops = {}
        for name in FACE_EXPRESSIONS:
            bgr = cv2.imread(str(folder / f"{name}.png"), cv2.IMREAD_COLOR)
            if bgr is None:
                raise BadInput(folder / f"{name}.png", "", "is broken.", "Materialize it again.")
            crops[name] = np.ascontiguousarray(bgr[..., ::-1])
        return cls(square, crops, told)


def make_emotion_faces(
    portrait: Portrait, editor: FaceEditor, classifier: EmotionClassifier
) -> EmotionFaces:
    """Ask StarGAN for every expression, and a classifier what has come of it.

    Args:
        portrait: the character's.
        editor: StarGAN.
        classifier: that did not train with it.
    """
    square = face_square(portrait.face.landmarks)
    neutral = square.cut(portrait.rgb, int(np.clip(square.side, _LEAST, _MOST)))
    others = [name for name in FACE_EXPRESSIONS if name != "neutral"]
    vectors = np.stack([emotion_vector(name) for name in others])
    made = editor.changed(np.repeat(neutral[None], len(others), 0), vectors)
    crops = {"neutral": neutral, **dict(zip(others, made, strict=True))}
    crops = {name: crops[name] for name in FACE_EXPRESSIONS}
    return EmotionFaces(square, crops, read_expressions(crops, classifier))


def read_expressions(
    pictures: Mapping[str, np.ndarray], classifier: EmotionClassifier
) -> dict[str, np.ndarray]:
    """What a classifier reads in each picture ``(S, S, 3)``: ``(5,)`` probabilities."""
    told = classifier.probabilities(unlabelled(np.stack(list(pictures.values()))))
    return dict(zip(pictures, told, strict=True))
