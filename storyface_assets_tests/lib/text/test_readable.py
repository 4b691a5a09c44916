"""Texts that are refused, and what is dropped from those that are not."""

import unicodedata

import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.readable import MAX_CHARS, refuse_unreadable
from storyface_assets.lib.text.sentences import read_story
from storyface_assets.lib.text.spoken import clean_for_voice


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (" \n\u3000\t\n", "is empty"),
        ("😀😀\n…!", "no words"),
        ("123 456", "no words"),
        ("Once upon a time there was a rabbit.", "is not Korean: 0 of"),
        ("むかしむかし、あるところに。", "is not Korean"),
        ("从前有一只兔子。토끼", "is not Korean"),
        ("ㅋㅋㅋㅋ ㅠㅠ", "is not Korean"),
        ("토끼가\x00 웃었어요.", "U\\+0000"),
        ("토끼가 \x1b[31m웃었어요.", "U\\+001B"),
        ("토끼가 \ufffd\ufffd 웃었어요.", "lost"),
        ("토끼가 \udc80 웃었어요.", "U\\+DC80"),
        ("가" * (MAX_CHARS + 1), "400,001 characters"),
    ],
)
def test_unreadable_text_is_refused(text: str, says: str) -> None:
    """Fault: the film of a text that nobody can read, or a refusal without a mend."""
    with pytest.raises(BadInput, match=says) as caught:
        refuse_unreadable(text, "books/a/story.txt")
    assert caught.value.file == "books/a/story.txt"
    assert caught.value.field and caught.value.mend


def test_the_line_of_a_broken_character_is_named() -> None:
    """Fault: a parent must search a whole book for one character."""
    with pytest.raises(BadInput, match="line 3"):
        refuse_unreadable("하나.\n둘.\n셋\x00.", "story.txt")


@pytest.mark.parametrize(
    "text",
    [
        "토끼가 웃었어요.",
        "Tom이 웃었어요. OK!",
        "山에 갔어요. 나무가 많았어요.",
        unicodedata.normalize("NFD", "토끼가 웃었어요."),
        "아",
    ],
)
def test_korean_with_other_scripts_is_read(text: str) -> None:
    """Fault: a foreign name makes a Korean story 'another language'."""
    assert read_story(text, "story.txt").sentences


def test_emoji_are_dropped_with_a_warning() -> None:
    """Fault: the voice reads 'smiling face with smiling eyes'; the subtitle shows boxes."""
    family = "👨‍👩‍👧"
    story = read_story(f"잘 자요 😊. {family} 우리 가족 ❤️ 이에요! 🇰🇷", "story.txt")
    assert [s.text for s in story.sentences] == ["잘 자요.", "우리 가족 이에요!"]
    assert "emoji" in story.warnings[0] and "😊" in story.warnings[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("30℃였어요.", "30℃였어요."),
        ("45° 기울었어요.", "45° 기울었어요."),
        ("키가 5㎝ 컸어요.", "키가 5cm 컸어요."),
    ],
)
def test_degrees_and_units_are_no_pictures(text: str, said: str) -> None:
    """Fault: "30℃" is read and shown as "30"."""
    assert clean_for_voice(text) == (said, ())


def test_clean_text_is_unchanged() -> None:
    """Fault: ellipses, tildes, brackets or 가운뎃점 vanish with the emoji."""
    text = "“정말… 하늘·바다·별~?” 「응!」 (3×4=12, 50%) ㅋㅋ"
    assert clean_for_voice(text) == (text, ())


def test_invisible_marks_go_without_a_warning() -> None:
    """Fault: a zero-width space from a web page becomes a pause or a box."""
    assert clean_for_voice("\ufeff토끼\u200b가 웃어요.") == ("토끼가 웃어요.", ())
