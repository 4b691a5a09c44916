"""The mixture of two readers, chosen by stories that neither learnt from."""

import numpy as np
import pytest

from storyface_assets.lib.text.story_context import context_features
from storyface_assets.worker.text_emotion.fit import fit_softmax_regression
from storyface_assets.worker.text_emotion.linear_features import Features
from storyface_assets.worker.text_emotion.mixing import HeldOut, fit_mixing

SHARES, THRESHOLDS = (0.0, 0.5, 1.0), (0.0, 0.3)
SENTENCES = 400


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def knowing(truth: np.ndarray, much: float, rng: np.random.Generator) -> np.ndarray:
    """Probabilities that know so much of the truth."""
    noise = rng.dirichlet(np.ones(6), len(truth))
    return ((1 - much) * noise + much * np.eye(6)[truth]).astype(np.float32)


def test_the_share_is_the_likeliest(rng) -> None:
    """Fault: the share of the wrong reader, or one that only looks sure."""
    truth = rng.integers(0, 6, SENTENCES)
    stories = [f"s{k // 10}" for k in range(SENTENCES)]
    noise, knows = knowing(truth, 0, rng), knowing(truth, 0.8, rng)

    def share(networks: np.ndarray, encoder: np.ndarray) -> float:
        held = HeldOut(networks, encoder, truth, stories)
        return fit_mixing(held, SHARES, THRESHOLDS).mixing.share

    assert share(knows, noise) == 0 and share(noise, knows) == 1
    # Two that err in different places are better together.
    first = np.arange(SENTENCES)[:, None] < SENTENCES / 2
    assert share(np.where(first, knows, 1 / 6), np.where(first, 1 / 6, knows)) == 0.5


def test_a_story_of_one_mood_helps_its_doubtful_sentences(rng) -> None:
    """Fault: what is around is not asked, or figures of stories that it was learnt from."""
    stories = [f"s{k // 10}" for k in range(1500)]

    def told() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        moods = np.repeat(rng.integers(0, 6, 150), 10)
        truth = np.where(rng.random(1500) < 0.8, moods, rng.integers(0, 6, 1500))
        return truth, knowing(truth, 0.1, rng), knowing(truth, 0.1, rng)

    truth, networks, encoder = told()
    found = fit_mixing(HeldOut(networks, encoder, truth, stories), SHARES, THRESHOLDS)
    assert found.mixing.context is not None and found.as_dict()["context"] is True
    gained = found.in_story.figures["accuracy"] - found.by_sentence.figures["accuracy"]
    assert gained > 0.05
    # As it will be used, on stories of the same kind that it has not seen.
    truth, networks, encoder = told()
    with_story = found.mixing.probabilities(networks, encoder, stories).argmax(1) == truth
    without = found.mixing.mixed(networks, encoder).argmax(1) == truth
    assert with_story.mean() > without.mean() + 0.05


@pytest.mark.parametrize("stories", [1, 40])
def test_a_story_that_says_nothing_is_not_asked(rng, stories) -> None:
    """Fault: a regression of a few sentences' chances is shipped."""
    right = rng.dirichlet(np.full(6, 0.5), SENTENCES)  # so often as they say, it is so
    truth = np.array([rng.choice(6, p=p) for p in right])
    names = [f"s{k * stories // SENTENCES:02}" for k in range(SENTENCES)]
    held = HeldOut(right, right, truth, names)
    found = fit_mixing(held, SHARES, THRESHOLDS)
    assert found.mixing.context is None and found.as_dict()["context"] is False
    assert found.in_story == found.by_sentence


def test_a_story_is_not_judged_by_sentences_of_its_own(rng) -> None:
    """Fault: folds cut stories, and the regression knows each of them by heart."""
    truth = np.repeat(rng.integers(0, 6, 20), 20)
    told = np.repeat(rng.dirichlet(np.ones(6), 20), 20, axis=0)  # always the same, of each story
    names = [f"s{k // 20:02}" for k in range(400)]
    found = fit_mixing(HeldOut(told, told, truth, names), SHARES, THRESHOLDS)
    assert found.mixing.context is None
    by_heart = context_features(told, told, told, names, told.mean(0))
    weight, bias = fit_softmax_regression(Features.of_dense(by_heart), np.eye(6)[truth], 1e-3)
    assert ((by_heart @ weight + bias).argmax(1) == truth).mean() > 0.8


def test_a_class_that_the_stories_lack_can_still_be_read(rng) -> None:
    """Fault: a regression of few stories never answers 당황 again."""
    moods = np.repeat(rng.integers(0, 5, 150), 10)
    one, two = knowing(moods, 0.1, rng), knowing(moods, 0.1, rng)
    names = [f"s{k // 10}" for k in range(1500)]
    found = fit_mixing(HeldOut(one, two, moods, names), SHARES, THRESHOLDS)
    assert found.mixing.context is None


def test_the_same_stories_choose_the_same(rng) -> None:
    truth = rng.integers(0, 6, 200)
    held = HeldOut(
        knowing(truth, 0.5, rng),
        knowing(truth, 0.4, rng),
        truth,
        [f"s{k // 8}" for k in range(200)],
    )
    assert fit_mixing(held, SHARES, THRESHOLDS) == fit_mixing(held, SHARES, THRESHOLDS)
