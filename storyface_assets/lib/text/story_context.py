"""What two readers say of a sentence and of its story, put together.

Both see the sentences around the one that they read, and still err less when what they found there
is put together once more: a doubtful sentence of a sad story is sad more often than not. This is
stacked generalization (Wolpert, Neural Networks 1992): a multinomial logistic regression over what
the readers say, learnt from stories that they did not learn from.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from storyface_assets.lib.text.emotion_reader import log_probabilities, softmax
from storyface_assets.lib.text.story_runs import story_runs
from storyface_assets.vocabulary import TEXT_EMOTIONS

#: Sentences on each side whose mean counts: nearly all of a story of the corpus, and of a long
#: book what is near.
REACH: Final = 12
#: The mean counts so many sentences more, which say what is usual: one neighbour is no mood yet.
_USUAL_SENTENCES: Final = 2
_CLASSES: Final = len(TEXT_EMOTIONS)
#: Logarithms of both readers; the mixture one sentence before, one after, and on average around.
WIDTH: Final = 5 * _CLASSES


@dataclass(frozen=True)
class StoryContext:
    """A regression over :func:`context_features`.

    Attributes:
        weight: ``(WIDTH, 6)``.
        bias: ``(6,)``.
        usual: ``(6,)`` probabilities that stand in where a story has no sentence.

    Raises:
        ValueError: another shape, or what is no number.
    """

    weight: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    usual: tuple[float, ...]

    def __post_init__(self) -> None:
        rows = (*self.weight, self.bias, self.usual)
        if [len(row) for row in rows] != [_CLASSES] * (WIDTH + 2):
            raise ValueError(f"context is not of {WIDTH} rows of {_CLASSES}, bias and usual")
        if not all(math.isfinite(value) for row in rows for value in row):
            raise ValueError("context has weights that are no numbers")

    @classmethod
    def of(cls, weight: np.ndarray, bias: np.ndarray, usual: np.ndarray) -> "StoryContext":
        """Of arrays, rounded to what a file needs."""
        return cls.from_dict({"weight": weight, "bias": bias, "usual": usual})

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "StoryContext":
        """Of what ``dataclasses.asdict`` made of one.

        Raises:
            KeyError: a part is missing.
            TypeError: a part is no list of numbers.
            ValueError: see the class.
        """
        weight, bias, usual = (
            np.round(np.asarray(told[name], float), 5).tolist()
            for name in ("weight", "bias", "usual")
        )
        return cls(tuple(tuple(row) for row in weight), tuple(bias), tuple(usual))

    def probabilities(
        self, networks: np.ndarray, encoder: np.ndarray, mixed: np.ndarray, stories: Sequence[str]
    ) -> np.ndarray:
        """``(n, 6)`` of what :func:`context_features` takes."""
        features = context_features(networks, encoder, mixed, stories, np.array(self.usual))
        return softmax(features @ np.array(self.weight) + np.array(self.bias))


def context_features(
    networks: np.ndarray,
    encoder: np.ndarray,
    mixed: np.ndarray,
    stories: Sequence[str],
    usual: np.ndarray,
) -> np.ndarray:
    """What the regression is asked by, ``(n, WIDTH)``.

    Args:
        networks: ``(n, 6)`` probabilities of one reader.
        encoder: likewise, of the other.
        mixed: likewise, of both mixed sentence by sentence.
        stories: of each sentence, in story order.
        usual: ``(6,)`` probabilities that stand in where there is no sentence before or after.
    """
    before, after = (np.tile(np.asarray(usual, float), (len(mixed), 1)) for _ in range(2))
    around = np.zeros((len(mixed), _CLASSES))
    for first, stop in story_runs(stories):
        before[first + 1 : stop] = mixed[first : stop - 1]
        after[first : stop - 1] = mixed[first + 1 : stop]
        around[first:stop] = _mean_around(mixed[first:stop], usual)
    return np.hstack(
        [log_probabilities(networks), log_probabilities(encoder), before, after, around]
    )


def _mean_around(mixed: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Of the other sentences of one story within REACH of each, drawn to what is usual."""
    sums = np.vstack([np.zeros((1, mixed.shape[1])), mixed.cumsum(axis=0, dtype=np.float64)])
    places = np.arange(len(mixed))
    first, stop = np.maximum(places - REACH, 0), np.minimum(places + REACH + 1, len(mixed))
    others = sums[stop] - sums[first] - mixed + _USUAL_SENTENCES * usual
    means: np.ndarray = others / (stop - first - 1 + _USUAL_SENTENCES)[:, None]
    return means
