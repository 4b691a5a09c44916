"""What the rest of a story says of a sentence's emotion."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.text.story_context import (
    REACH,
    WIDTH,
    StoryContext,
    context_features,
)

USUAL = np.array([0.3, 0.1, 0.1, 0.2, 0.2, 0.1])
BEFORE, AFTER, AROUND = (slice(first, first + 6) for first in (12, 18, 24))


def told(seed: int, sentences: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities of two readers, and of both mixed."""
    rng = np.random.default_rng(seed)
    one, two, both = (rng.dirichlet(np.ones(6), sentences) for _ in range(3))
    return one, two, both


@given(st.lists(st.integers(1, 30), min_size=1, max_size=5), st.integers(0, 99))
def test_a_story_is_told_nothing_of_another(lengths, seed):
    """Fault: the end of one book sets the mood in which the next one begins."""
    stories = [f"s{k}" for k, length in enumerate(lengths) for _ in range(length)]
    readers = told(seed, len(stories))
    together = context_features(*readers, stories, USUAL)
    assert together.shape == (len(stories), WIDTH)
    first = 0
    for length in lengths:
        rows = slice(first, first + length)
        alone = context_features(*(one[rows] for one in readers), stories[rows], USUAL)
        assert np.allclose(together[rows], alone, atol=1e-12)
        first += length


def test_the_columns_are_what_they_are_called():
    """Fault: before and after exchanged, which no figure would show clearly."""
    one, two, both = told(0, 40)
    found = context_features(one, two, both, ["s"] * 40, USUAL)
    assert np.allclose(found[:, :6], np.log(one)) and np.allclose(found[:, 6:12], np.log(two))
    assert np.allclose(found[1:, BEFORE], both[:-1]) and np.allclose(found[:-1, AFTER], both[1:])
    near = [*range(20 - REACH, 20), *range(21, 21 + REACH)]
    expected = (both[near].sum(0) + 2 * USUAL) / (2 * REACH + 2)
    assert np.allclose(found[20, AROUND], expected)
    # Where the story ends there is no sentence to tell of.
    assert np.allclose(found[0, BEFORE], USUAL) and np.allclose(found[-1, AFTER], USUAL)


def test_a_sentence_alone_has_a_usual_story_around_it():
    """Fault: what it says itself counts again as its neighbours', so that it is too sure."""
    one, two, both = told(1, 1)
    [found] = context_features(one, two, both, ["s"], USUAL)
    for part in (BEFORE, AFTER, AROUND):
        assert np.allclose(found[part], USUAL)
    assert context_features(one[:0], two[:0], both[:0], [], USUAL).shape == (0, WIDTH)


def test_what_a_reader_rules_out_stays_a_number():
    """Fault: a probability of zero, as of a damaged sentence, makes the whole story NaN."""
    sure = np.eye(6)[[0, 1]]
    assert np.isfinite(context_features(sure, sure, sure, ["s", "s"], USUAL)).all()


def test_a_regression_answers_by_its_weights():
    """Fault: rounding for the file changes what is read, or the bias is forgotten."""
    rng = np.random.default_rng(0)
    weight, bias = rng.normal(0, 0.3, (WIDTH, 6)), rng.normal(0, 1, 6)
    readers, stories = told(2, 9), ["s"] * 9
    scores = np.exp(context_features(*readers, stories, USUAL) @ weight + bias)
    expected = scores / scores.sum(1, keepdims=True)
    context = StoryContext.of(weight, bias, USUAL)
    assert np.allclose(context.probabilities(*readers, stories), expected, atol=1e-3)
    assert StoryContext.from_dict(json.loads(json.dumps(asdict(context)))) == context


@pytest.mark.parametrize(
    ("weight", "bias", "usual"),
    [
        (np.zeros((WIDTH - 1, 6)), np.zeros(6), USUAL),
        (np.zeros((WIDTH, 5)), np.zeros(6), USUAL),
        (np.zeros((WIDTH, 6)), np.zeros(5), USUAL),
        (np.zeros((WIDTH, 6)), np.zeros(6), USUAL[:4]),
        (np.full((WIDTH, 6), np.nan), np.zeros(6), USUAL),
    ],
)
def test_weights_of_another_shape_are_refused(weight, bias, usual):
    with pytest.raises(ValueError, match="context"):
        StoryContext.of(weight, bias, usual)
