"""Who belongs together, which photo stays, and what happens when the copies' labels differ."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.dataset.duplicates.groups import (
    DISAGREE,
    NEAR_DUPLICATE,
    Groups,
    keep_best,
)

PAIRS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20)


@given(PAIRS, st.randoms())
def test_groups_are_what_can_be_reached_in_whatever_order(pairs, random):
    shuffled = [pair[:: random.choice((1, -1))] for pair in pairs]
    random.shuffle(shuffled)
    first, second = Groups(12), Groups(12)
    for a, b in pairs:
        first.join(a, b)
    for a, b in shuffled:
        second.join(a, b)
    assert first.roots().tolist() == second.roots().tolist()
    reach = {i: {i} for i in range(12)}
    for a, b in pairs:  # merged sets, the slow way
        union = reach[a] | reach[b]
        for member in union:
            reach[member] = union
    assert [min(reach[i]) for i in range(12)] == first.roots().tolist()
    assert all(first.joined(i, j) == (j in reach[i]) for i in range(12) for j in range(12))


def rows(*given, labels=None, decided=None):
    """Rows of one group and a lone one; each given as (photo, pixels, sharpness, bytes)."""
    table = pd.DataFrame(given, columns=["photo", "pixels", "sharpness", "bytes"])
    table["group"] = "g"
    if labels:
        table["expression"] = labels
        table["decided_by"] = decided or ["annotators"] * len(table)
    alone = table.iloc[:1].assign(photo="alone", group="other")
    return pd.concat([table, alone], ignore_index=True)


@pytest.mark.parametrize(
    "best",
    [("b", 101, 0.1, 1), ("b", 100, 0.6, 1), ("b", 100, 0.5, 11), ("A", 100, 0.5, 10)],
    ids=["pixels", "sharpness", "bytes", "name"],
)
def test_the_best_is_kept_by_pixels_then_sharpness_then_bytes_then_name(best):
    result = keep_best(rows(("a", 100, 0.5, 10), best)).set_index("photo")
    assert list(result.index[result["kept"]]) == [best[0], "alone"]
    assert result.loc["a", "reason"] == NEAR_DUPLICATE
    assert result.loc["a", "duplicate_of"] == best[0]
    assert result.loc["alone", "group_size"] == 1 and result.loc["a", "group_size"] == 2
    assert set(result.loc[result["kept"], "reason"]) == {""}


def test_copies_that_disagree_with_nobody_to_decide_are_all_left_out():
    # Guards against training on a picture with a label that half of its copies deny.
    table = rows(("a", 2, 0, 0), ("b", 1, 0, 0), labels=["happy", "anger"])
    result = keep_best(table).set_index("photo")
    assert not result.loc[["a", "b"], "kept"].any() and result.loc["alone", "kept"]
    assert set(result.loc[["a", "b"], "reason"]) == {DISAGREE}
    assert set(result["duplicate_of"]) == {""}


def test_the_label_of_most_copies_wins_over_the_best_picture():
    copies = ("a", 9, 0, 0), ("b", 1, 0, 0), ("c", 2, 0, 0)
    result = keep_best(rows(*copies, labels=["anger", "happy", "happy"])).set_index("photo")
    assert list(result.index[result["kept"]]) == ["c", "alone"]


def test_what_a_person_decided_outweighs_any_number_of_copies():
    copies = ("a", 9, 0, 0), ("b", 1, 0, 0), ("c", 2, 0, 0)
    decided = ["annotators", "person", "annotators"]
    table = rows(*copies, labels=["anger", "happy", "anger"], decided=decided)
    result = keep_best(table).set_index("photo")
    assert list(result.index[result["kept"]]) == ["b", "alone"]


def test_an_index_with_gaps_is_kept():
    # Rows that a step before dropped leave gaps.
    table = rows(("a", 1, 0, 0), ("b", 2, 0, 0))
    table.index = pd.Index([7, 3, 12])
    result = keep_best(table)
    assert list(result.index) == [7, 3, 12] and list(result["kept"]) == [False, True, True]


def test_an_empty_table_stays_empty():
    assert not len(keep_best(rows(("a", 1, 0, 0)).iloc[:0]))
