"""The trained networks in a folder, and the reading of a story by them."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.embedding import EMBEDDING_NAME
from storyface_assets.lib.text.emotion_features import LETTER_BUCKETS, FeatureSpace
from storyface_assets.lib.text.emotion_reader import EmotionReading, reading_of, softmax
from storyface_assets.lib.text.packed import load_packed, save_packed
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.story_network.inputs import StoryInputs
from storyface_assets.lib.text.story_network.network import StoryNetworks
from storyface_assets.lib.text.story_network.parts import parts
from storyface_assets.lib.text.story_network.sizes import Sizes
from storyface_assets.lib.text.story_runs import story_runs
from storyface_assets.vocabulary import TEXT_EMOTIONS

CONFIG_NAME: Final = "config.json"
WEIGHTS_NAME: Final = "model.safetensors"
VOCABULARY_NAME: Final = "vocabulary.txt"
#: What ``config.json`` says of this kind of model.
KIND: Final = "networks"
_MEND: Final = "Take the whole folder again, or run storyface_assets.worker.train_text_emotion."
#: Parts of stories that are read side by side.
_AT_ONCE: Final = 64


class NetworksReader:
    """Reads the emotion of each sentence with its story, long ones in parts.

    Args:
        space: the words that the networks know.
        networks: trained.
        sizes: theirs.
        temperature: divides the scores before the softmax (Guo et al. 2017).
    """

    def __init__(
        self, space: FeatureSpace, networks: StoryNetworks, sizes: Sizes, temperature: float = 1.0
    ) -> None:
        self.space, self.networks, self.sizes = space, networks.eval(), sizes
        self.temperature = temperature

    @classmethod
    def load(cls, folder: Path) -> "NetworksReader":
        """What :meth:`save` wrote.

        Raises:
            BadInput: files are missing, damaged or of another model, or for other emotions or
                embeddings.
        """
        path = folder / CONFIG_NAME
        try:
            config: dict[str, Any] = json.loads(path.read_text("utf-8"))
            kind, emotions = config["kind"], tuple(config["emotions"])
            sizes, temperature = Sizes(**config["sizes"]), float(config["temperature"])
            embedding, terms = config["embedding"], config["terms"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(path, "", f"is of no such model ({error}).", _MEND) from error
        if (kind, emotions, embedding) != (KIND, TEXT_EMOTIONS, EMBEDDING_NAME):
            raise BadInput(path, "kind, emotions, embedding", "belong to another model.", _MEND)
        words = folder / VOCABULARY_NAME
        try:
            vocabulary = tuple(words.read_text("utf-8").split("\n")[:-1])
        except (OSError, ValueError) as error:
            raise BadInput(words, "", f"cannot be read ({error}).", _MEND) from error
        if len(vocabulary) != terms:
            problem = f"has {len(vocabulary):,} words, the networks know {terms}."
            raise BadInput(words, "", problem, _MEND)
        if not (temperature > 0 and math.isfinite(temperature)):
            raise BadInput(path, "temperature", f"is {temperature}.", _MEND)
        nothing = np.zeros(len(vocabulary), np.float32), np.zeros(LETTER_BUCKETS, np.float32)
        networks = StoryNetworks(FeatureSpace(vocabulary, *nothing), sizes)
        load_packed(networks, folder / WEIGHTS_NAME, _MEND)
        rarity = (networks.get_buffer(name).numpy() for name in ("term_rarity", "letter_rarity"))
        return cls(FeatureSpace(vocabulary, *rarity), networks, sizes, temperature)

    def save(self, folder: Path) -> None:
        """Write weights (matrices in 8 bits), words and settings."""
        folder.mkdir(parents=True, exist_ok=True)
        save_packed(self.networks, folder / WEIGHTS_NAME, packs=lambda name: True)
        words = "".join(f"{word}\n" for word in self.space.vocabulary)
        write_durably(folder / VOCABULARY_NAME, words.encode())
        config = {
            "kind": KIND,
            "emotions": list(TEXT_EMOTIONS),
            "embedding": EMBEDDING_NAME,
            "terms": len(self.space.vocabulary),
            "sizes": asdict(self.sizes),
            "temperature": self.temperature,
        }
        text = json.dumps(config, ensure_ascii=False, indent=1) + "\n"
        write_durably(folder / CONFIG_NAME, text.encode())

    def probabilities(
        self, texts: Sequence[str], stories: Sequence[str]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Calibrated probabilities ``(n, 6)``, and intensities ``(n,)``.

        Args:
            texts: sentences in story order.
            stories: story of each.
        """
        scores, intensity = self.scores(StoryInputs.of(self.space, texts), stories)
        return softmax(scores / self.temperature), intensity

    def scores(self, inputs: StoryInputs, stories: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Scores ``(n, 6)`` before temperature and softmax, and intensities ``(n,)``."""
        found = parts(story_runs(stories))
        scores = np.zeros((len(stories), len(TEXT_EMOTIONS)), np.float32)
        intensity = np.zeros(len(stories), np.float32)
        with torch.inference_mode():
            for first in range(0, len(found), _AT_ONCE):
                some = found[first : first + _AT_ONCE]
                told = self.networks(inputs.stories([(part.begin, part.stop) for part in some]))
                at = 0
                for part in some:
                    mine = slice(at + part.first - part.begin, at + part.last - part.begin)
                    scores[part.first : part.last] = told[0][mine]
                    intensity[part.first : part.last] = told[1][mine]
                    at += part.stop - part.begin
        return scores, intensity

    def read(self, sentences: Sequence[Sentence]) -> EmotionReading:
        """Emotion, probabilities and intensity of the sentences of one story, in order."""
        texts = [sentence.text for sentence in sentences]
        return reading_of(*self.probabilities(texts, ["story"] * len(texts)))
