"""A wrong label vector ruins a face without an error; the seeds' slides show one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan import label_vectors as lv

#: The slides' "wrong mask vector": twelve numbers.
SEEDS_WRONG = "[[ 0 , 1 , 0 , 1 , 0 , 0 , 1 , 0 , 0 , 0 , 0 , 1 ]]"
#: Every vector there can be: 4 hair colours (none, three) × Male × Young, and 4 emotions.
RIGHT = {
    (*hair, male, young, 0, 0, 0, 0, 1, 0)
    for hair in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]
    for male, young in itertools.product((0, 1), repeat=2)
} | {(0, 0, 0, 0, 0, *(int(k == n) for k in range(4)), 0, 1) for n in range(4)}


def test_exactly_twenty_of_all_2048_vectors_are_accepted():
    # A rule that is missing accepts more, one too strict fewer; both ways of checking agree.
    every = np.array(list(itertools.product((0, 1), repeat=lv.LENGTH)))
    accepted = set()
    for vector in every:
        try:
            accepted.add(tuple(lv.check_vector(vector).astype(int).tolist()))
        except BadInput:
            with pytest.raises(BadInput):
                lv.check_vectors(vector[None])
        else:
            lv.check_vectors(vector[None])
    assert accepted == RIGHT and len(accepted) == 20


def test_the_slides_twelve_numbers_are_refused_at_the_twelfth():
    with pytest.raises(BadInput, match=r"\[11\]: is one too many: there are 12 numbers"):
        lv.parse_vector(SEEDS_WRONG)


@settings(deadline=None)
@given(st.sampled_from(sorted(RIGHT)), st.integers(0, 10), st.floats(allow_nan=True))
def test_a_number_that_is_not_0_or_1_is_named(right, index, value):
    vector = np.array(right, float)
    vector[index] = value
    if value in (0, 1):
        return
    with pytest.raises(BadInput) as error:
        lv.check_vector(vector)
    assert error.value.field == f"[{index}] {lv.NAMES[index]}"
    with pytest.raises(BadInput) as error:
        lv.check_vectors(np.array([right, vector]))
    assert error.value.field == f"[{index}] {lv.NAMES[index]}" and "row 1" in error.value.file


@settings(deadline=None)
@given(st.sampled_from(sorted(RIGHT)), st.integers(0, 10))
def test_one_flipped_number_is_accepted_only_if_the_vector_is_right(right, index):
    flipped = list(right)
    flipped[index] = 1 - flipped[index]
    if tuple(flipped) in RIGHT:
        assert lv.check_vector(flipped).tolist() == flipped
    else:
        with pytest.raises(BadInput, match=r"\[\d+\]"):
            lv.check_vector(flipped)


@settings(deadline=None)
@given(st.lists(st.sampled_from([0, 1]), max_size=30).filter(lambda v: len(v) != lv.LENGTH))
def test_any_other_length_is_refused(values):
    with pytest.raises(BadInput, match=f"{len(values)} numbers"):
        lv.check_vector(values)


@pytest.mark.parametrize(
    ("vector", "field"),
    [
        ([0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0], "[6] Happy"),  # CelebA with an emotion
        ([0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1], "[1] Blond_Hair"),  # Custom with an attribute
        ([0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1], "[10] Custom"),  # both
        ([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], "[10] Custom"),  # neither
        ([1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0], "[2] Brown_Hair"),  # two colours
        ([0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1], "[8] Sadness"),  # two emotions
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "[5] Anger"),  # no emotion
    ],
)
def test_the_contradicting_number_is_named(vector, field):
    with pytest.raises(BadInput) as error:
        lv.check_vector(vector)
    assert error.value.field == field


@settings(deadline=None)
@given(
    st.sampled_from(["", *lv.HAIR]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([-1, 0]),
)
def test_celeba_attributes_come_back(hair, male, young, no):
    attributes = {name: 1 if name == hair else no for name in lv.HAIR}
    attributes |= {"Male": 1 if male else no, "Young": 1 if young else no, "Smiling": 1}
    vector = lv.celeba_vector(attributes)
    wanted = {hair or "CelebA", "CelebA"} | ({"Male"} if male else set())
    assert set(lv.names_set(vector)) == wanted | ({"Young"} if young else set())
    assert lv.domain_of(vector) == "CelebA" and vector.dtype == np.float32


@pytest.mark.parametrize("emotion", ["anger", "happy", "panic", "sadness"])
def test_emotions_come_back(emotion):
    vector = lv.emotion_vector(emotion)
    assert lv.names_set(vector) == (emotion.capitalize(), "Custom")
    assert lv.domain_of(lv.parse_vector(str(vector.tolist()))) == "Custom"


def test_neutral_is_no_class():
    # As all zeros it would be trained as "none of the four", which the class loss cannot say.
    with pytest.raises(BadInput, match="as it is"):
        lv.emotion_vector("neutral")


def test_a_missing_attribute_and_a_strange_one_are_named():
    with pytest.raises(BadInput, match=r"\[4\] Young: is missing"):
        lv.celeba_vector(dict.fromkeys(lv.ATTRIBUTES[:4], -1))
    with pytest.raises(BadInput, match=r"\[3\] Male: is 2"):
        lv.celeba_vector(dict.fromkeys(lv.ATTRIBUTES, -1) | {"Male": 2})


def test_a_word_is_named():
    with pytest.raises(BadInput, match=r"\[2\] Brown_Hair: is 'x'"):
        lv.parse_vector("0 1 x 0 0 0 0 0 0 1 0")
