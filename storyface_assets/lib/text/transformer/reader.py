"""The trained model in a folder, and the reading of a story by it."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import numpy as np
import torch
from torch import nn

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.state_dicts import load_weights, save_weights
from storyface_assets.lib.text.emotion_reader import EmotionReading, classes_of, reading_of, softmax
from storyface_assets.lib.text.packed import load_packed, save_packed
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.transformer.base import Base
from storyface_assets.lib.text.transformer.encoding import encode
from storyface_assets.lib.text.transformer.frozen import frozen_names
from storyface_assets.lib.text.transformer.int8 import in_int8
from storyface_assets.lib.text.transformer.network import EmotionNetwork, Reads
from storyface_assets.lib.text.transformer.predict import predict
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets.lib.text.transformer.rows import Window
from storyface_assets.lib.text.transformer.tokens import Special, Tokens
from storyface_assets.vocabulary import TEXT_EMOTIONS

if TYPE_CHECKING:
    from transformers import PreTrainedModel

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
        base: what it stands on, if that is not saved with it.
    """

    def __init__(
        self, network: EmotionNetwork, tokens: Tokens, how: Reading, base: Base | None = None
    ) -> None:
        self.network, self.tokens, self.how, self.base = network.eval(), tokens, how, base
        on_cpu = next(network.parameters()).device.type == "cpu"
        self._run: nn.Module = in_int8(network) if how.int8 and on_cpu else network

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> "TransformerReader":
        """What :meth:`save` wrote.

        Raises:
            BadInput: files are missing, damaged or of another model, or for other emotions; or
                what the model stands on is not installed.
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
            reads: Reads = config["reads"]
            if reads not in get_args(Reads):
                raise ValueError(f"it reads {reads!r}")
            special = Special(**config["special"])
            begun: Base | EmotionNetwork = (
                Base(**config["base"])
                if config["base"]
                else EmotionNetwork(_encoder_of(config["encoder"]), reads)
            )
        except Exception as error:  # what transformers raises for other settings is not said
            raise BadInput(path, "", f"is of no such model ({error}).", _MEND) from error
        if kind != KIND or emotions != TEXT_EMOTIONS:
            raise BadInput(path, "kind, emotions", "belong to another model.", _MEND)
        if not (how.temperature > 0 and math.isfinite(how.temperature)):
            raise BadInput(path, "temperature", f"is {how.temperature}.", _MEND)
        if isinstance(begun, Base):
            network, base_tokens = _over_base(begun, how, reads, folder)
            return cls(network.to(device), base_tokens, how, begun)
        tokens = Tokens.load(folder, special, _MEND)
        if tokens.size > (known := begun.encoder.config.vocab_size):
            problem = f"has {tokens.size} pieces, the network {known}."
            raise BadInput(folder, "tokenizer.json", problem, _MEND)
        load_weights(begun, folder / WEIGHTS_NAME, _MEND)
        return cls(begun.to(device), tokens, how)

    def save(self, folder: Path) -> None:
        """Write weights (in half precision), tokeniser and settings.

        Over a base: what is not as in the base, in 8 bits (``packed``), and settings.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if self.base is None:
            save_weights(self.network, folder / WEIGHTS_NAME)
            self.tokens.save(folder)
        else:
            frozen = frozen_names(self.network, self.base.frozen_layers)
            save_packed(self.network, folder / WEIGHTS_NAME, frozen)
        config = {
            "kind": KIND,
            "emotions": list(TEXT_EMOTIONS),
            **asdict(self.how),
            "special": asdict(self.tokens.special),
            "reads": self.network.reads,
            "base": asdict(self.base) if self.base else None,
            "encoder": None if self.base else _settings_of(self.network.encoder),
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
        return reading_of(probabilities, intensity, self.how.threshold)


def _settings_of(encoder: Any) -> Any:
    """What :func:`_encoder_of` takes, of a Hugging Face encoder."""
    return encoder.config.to_diff_dict()


def _encoder_of(settings: dict[str, Any]) -> "PreTrainedModel":
    """An untrained encoder of its settings."""
    # Imported late: it takes seconds, and the shipped model does without.
    from transformers import AutoConfig, AutoModel

    more = dict(settings)
    config = AutoConfig.for_model(more.pop("model_type"), **more)
    encoder: PreTrainedModel = AutoModel.from_config(config, dtype=torch.float32)
    return encoder


def _over_base(
    base: Base, how: Reading, reads: Reads, folder: Path
) -> tuple[EmotionNetwork, Tokens]:
    """The base with the folder's weights in it, and its tokeniser.

    Raises:
        BadInput: the base is not installed or another one; weights that do not fit.
    """
    begun = load_pretrained(base.name, how.window.max_len, base.layers)
    if begun.base is None or begun.base.sha256 != base.sha256:
        problem = f"stands on another {base.name} than the one installed."
        raise BadInput(folder / CONFIG_NAME, "base", problem, _MEND)
    network = EmotionNetwork(begun.encoder, reads)
    left_out = frozen_names(network, base.frozen_layers)
    load_packed(network, folder / WEIGHTS_NAME, _MEND, left_out)
    return network, begun.tokens
