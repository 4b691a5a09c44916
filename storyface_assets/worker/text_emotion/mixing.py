"""How the networks and the encoder are mixed: chosen on stories that neither learnt from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from storyface_assets.lib.measures import accuracy, fit_temperature, mean_log_likelihood
from storyface_assets.lib.text.emotion_blend import Mixing
from storyface_assets.lib.text.emotion_figures import Score, score
from storyface_assets.lib.text.emotion_reader import classes_of, softmax
from storyface_assets.lib.text.story_context import StoryContext, context_features
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker.text_emotion.fit import Linear, fit_softmax_regression
from storyface_assets.worker.text_emotion.folds import folds_by_story
from storyface_assets.worker.text_emotion.linear_features import Features

#: Parts of the stories; each is told by a regression over the others, which judges it.
FOLDS: Final = 10
#: On weights of features that are brought to deviation 1.
_PENALTY: Final = 1e-3


@dataclass(frozen=True)
class HeldOut:
    """Sentences that neither reader learnt from.

    Attributes:
        networks: ``(n, 6)`` probabilities of the one.
        encoder: of the other.
        classes: ``(n,)`` the truth.
        stories: of each sentence, in story order.
    """

    networks: np.ndarray
    encoder: np.ndarray
    classes: np.ndarray
    stories: Sequence[str]


@dataclass(frozen=True)
class FittedMixing:
    """A mixture and what it reaches on the sentences that chose it.

    Attributes:
        mixing: see :class:`~storyface_assets.lib.text.emotion_blend.Mixing`.
        by_sentence: figures of the mixture alone, with the threshold that is shipped.
        in_story: of what is shipped, each story by a regression over the others.
    """

    mixing: Mixing
    by_sentence: Score
    in_story: Score

    def as_dict(self) -> dict[str, Any]:
        """For the card; the regression's weights are in the model."""
        told = asdict(self.mixing) | {"context": self.mixing.context is not None}
        return told | {n: getattr(self, n).as_dict() for n in ("by_sentence", "in_story")}


def fit_mixing(
    held: HeldOut, shares: Sequence[float], thresholds: Sequence[float], seed: int = 0
) -> FittedMixing:
    """The share of the greatest likelihood, its temperature, the stacking, then the threshold.

    The stacking over both and their story is left out if stories outside its regression are not
    likelier by it than by the mixture.

    Args:
        held: to choose by.
        shares: of the encoder, to choose from.
        thresholds: to choose from; by accuracy.
        seed: of which stories are outside together.
    """

    def fitted(share: float) -> tuple[float, Mixing]:
        scores = Mixing(share).scores(held.networks, held.encoder)
        temperature = round(fit_temperature(scores, held.classes), 4)
        reached = mean_log_likelihood(softmax(scores / temperature), held.classes)
        return reached, Mixing(share, temperature)

    likelihood, best = max((fitted(share) for share in shares), key=lambda one: one[0])
    mixed = best.mixed(held.networks, held.encoder)
    context, told = _in_story(held, mixed, seed)
    if context is None or mean_log_likelihood(told, held.classes) <= likelihood:
        context, told = None, mixed
    reached = {t: accuracy(held.classes, classes_of(told, t)) for t in thresholds}
    threshold = max(thresholds, key=lambda t: (reached[t], t))
    return FittedMixing(
        Mixing(best.share, best.temperature, threshold, context),
        *(score(held.classes, classes_of(p, threshold), held.stories) for p in (mixed, told)),
    )


def _in_story(
    held: HeldOut, mixed: np.ndarray, seed: int
) -> tuple[StoryContext | None, np.ndarray]:
    """The regression over all stories, and ``(n, 6)`` of each by one over the others."""
    usual = mixed.mean(0)
    features = context_features(held.networks, held.encoder, mixed, held.stories, usual)
    folds = folds_by_story(held.stories, FOLDS, seed)
    # A class that these stories do not have would never be read again.
    if len(np.unique(folds)) < 2 or len(np.unique(held.classes)) < len(TEXT_EMOTIONS):
        return None, mixed
    scores = np.zeros_like(mixed)
    for fold in np.unique(folds):
        weight, bias = _regression(features[folds != fold], held.classes[folds != fold])
        scores[folds == fold] = features[folds == fold] @ weight + bias
    # What is learnt is surer of what it learnt from than it may be.
    temperature = fit_temperature(scores, held.classes)
    weight, bias = _regression(features, held.classes)
    context = StoryContext.of(weight / temperature, bias / temperature, usual)
    return context, softmax(scores / temperature)


def _regression(features: np.ndarray, classes: np.ndarray) -> Linear:
    """Weights and bias for features as they are, with a penalty as of features of deviation 1."""
    mean, deviation = features.mean(0), features.std(0) + 1e-6
    standard = Features.of_dense((features - mean) / deviation)
    truth = np.eye(len(TEXT_EMOTIONS))[classes]
    weight, bias = fit_softmax_regression(standard, truth, _PENALTY)
    weight = weight / deviation[:, None]
    return weight, bias - mean @ weight
