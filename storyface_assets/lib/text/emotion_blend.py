"""A reader that asks two: small networks over words and a fine-tuned encoder, mixed.

They err in different places: one knows words and how stories go by heart, the other what words are
like. The mixture is their geometric mean (a logarithmic opinion pool: Genest and Zidek,
"Combining Probability Distributions", Statistical Science 1986), brought back to probabilities.
Where a model has a ``story_context``, that puts both together instead, and takes of the mixture
what it says of the sentences around.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_reader import (
    EmotionReading,
    log_probabilities,
    reading_of,
    softmax,
)
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.story_context import StoryContext

if TYPE_CHECKING:
    from storyface_assets.lib.text.story_network.reader import NetworksReader
    from storyface_assets.lib.text.transformer.reader import TransformerReader

CONFIG_NAME: Final = "config.json"
#: What ``config.json`` says of this kind of model.
KIND: Final = "blend"
#: Folders of the two within the model's.
NETWORKS, ENCODER = "networks", "encoder"
_MEND: Final = "Take the whole folder again, or run storyface_assets.worker.train_text_emotion."


@dataclass(frozen=True)
class Mixing:
    """How two readers become one.

    Attributes:
        share: of the encoder in the mixture and in the intensity, 0 to 1.
        temperature: divides the mixed logarithms (Guo et al. 2017).
        threshold: a best probability below this reads as 중립.
        context: puts both together with what is around; ``None`` where the mixture is the answer.

    Raises:
        ValueError: a number that is none of these.
    """

    share: float
    temperature: float = 1.0
    threshold: float = 0.0
    context: StoryContext | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share is {self.share}")
        if not (self.temperature > 0 and math.isfinite(self.temperature)):
            raise ValueError(f"temperature is {self.temperature}")
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold is {self.threshold}")

    def scores(self, networks: np.ndarray, encoder: np.ndarray) -> np.ndarray:
        """Scores ``(n, 6)``, before temperature and softmax, of probabilities ``(n, 6)`` each."""
        one, two = log_probabilities(networks), log_probabilities(encoder)
        return (1 - self.share) * one + self.share * two

    def mixed(self, networks: np.ndarray, encoder: np.ndarray) -> np.ndarray:
        """Calibrated ``(n, 6)`` of both readers' ``(n, 6)``, sentence by sentence."""
        return softmax(self.scores(networks, encoder) / self.temperature)

    def probabilities(
        self, networks: np.ndarray, encoder: np.ndarray, stories: Sequence[str]
    ) -> np.ndarray:
        """Calibrated ``(n, 6)`` of both readers' ``(n, 6)``, in their stories.

        Args:
            networks: probabilities of the one.
            encoder: of the other.
            stories: of each sentence, in story order.
        """
        mixed = self.mixed(networks, encoder)
        if self.context is None:
            return mixed
        return self.context.probabilities(networks, encoder, mixed, stories)


class BlendedReader:
    """Reads the emotion of each sentence by two readers.

    Args:
        networks: the one.
        encoder: the other.
        how: they are mixed.
    """

    def __init__(
        self, networks: "NetworksReader", encoder: "TransformerReader", how: Mixing
    ) -> None:
        self.networks, self.encoder, self.how = networks, encoder, how

    @classmethod
    def load(cls, folder: Path) -> "BlendedReader":
        """What :meth:`save` wrote.

        Raises:
            BadInput: files are missing, damaged or of another model.
        """
        # Imported late: torch takes a second to load.
        from storyface_assets.lib.text.story_network.reader import NetworksReader
        from storyface_assets.lib.text.transformer.reader import TransformerReader

        path = folder / CONFIG_NAME
        try:
            config: dict[str, Any] = json.loads(path.read_text("utf-8"))
            kind = config.pop("kind")
            context = config.pop("context", None)
            numbers = {name: float(value) for name, value in config.items()}
            how = Mixing(**numbers, context=StoryContext.from_dict(context) if context else None)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(path, "", f"is of no such model ({error}).", _MEND) from error
        if kind != KIND:
            raise BadInput(path, "kind", f"is {kind!r}, not {KIND!r}.", _MEND)
        encoder = TransformerReader.load(folder / ENCODER)
        return cls(NetworksReader.load(folder / NETWORKS), encoder, how)

    def save(self, folder: Path) -> None:
        """Write both readers, and the settings."""
        self.networks.save(folder / NETWORKS)
        self.encoder.save(folder / ENCODER)
        save_mixing(self.how, folder)

    def by_sentence(self) -> "BlendedReader":
        """The same readers, mixed without what is around; the threshold is as it was."""
        return BlendedReader(self.networks, self.encoder, replace(self.how, context=None))

    def read(self, sentences: Sequence[Sentence]) -> EmotionReading:
        """Emotion, probabilities and intensity of the sentences of one story, in order.

        A sentence whose best probability is below the threshold is labelled 중립, as by either.
        """
        networks, encoder = self.networks.read(sentences), self.encoder.read(sentences)
        story = ["story"] * len(sentences)
        probabilities = self.how.probabilities(networks.probabilities, encoder.probabilities, story)
        share = self.how.share
        intensity = (1 - share) * networks.intensity + share * encoder.intensity
        return reading_of(probabilities, intensity, self.how.threshold)


def save_mixing(how: Mixing, folder: Path) -> None:
    """Write the settings beside both readers' folders."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"kind": KIND, **asdict(how)}, indent=1) + "\n"
    write_durably(folder / CONFIG_NAME, text.encode())
