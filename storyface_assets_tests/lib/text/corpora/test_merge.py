"""The merge to six classes, and the rule for sentences with several labels."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.text.corpora import MERGE, SILENT, class_of
from storyface_assets.lib.text.corpora.goemotions_korean import GOEMOTIONS_LABELS
from storyface_assets.lib.text.corpora.kote import KOTE_LABELS
from storyface_assets.lib.text.corpora.merge import SILENT_LABELS, TIE
from storyface_assets.lib.text.corpora.row import NO_LABEL, UNKNOWN_LABEL
from storyface_assets.vocabulary import TEXT_EMOTIONS

AIHUB = "분노 슬픔 불안 상처 당황 기쁨 공포 놀람 중립 행복 혐오".split()
LABELS = [label for row in MERGE.values() for label in row] + list(SILENT)
given_labels = st.dictionaries(
    st.sampled_from(LABELS), st.integers(1, 5).map(lambda fifths: fifths / 5), max_size=8
)


def test_every_published_label_has_one_place() -> None:
    """Fault: a label misspelt in the table is silently unknown, or counts for two classes."""
    assert set(MERGE) == set(TEXT_EMOTIONS)
    assert max(Counter(LABELS).values()) == 1
    assert set(LABELS) == {*AIHUB, *KOTE_LABELS, *GOEMOTIONS_LABELS}
    assert (len(KOTE_LABELS), len(GOEMOTIONS_LABELS)) == (44, 28)


@pytest.mark.parametrize(
    ("label", "emotion"),
    [("상처", "슬픔"), ("기쁨", "행복"), ("공포", "불안"), ("혐오", "분노"), ("놀람", "당황")],
)
def test_the_merge_of_the_design(label: str, emotion: str) -> None:
    """Fault: figures that cannot be compared with the seeds', who merged so."""
    assert class_of([(label, 1.0)]) == (emotion, "")


@given(given_labels)
def test_the_class_has_more_votes_than_any_other(shares: dict[str, float]) -> None:
    """Fault: a tie is guessed (.2 + .4 against .6), or a smaller class wins."""
    fifths = {
        emotion: sum(round(shares.get(label, 0) * 5) for label in row)
        for emotion, row in MERGE.items()
    }
    first, second = sorted(fifths.values())[-1:-3:-1]
    emotion, reason = class_of(shares.items())
    if not shares:
        assert (emotion, reason) == ("", NO_LABEL)
    elif first == 0:
        assert (emotion, reason) == ("", SILENT_LABELS)
    elif first == second:
        assert (emotion, reason) == ("", TIE)
    else:
        assert reason == "" and fifths[emotion] == first


@given(given_labels, st.randoms())
def test_the_order_of_labels_says_nothing(shares, random) -> None:
    """Fault: the first of two labels wins."""
    mixed = list(shares.items())
    random.shuffle(mixed)
    assert class_of(mixed) == class_of(shares.items())


@given(given_labels, st.text(max_size=5).filter(lambda label: label not in LABELS))
def test_a_label_that_nobody_knows_is_told(shares: dict[str, float], label: str) -> None:
    """Fault: a new edition's label is dropped, and the rest of the row decides."""
    assert class_of([*shares.items(), (label, 1.0)]) == ("", UNKNOWN_LABEL)
