"""Cross-validation: the table of candidates, the best penalty, and the learning curve."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from storyface_assets.lib.measures import accuracy, mean_log_likelihood
from storyface_assets.lib.text.emotion_figures import score
from storyface_assets.lib.text.emotion_reader import softmax
from storyface_assets.worker.text_emotion import candidates as parts
from storyface_assets.worker.text_emotion.folds import some_of
from storyface_assets.worker.text_emotion.kept import KeptArrays
from storyface_assets.worker.text_emotion.recipes import Recipe

#: Takes the numbers of the sentences outside a fold, returns those that are learnt from.
Drawn = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Trial:
    """What one candidate reached on held-out stories, with its best penalty.

    Attributes:
        penalty: the best of those tried.
        scores: ``(n, 6)`` held-out scores.
        figures: as the table shows them.
        sentences: that were learnt from, mean over folds.
        loss: mean cross-entropy.
    """

    penalty: float
    scores: np.ndarray
    figures: dict[str, float]
    sentences: int
    loss: float


@dataclass(frozen=True)
class Trials:
    """What is tried on the same held-out stories.

    Attributes:
        prepared: the sentences.
        folds: ``(n,)`` fold of each.
        recipe: what is tried.
        seed: of which stories a learning curve draws.
        kept: scores of before.
    """

    prepared: parts.Prepared
    folds: np.ndarray
    recipe: Recipe
    seed: int
    kept: KeptArrays

    def candidate(self, candidate: parts.Candidate) -> Trial:
        """A row of the table."""
        penalties = self.recipe.penalties
        if candidate != self.recipe.candidates[-1]:
            penalties = (penalties[len(penalties) // 2],)
        return self._tried(candidate, penalties, 0)

    def curve(self) -> Iterator[Trial]:
        """The shipped candidate, learnt from more and more stories, each size with its penalty.

        The held-out stories are the same at every size. Sizes that a fold does not have are left
        out; the last is all sentences outside the fold.
        """
        least = min(np.sum(self.folds != fold) for fold in np.unique(self.folds))
        sizes = [size for size in self.recipe.curve if size < least]
        for size in [*sizes, 0]:
            yield self._tried(self.recipe.candidates[-1], self.recipe.penalties, size)

    def drawn(self, size: int) -> Drawn:
        """What a curve's point learns from; everything outside the fold if ``size`` is 0."""
        stories = self.prepared.data.stories
        return lambda rows: some_of(stories, rows, size, self.seed) if size else rows

    def _tried(self, candidate: parts.Candidate, tried: Sequence[float], size: int) -> Trial:
        data, drawn = self.prepared.data, self.drawn(size)
        scores = self.kept.array(
            [candidate.name, list(tried), size],
            lambda: parts.held_out_scores(self.prepared, candidate, self.folds, tried, drawn),
        )
        reached = [accuracy(data.emotions, one.argmax(axis=1)) for one in scores]
        best = int(np.argmax(reached))
        guess = scores[best].argmax(axis=1)
        learnt = [len(drawn(np.flatnonzero(self.folds != f))) for f in np.unique(self.folds)]
        return Trial(
            tried[best],
            scores[best],
            score(data.emotions, guess, data.stories).as_dict(),
            round(float(np.mean(learnt))),
            -mean_log_likelihood(softmax(scores[best]), data.emotions),
        )


def curve_row(trial: Trial) -> dict[str, Any]:
    """A point of the learning curve, for JSON: ``sentences`` are those learnt from."""
    names = ("accuracy", "macro_f1", "five_faces")
    figures = {
        f"{n}{end}": trial.figures[f"{n}{end}"] for n in names for end in ("", "_low", "_high")
    }
    return {"sentences": trial.sentences, "penalty": trial.penalty, **figures}
