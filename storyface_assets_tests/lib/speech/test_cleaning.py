"""What is printed becomes something that can be said, word by word."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.speech.cleaning import spoken_text, spoken_words


def _said(sentence: str) -> str:
    return spoken_text(spoken_words(sentence)[0])


def test_quotes_emoji_and_faces_of_letters_are_not_read() -> None:
    assert _said("“저리 가!” 하고 닭이 말했다. 😀 ㅠㅠ") == "저리 가! 하고 닭이 말했다."


def test_laughter_in_bare_consonants_is_heard() -> None:
    assert _said("ㅋㅋㅋ") == "크크크"


def test_hanja_after_its_reading_is_not_read_twice() -> None:
    assert _said("천국(天國)에서") == "천국에서"


def test_unreadable_letters_are_told() -> None:
    words, warnings = spoken_words("Привет 오리야")
    assert spoken_text(words) == "오리야"
    assert warnings == ["not read aloud: Привет"]


def test_a_run_of_marks_is_one_mark() -> None:
    # espeak-ng pauses once for each mark: "!!!!" would be seconds of silence.
    assert _said("안돼!!!! 정말…… 왜?!?!") == "안돼! 정말. 왜?"


def test_decomposed_text_sounds_like_composed_text() -> None:
    sentence = "아기 오리가 웃었어요."
    assert _said(unicodedata.normalize("NFD", sentence)) == _said(sentence)


@given(st.text(max_size=60))
def test_any_text_gives_one_entry_a_printed_word_and_only_speakable_letters(text: str) -> None:
    words, _ = spoken_words(text)
    whole = unicodedata.normalize("NFC", text.replace("\0", ""))
    assert [w.printed for w in words] == whole.split()
    assert all(c.isascii() or "가" <= c <= "힣" for c in spoken_text(words))
    assert "\0" not in spoken_text(words)
