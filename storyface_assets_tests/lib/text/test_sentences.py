"""A story as sentences: nothing lost, nothing empty, places right, fast."""

import re
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.long_sentences import MAX_SENTENCE_CHARS
from storyface_assets.lib.text.readable import MAX_SENTENCES
from storyface_assets.lib.text.sentences import read_story, split_story

_WORDS = ["토끼가", "웃었어요.", "쿵!", "아!", "정말?", "…", "3.5", "“가자!”", "하고", "말했어요."]
_ROUGH = [
    '"',
    "'",
    "“",
    "”",
    "‘",
    "’",
    "「",
    "」",
    "\n",
    "\n\n",
    " ",
    ".",
    "!",
    "?",
    "😀",
    "가",
    "A",
]
_PAGE_MARK = re.compile(r"^[ \t]*(?:-{3,}|#{2,})[ \t]*$", re.MULTILINE)


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", _PAGE_MARK.sub("", text))


_quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_quick
@given(st.lists(st.sampled_from(_WORDS + _ROUGH), max_size=40).map("".join))
def test_text_is_preserved_but_for_white_space(story: str) -> None:
    """Fault: a letter lost or doubled at a boundary; an empty subtitle."""
    sentences = split_story(story)
    assert "".join(_squeezed(s.text) for s in sentences) == _squeezed(story)
    assert all(s.text.strip() == s.text != "" for s in sentences)
    assert [s.index for s in sentences] == list(range(len(sentences)))
    assert all(len(s.text) <= MAX_SENTENCE_CHARS and "\n" not in s.text for s in sentences)


_spoken = st.lists(st.sampled_from(["가자!", "정말이야?", "나는 토끼야.", "음…"]), min_size=1)
_quoted = st.tuples(st.sampled_from(["“”", "「」", '""']), _spoken).map(
    lambda pair: pair[0][0] + " ".join(pair[1][:3]) + pair[0][1]
)
_narrated = st.sampled_from(["토끼가 말했어요.", "숲은 조용했어요.", "쿵!", "그리고 모두 잤어요."])


@_quick
@given(st.lists(st.one_of(_quoted, _narrated), min_size=1, max_size=10))
def test_marks_are_balanced_in_every_sentence(parts: list[str]) -> None:
    """Fault: a quotation cut in two, so that a subtitle opens and never closes."""
    for sentence in split_story(" ".join(parts)):
        counts = Counter(sentence.text)
        if sentence.part == 0:
            assert counts["“"] == counts["”"] and counts["「"] == counts["」"]
            assert counts['"'] % 2 == 0


def test_pages_and_paragraphs() -> None:
    """Fault: page turns are lost, or an empty page counts."""
    story = "하나예요. 둘이에요.\n\n셋이에요.\n---\n\n##\n넷이에요.\f다섯이에요."
    places = [(s.text, s.page, s.paragraph) for s in split_story(story)]
    assert places == [
        ("하나예요.", 0, 0),
        ("둘이에요.", 0, 0),
        ("셋이에요.", 0, 1),
        ("넷이에요.", 1, 2),
        ("다섯이에요.", 2, 3),
    ]


def test_a_line_break_inside_a_sentence_is_a_space() -> None:
    """Fault: text wrapped by an editor is cut at every line."""
    assert [s.text for s in split_story("토끼가 숲에서\n춤을 추었어요.")] == [
        "토끼가 숲에서 춤을 추었어요."
    ]


def test_dialogue_is_marked() -> None:
    """Fault: narration spoken in a character's voice, or a quoted word taken for speech."""
    found = split_story("\"가자!\" 하고 토끼가 말했어요. 그것은 '달'처럼 빛났어요. 끝이에요.")
    assert [s.is_dialogue for s in found] == [True, False, False]


@pytest.mark.parametrize("unit", ["토끼가 숲길을 걸어가다가 다람쥐를 만나서 인사를 하고 ", "가"])
def test_a_sentence_of_3000_letters_is_cut_with_a_warning(unit: str) -> None:
    """Fault: a subtitle of forty lines, or a crash."""
    story = read_story((unit * 3000)[:3000], "story.txt")
    assert all(len(s.text) <= MAX_SENTENCE_CHARS for s in story.sentences)
    assert [s.part for s in story.sentences] == list(range(1, len(story.sentences) + 1))
    assert any("longer than" in warning for warning in story.warnings)


def test_a_long_sentence_is_cut_where_one_breathes() -> None:
    """Fault: a cut in the middle of a phrase although a comma is near."""
    half = "아주 먼 옛날 깊고 깊은 산속에 마음씨 착한 나무꾼 할아버지가 늙은 소 한 마리와 함께"
    story = f"{half} 살고 있었는데, {half} 오래오래 행복하게 지냈다고 마을 사람들이 말했습니다."
    first, second = split_story(story)
    assert first.text.endswith("있었는데,") and second.text.startswith("아주 먼")


def test_ten_thousand_sentences_are_refused_with_their_number() -> None:
    """Fault: a ten-hour film is started, or the message does not say what to do."""
    with pytest.raises(BadInput, match=r"10,000 sentences.*Split it") as caught:
        read_story("토끼가 웃었어요.\n" * 10_000, "book/story.txt")
    assert caught.value.file == "book/story.txt"


def test_the_longest_allowed_story_is_cut_quickly() -> None:
    """Fault: quadratic time in the length of a story or of one paragraph."""
    split_story("준비 운동이에요.")
    began = time.process_time()
    story = read_story('토끼가 "가자!" 하고 말했어요. ' * MAX_SENTENCES, "story.txt")
    assert len(story.sentences) == MAX_SENTENCES
    assert time.process_time() - began < 10


def test_decomposed_hangul_reads_the_same() -> None:
    """Fault: NFD text from a Mac is split into letters."""
    import unicodedata

    story = "토끼가 웃었어요. 쿵! 나무가 쓰러졌어요."
    assert split_story(unicodedata.normalize("NFD", story)) == split_story(story)
