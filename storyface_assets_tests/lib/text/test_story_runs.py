"""Where the stories lie in a list of sentences."""

from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.text.story_runs import story_runs


@given(st.lists(st.sampled_from("abc")))
def test_runs_cover_every_sentence_once_and_hold_one_story_each(stories):
    """Fault: the last story is forgotten, or two that follow one another are one."""
    runs = story_runs(stories)
    assert [i for first, stop in runs for i in range(first, stop)] == list(range(len(stories)))
    assert all(len(set(stories[first:stop])) == 1 for first, stop in runs)
    ends = [stories[first] for first, _ in runs]
    assert all(one != other for one, other in zip(ends, ends[1:], strict=False))
