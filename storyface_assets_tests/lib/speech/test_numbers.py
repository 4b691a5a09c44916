"""Figures are read as a Korean would say them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.speech.numbers import native_korean, read_numbers, sino_korean


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "영"),
        (7, "칠"),
        (10, "십"),
        (11, "십일"),
        (100, "백"),
        (1_234, "천이백삼십사"),
        (10_000, "만"),
        (11_111, "만천백십일"),
        (20_001, "이만일"),
        (100_000_000, "일억"),
        (2_026, "이천이십육"),
    ],
)
def test_sino_korean_numbers_drop_a_silent_one(number: int, said: str) -> None:
    assert sino_korean(number) == said


@pytest.mark.parametrize(
    ("number", "said"), [(1, "한"), (20, "스무"), (21, "스물한"), (99, "아흔아홉")]
)
def test_native_numbers_take_their_short_form_before_a_counter(number: int, said: str) -> None:
    assert native_korean(number) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3마리의 오리", "세마리의 오리"),
        ("12시 30분에", "열두시 삼십분에"),
        ("13시", "십삼시"),
        ("20개,", "스무개,"),
        ("1,234원", "천이백삼십사원"),
        ("3.5배", "삼점오배"),
        ("0.05초", "영점영오초"),
        ("010", "공일공"),
        ("100마리", "백마리"),
        ("3개월", "삼개월"),
    ],
)
def test_counters_decide_between_native_and_sino_korean(text: str, said: str) -> None:
    # A voice that reads "열두 시" as "십이 시" is the fault that every Korean hears at once.
    assert read_numbers(text) == said


def test_a_counter_in_the_next_word_counts_too() -> None:
    assert read_numbers("3", "마리가") == "세"
    assert read_numbers("3", "월") == "삼"


@given(st.text(alphabet="0123456789,.가시개년 ", max_size=40))
def test_no_figure_is_left_and_nothing_raises(text: str) -> None:
    assert not re.search(r"\d", read_numbers(text))
