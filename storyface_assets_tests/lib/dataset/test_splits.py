"""Photos of one person or one duplicate group on both sides of a split make its score a lie."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.dataset.leaks import families, leaks
from storyface_assets.lib.dataset.schema import SPLITS
from storyface_assets.lib.dataset.splits import assign_splits

ROWS = st.lists(
    st.tuples(st.sampled_from(["", *"abcdef"]), st.sampled_from(["", *"123456789"])), max_size=30
)


def table(rows):
    people = pd.DataFrame(rows, columns=["person", "group"], dtype="str")
    return people.assign(sha256=[f"{k} {'-'.join(row)}" for k, row in enumerate(rows)])


def many(people, photos, first=0):
    rows = [(f"p{first + k}", f"g{first + k}-{n}") for k in range(people) for n in range(photos)]
    return table(rows)


@given(ROWS, st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_no_person_and_no_group_ever_crosses(rows, seed):
    split = assign_splits(table(rows), seed)
    assert set(split) <= set(SPLITS)
    told = table(rows).assign(split=split, family=families(table(rows)))
    assert leaks(told, ("person", "group", "family")).empty
    # And rows that only tie do so too.
    used = np.arange(len(rows)) % 2 == 0
    told["split"] = assign_splits(table(rows), seed, used=used)
    assert leaks(told, ("person", "group", "family")).empty


def test_a_group_joins_two_persons_and_their_other_photos():
    # Found by chains only: a–1–b–2–c; joining by person alone would let a and c part.
    chain = table([("a", "1"), ("b", "1"), ("b", "2"), ("c", "2"), ("c", "9")])
    for seed in range(20):
        assert assign_splits(pd.concat([chain, many(9, 1)]), seed).iloc[:5].nunique() == 1


def test_photos_of_nobody_are_not_one_person():
    # "" as a person would tie half of the set together.
    unknown = table([("", f"g{n}") for n in range(200)])
    assert set(assign_splits(unknown)) == set(SPLITS)


def test_photos_of_nobody_draw_one_by_one():
    unknown = pd.concat([table([("", f"g{n}")]).assign(sha256=f"{n}") for n in range(400)])
    shares = assign_splits(unknown.reset_index(drop=True)).value_counts(normalize=True)
    assert np.allclose([shares[name] for name in SPLITS], (0.8, 0.1, 0.1), atol=0.05)


def test_a_family_is_found_over_any_chain_and_has_its_first_persons_name():
    chain = [(f"p{n}", f"g{n + k}") for n in range(300) for k in (0, 1)]
    rows = pd.concat([table([("", "g5"), ("", "alone")]), table(chain[::-1])], ignore_index=True)
    named = families(rows)
    assert named.iat[1] == "row 1" and set(named.drop(1)) == {"p299"}


def test_a_long_chain_of_people_is_one_family_after_a_few_rounds(monkeypatch):
    """Fault: rounds grow with the chain: 1,000 people took 264, and 16,000 took 10,667."""
    order = np.random.default_rng(0).permutation(40_000)
    people = [f"p{n // 2}" for n in range(40_000)]
    groups = [f"g{(n + 1) // 2}" for n in range(40_000)]
    chain = pd.DataFrame({"person": people, "group": groups}).iloc[order]
    equal, rounds = np.array_equal, []
    monkeypatch.setattr(np, "array_equal", lambda *both: rounds.append(1) or equal(*both))
    assert families(chain).nunique() == 1
    assert len(rounds) < 20


def test_shares_are_kept_over_many_people():
    shares = assign_splits(many(4000, 1)).value_counts(normalize=True)
    assert np.allclose([shares[name] for name in SPLITS], (0.8, 0.1, 0.1), atol=0.02)


def test_more_photos_move_nobody():
    old, new = many(100, 3), many(300, 2, first=100)
    before = assign_splits(old)
    after = assign_splits(pd.concat([new, old], ignore_index=True))
    assert list(after[len(new) :]) == list(before)


@given(ROWS, ROWS, st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_new_photos_move_nobody_from_train_to_test(old, new, seed):
    # A model trained before would be tested on people it has seen.
    many_others = many(40, 1)
    whole = pd.concat([many_others, table(old + new)], ignore_index=True)
    known = whole.iloc[: len(many_others) + len(old)]
    before, after = assign_splits(known, seed), assign_splits(whole, seed)
    places = pd.Series(range(3), index=SPLITS)
    assert (places[after[: len(known)]].to_numpy() <= places[before].to_numpy()).all()


def test_people_whose_photos_are_all_left_out_do_not_fill_a_split():
    for seed in range(30):
        rows, used = many(9, 2), np.arange(18) >= 10
        assert set(assign_splits(rows, seed, used=used)[used]) == set(SPLITS)


def test_order_of_rows_does_not_matter():
    old = many(40, 2)
    turned = old.iloc[::-1]
    assert assign_splits(turned).sort_index().equals(assign_splits(old))


@pytest.mark.parametrize("people", [3, 4, 6])
def test_three_people_are_enough_for_no_empty_split(people):
    for seed in range(30):
        assert set(assign_splits(many(people, 2), seed)) == set(SPLITS)


def test_an_empty_table_has_no_splits():
    assert len(assign_splits(table([]))) == 0


def test_a_planted_leak_is_named():
    clean = many(50, 2).assign(split=lambda t: assign_splits(t))
    stray = pd.DataFrame({"person": ["p7"], "group": ["new"], "split": ["x"]})
    planted = pd.concat([clean, stray])
    found = leaks(planted)
    assert list(found["name"]) == ["p7"] and list(found["photos"]) == [3]
    assert list(found["kind"]) == ["person"] and "x" in found["splits"].iat[0]


def test_shares_that_do_not_sum_to_one_are_refused():
    with pytest.raises(ValueError, match="sum to 1"):
        assign_splits(many(3, 1), shares=(0.9, 0.1, 0.1))
