import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.dataset.labels.agreement import MIN_AGREEMENT, agree, agreements
from storyface_assets.vocabulary import EXPRESSION_OF_PHOTO_LABEL

LABEL = st.sampled_from(["", "기쁨", "당황", "분노", "슬픔", "중립", "불안", "상처", "기타"])


@pytest.mark.parametrize(
    ("uploader", "annotators", "expression", "share", "reason"),
    [
        ("기쁨", ("기쁨", "기쁨", "기쁨"), "happy", 1, ""),
        ("분노", ("기쁨", "기쁨", "기쁨"), "happy", 3 / 4, ""),
        ("기쁨", ("기쁨", "기쁨", "분노"), "happy", 3 / 4, ""),
        ("분노", ("기쁨", "기쁨", "분노"), "happy", 1 / 2, "annotators disagree"),
        ("슬픔", ("기쁨", "분노", "슬픔"), "sadness", 1 / 2, "annotators disagree"),
        ("", ("기쁨", "기쁨", "분노"), "happy", 2 / 3, ""),
        ("슬픔", ("", "", "슬픔"), "sadness", 1, ""),
        ("슬픔", ("", "", "분노"), "anger", 1 / 2, "annotators disagree"),
        ("슬픔", ("", "", ""), "sadness", 1, ""),
        ("", ("", "", ""), "", 0, "no label"),
        ("기타", ("기타", "기타", "기쁨"), "", 3 / 4, "unknown label"),
        ("기타", ("기쁨", "기쁨", "기쁨"), "happy", 3 / 4, ""),
        ("불안", ("불안", "불안", "당황"), "", 3 / 4, "class not used"),
        ("상처", ("불안", "불안", "상처"), "", 1 / 2, "annotators disagree"),
    ],
)
def test_the_rule(uploader, annotators, expression, share, reason):
    """Fault: one annotator overrules three, or a tie is settled by the order of the columns."""
    found = agree(uploader, annotators)
    assert (found.expression, found.reason) == (expression, reason)
    assert found.share == pytest.approx(share)


@given(LABEL, st.tuples(LABEL, LABEL, LABEL), st.permutations(range(3)))
def test_annotators_are_equal(uploader, annotators, order):
    """Fault: annotator A counts more than C (without an uploader to break a tie as well)."""
    assert agree(uploader, annotators) == agree(uploader, [annotators[i] for i in order])


@given(LABEL, st.tuples(LABEL, LABEL, LABEL))
def test_what_stands_is_shared(uploader, annotators):
    """Fault: a kept row whose expression fewer than two thirds gave, or that nobody gave."""
    found = agree(uploader, annotators)
    voices = [label for label in (uploader, *annotators) if label]
    meant = [EXPRESSION_OF_PHOTO_LABEL.get(label) for label in voices]
    if found.reason == "":
        assert meant.count(found.expression) >= MIN_AGREEMENT * len(voices) - 1e-9
    assert 0 <= found.share <= 1
    assert (found.reason == "no label") == (not voices)


@given(st.lists(st.tuples(LABEL, LABEL, LABEL, LABEL), min_size=1, max_size=12))
def test_a_table_is_settled_row_by_row(rows):
    """Fault: rows change places when equal combinations are settled together."""
    columns = ["label_uploader", "label_a", "label_b", "label_c"]
    table = pd.DataFrame(rows, columns=columns, index=range(50, 50 + len(rows)))
    found = agreements(table)
    assert list(found.index) == list(table.index)
    for row, settled in zip(rows, found.itertuples(index=False), strict=True):
        alone = agree(row[0], row[1:])
        assert (settled.expression, settled.reason) == (alone.expression, alone.reason)
        assert settled.agreement == pytest.approx(alone.share)
