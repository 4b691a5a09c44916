"""Long stories are read in parts."""

from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.text.story_network.parts import LONGEST, MARGIN, parts


@given(st.lists(st.integers(1, 90), max_size=5))
def test_each_sentence_is_answered_for_once_with_room_around(lengths: list[int]) -> None:
    """Fault: a sentence of a long book has no answer, or none of what stands beside it is seen."""
    ends = [sum(lengths[: k + 1]) for k in range(len(lengths))]
    runs = list(zip([0, *ends], ends, strict=False))
    found = parts(runs)
    answered = [row for part in found for row in range(part.first, part.last)]
    assert answered == list(range(sum(lengths)))
    for part in found:
        [(start, end)] = [run for run in runs if run[0] <= part.first < run[1]]
        assert start <= part.begin <= part.first < part.last <= part.stop <= end
        assert part.stop - part.begin <= LONGEST
        assert part.begin == start or part.first - part.begin == MARGIN
        assert part.stop == end or part.stop - part.last == MARGIN


def test_a_picture_book_is_read_at_once() -> None:
    """Fault: stories as long as those that were learnt from lose their beginnings."""
    assert len(parts([(0, LONGEST), (LONGEST, LONGEST + 3)])) == 2
