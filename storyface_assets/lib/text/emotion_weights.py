"""The emotion model's file: a folder with weights, vocabulary, settings and card."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.embedding import EMBEDDING_NAME
from storyface_assets.lib.text.emotion_features import FeatureSpace
from storyface_assets.vocabulary import TEXT_EMOTIONS

WEIGHTS_FILE = "model.safetensors"
CONFIG_FILE = "config.json"
VOCABULARY_FILE = "vocabulary.txt"
_MEND = "Take the folder again from the project, or run storyface_assets.worker.train_text_emotion."


@dataclass(frozen=True)
class EmotionWeights:
    """A linear model of emotion and intensity over a feature space.

    Attributes:
        space: the features it reads.
        emotion_weight: ``(space.width, 6)``, columns in TEXT_EMOTIONS order.
        emotion_bias: ``(6,)``.
        intensity_weight: ``(space.width, 1)``.
        intensity_bias: mean intensity of the training sentences.
        temperature: divides the scores before the softmax (calibration).
        threshold: a best probability below this reads as 중립.
    """

    space: FeatureSpace
    emotion_weight: np.ndarray
    emotion_bias: np.ndarray
    intensity_weight: np.ndarray
    intensity_bias: float
    temperature: float
    threshold: float

    def save(self, folder: Path) -> None:
        """Write weights, vocabulary and settings into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {
            "emotion.weight": self.emotion_weight,
            "emotion.bias": self.emotion_bias,
            "intensity.weight": self.intensity_weight,
            "term_rarity": self.space.term_rarity,
            "letter_rarity": self.space.letter_rarity,
        }
        save_file(
            {name: np.ascontiguousarray(t, np.float32) for name, t in tensors.items()},
            folder / WEIGHTS_FILE,
        )
        (folder / VOCABULARY_FILE).write_text("\n".join(self.space.vocabulary) + "\n", "utf-8")
        config = {
            "format": 1,
            "emotions": TEXT_EMOTIONS,
            "embedding": EMBEDDING_NAME,
            "temperature": round(self.temperature, 4),
            "threshold": self.threshold,
            "intensity_bias": round(self.intensity_bias, 4),
        }
        text = json.dumps(config, ensure_ascii=False, indent=1) + "\n"
        (folder / CONFIG_FILE).write_text(text, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "EmotionWeights":
        """Read what ``save`` wrote.

        Raises:
            BadInput: a file is missing or broken, or made for other emotions or embeddings.
        """
        try:
            config = json.loads((folder / CONFIG_FILE).read_text("utf-8"))
            vocabulary = tuple((folder / VOCABULARY_FILE).read_text("utf-8").split("\n")[:-1])
            tensors = load_file(folder / WEIGHTS_FILE)
            weights = cls(
                FeatureSpace(vocabulary, tensors["term_rarity"], tensors["letter_rarity"]),
                tensors["emotion.weight"],
                tensors["emotion.bias"],
                tensors["intensity.weight"],
                float(config["intensity_bias"]),
                float(config["temperature"]),
                float(config["threshold"]),
            )
            emotions, embedding = tuple(config["emotions"]), config["embedding"]
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise BadInput(folder, "", f"is not an emotion model ({error}).", _MEND) from error
        if emotions != TEXT_EMOTIONS or embedding != EMBEDDING_NAME:
            raise BadInput(
                folder / CONFIG_FILE, "emotions, embedding", "belong to another model.", _MEND
            )
        if weights.emotion_weight.shape != (weights.space.width, len(TEXT_EMOTIONS)):
            raise BadInput(
                folder / WEIGHTS_FILE,
                "emotion.weight",
                f"has shape {weights.emotion_weight.shape}; the vocabulary asks for "
                f"({weights.space.width}, {len(TEXT_EMOTIONS)}).",
                _MEND,
            )
        return weights
