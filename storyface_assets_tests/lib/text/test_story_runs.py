"""Where the stories lie in a list of sentences."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.text.story_runs import parts_by_chance, story_runs


@given(st.lists(st.sampled_from("abc")))
def test_runs_cover_every_sentence_once_and_hold_one_story_each(stories):
    """Fault: the last story is forgotten, or two that follow one another are one."""
    runs = story_runs(stories)
    assert [i for first, stop in runs for i in range(first, stop)] == list(range(len(stories)))
    assert all(len(set(stories[first:stop])) == 1 for first, stop in runs)
    ends = [stories[first] for first, _ in runs]
    assert all(one != other for one, other in zip(ends, ends[1:], strict=False))


@given(st.integers(0, 40), st.integers(0, 9), st.integers(1, 8), st.integers(0, 99))
def test_parts_by_chance_are_the_whole_story(
    first: int, length: int, longest: int, seed: int
) -> None:
    """Fault: the last sentences of a story are in no part, or a part is too long."""
    parts = parts_by_chance((first, first + length), longest, np.random.default_rng(seed))
    assert [row for part in parts for row in range(*part)] == list(range(first, first + length))
    assert all(1 <= stop - begin <= longest for begin, stop in parts)
