"""The trained model in a folder, and the reading of a story by it."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn
from transformers import AutoConfig, AutoModel

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.state_dicts import load_weights, save_weights
from storyface_assets.lib.text.emotion_reader import NEUTRAL, EmotionReading, softmax
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.transformer.encoding import Window, encode
from storyface_assets.lib.text.transformer.int8 import in_int8
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.predict import predict
from storyface_assets.lib.text.transformer.tokens import Special, Tokens
from storyface_assets.vocabulary import TEXT_EMOTIONS

CONFIG_NAME: Final = "config.json"
WEIGHTS_NAME: Final = "model.safetensors"
#: What ``config.json`` says of this kind of model.
KIND: Final = "transformer"
_MEND: Final = (
    "Take the whole folder again, or run storyface_assets.worker.train_text_emotion_research."
)


@dataclass(frozen=True)
class Reading:
    """How the network's answers are used.

    Attributes:
        window: how much of the story an input holds.
        temperature: divides the scores before the softmax (Guo et al. 2017).
        threshold: a best probability below this reads as 중립.
        int8: whether a CPU computes in 8-bit integers.
    """

    window: Window
    temperature: float = 1.0
    threshold: float = 0.0
    int8: bool = False


class TransformerReader:
    """Reads the emotion of each sentence with as much of its story as it was trained with.

    Args:
        network: trained.
        tokens: its tokeniser.
        how: see :class:`Reading`.
    """

    def __init__(self, network: EmotionNetwork, tokens: Tokens, how: Reading) -> None:
        self.network, self.tokens, self.how = network.eval(), tokens, how
        on_cpu = next(network.parameters()).device.type == "cpu"
        self._run: nn.Module = in_int8(network) if how.int8 and on_cpu else network

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> "TransformerReader":
        """What :meth:`save` wrote.

        Raises:
            BadInput: files are missing, damaged or of another model, or for other emotions.
        """
        path = folder / CONFIG_NAME
        try:
            config: dict[str, Any] = json.loads(path.read_text("utf-8"))
            kind, emotions = config["kind"], tuple(config["emotions"])
            how = Reading(
                Window(**config["window"]),
                float(config["temperature"]),
                float(config["threshold"]),
                bool(config["int8"]),
            )
            special, network = Special(**config["special"]), _network_of(config["encoder"])
        except Exception as error:  # what transformers raises for other settings is not said
            raise BadInput(path, "", f"is of no such model ({error}).", _MEND) from error
        if kind != KIND or emotions != TEXT_EMOTIONS:
            raise BadInput(path, "kind, emotions", "belong to another model.", _MEND)
        if not (how.temperature > 0 and math.isfinite(how.temperature)):
            raise BadInput(path, "temperature", f"is {how.temperature}.", _MEND)
        tokens = Tokens.load(folder, special, _MEND)
        if tokens.size > (known := network.encoder.config.vocab_size):
            problem = f"has {tokens.size} pieces, the network {known}."
            raise BadInput(folder, "tokenizer.json", problem, _MEND)
        load_weights(network, folder / WEIGHTS_NAME, _MEND)
        return cls(network.to(device), tokens, how)

    def save(self, folder: Path) -> None:
        """Write weights (in half precision), tokeniser and settings."""
        folder.mkdir(parents=True, exist_ok=True)
        save_weights(self.network, folder / WEIGHTS_NAME)
        self.tokens.save(folder)
        config = {
            "kind": KIND,
            "emotions": list(TEXT_EMOTIONS),
            **asdict(self.how),
            "special": asdict(self.tokens.special),
            "encoder": self.network.encoder.config.to_diff_dict(),
        }
        text = json.dumps(config, ensure_ascii=False, indent=1) + "\n"
        write_durably(folder / CONFIG_NAME, text.encode())

    def scores(self, texts: Sequence[str], stories: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Scores ``(n, 6)`` before temperature and softmax, and intensities ``(n,)``.

        Args:
            texts: sentences in story order.
            stories: story of each.
        """
        rows = encode(self.tokens, texts, stories, self.how.window)
        return predict(self._run, rows, self.tokens.pad)

    def probabilities(
        self, texts: Sequence[str], stories: Sequence[str]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Calibrated probabilities ``(n, 6)``, and intensities ``(n,)``."""
        scores, intensity = self.scores(texts, stories)
        return softmax(scores / self.how.temperature), intensity

    def classes(self, probabilities: np.ndarray) -> np.ndarray:
        """``(n,)`` the best class, or 중립 where none reaches the threshold."""
        return classes_of(probabilities, self.how.threshold)

    def read(self, sentences: Sequence[Sentence]) -> EmotionReading:
        """Emotion, probabilities and intensity of the sentences of one story, in order.

        A sentence whose best probability is below the threshold is labelled 중립, as in the open
        model.
        """
        texts = [sentence.text for sentence in sentences]
        probabilities, intensity = self.probabilities(texts, ["story"] * len(texts))
        return EmotionReading(
            probabilities.astype(np.float32),
            [TEXT_EMOTIONS[k] for k in self.classes(probabilities)],
            intensity,
            np.zeros(len(texts), bool),
        )


def classes_of(probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """``(n,)`` best class of ``(n, 6)``, or 중립 where none reaches the threshold."""
    unsure = probabilities.max(axis=1, initial=0) < threshold
    return np.where(unsure, TEXT_EMOTIONS.index(NEUTRAL), probabilities.argmax(axis=1))


def _network_of(settings: dict[str, Any]) -> EmotionNetwork:
    """An untrained network of the encoder's settings."""
    more = dict(settings)
    config = AutoConfig.for_model(more.pop("model_type"), **more)
    return EmotionNetwork(AutoModel.from_config(config, dtype=torch.float32))
