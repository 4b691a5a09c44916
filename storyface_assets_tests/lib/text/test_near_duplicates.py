"""Near-duplicate sentences: found, and as the plain rule says."""

from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.text.near_duplicates import _shingles, near_duplicates


def test_near_duplicates_are_found() -> None:
    """Fault: a check of leaks that cannot fail."""
    here, there = ["토끼는 숲속을 뛰어갔어요!"], ["토끼는 숲속을 뛰어갔어요.", "별이 떴다."]
    assert near_duplicates(here, there) == [(here[0], there[0])]


SHORT = st.lists(st.text("가나다 !", max_size=7), max_size=6)


@given(SHORT, SHORT)
def test_it_is_the_plain_rule(left: list[str], right: list[str]) -> None:
    """Fault: the table of triples loses pairs, or counts a triple twice."""
    plain = []
    for one in left:
        for other in right:
            mine, theirs = _shingles(one), _shingles(other)
            if len(mine & theirs) >= 0.6 * len(mine | theirs):
                plain.append((one, other))
    assert near_duplicates(left, right) == plain
