"""Subtitles: in order, inside the film, readable."""

import numpy as np
import pysubs2
import pytest

from storyface_assets.lib.film.cues import Cue, make_cues
from storyface_assets.lib.film.fonts import printable, text_width
from storyface_assets.lib.film.lettering import Cards, burned_script, subtitle_file
from storyface_assets.lib.film.timeline import Timeline
from storyface_assets.lib.speech import Narration, Voice, narrate

EM, WIDTH = 36, 1100.0
LONG = (
    "하지만 아무도 아기 오리와 놀아 주지 않았고, 형제들은 날마다 못생겼다고 놀려 댔으며, 닭과"
    " 고양이마저 아기 오리를 쫓아내려고 부리로 쪼고 발톱으로 할퀴었습니다."
)
TEXTS = ["오리가 웃었어요.", LONG, "😀", "가나다라마바사아자차카타파하" * 12, "끝."]
LABELS = ["행복", "슬픔", "행복", "당황", "중립"]


@pytest.fixture(scope="module")
def story() -> tuple[Narration, Timeline, list[Cue]]:
    told = narrate(TEXTS, Voice())
    timeline = Timeline.of(told, 30.0)
    return told, timeline, make_cues(told, LABELS, timeline, EM, WIDTH)


def test_cues_are_in_order_and_inside_the_film(
    story: tuple[Narration, Timeline, list[Cue]],
) -> None:
    _, timeline, cues = story
    edges = [t for c in cues for t in (c.start, c.end)]
    assert edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= timeline.seconds
    assert all(c.end > c.start for c in cues)


def test_no_cue_has_more_than_two_lines_or_a_line_wider_than_the_picture(
    story: tuple[Narration, Timeline, list[Cue]],
) -> None:
    for cue in story[2]:
        assert 1 <= len(cue.lines) <= 2
        assert max(text_width(line, EM) for line in cue.lines) <= WIDTH


def test_every_word_is_shown_once_and_while_it_is_heard(
    story: tuple[Narration, Timeline, list[Cue]],
) -> None:
    told, timeline, cues = story
    mine = [c for c in cues if c.sentence == 1]
    assert len(mine) >= 2
    shown = " ".join(" ".join(c.lines).removesuffix(" (슬픔)") for c in mine)
    assert shown == LONG
    for word in told.sentences[1].words:
        middle = timeline.speech_start + (word.start + word.end) / 2
        (cue,) = [c for c in mine if c.start <= middle < c.end]
        assert word.text in " ".join(cue.lines)


def test_every_sentence_is_shown_with_its_emotion(
    story: tuple[Narration, Timeline, list[Cue]],
) -> None:
    for i, label in enumerate(LABELS):
        mine = [c for c in story[2] if c.sentence == i]
        assert mine and all(c.lines[-1].endswith(f"({label})") for c in mine)


def test_letters_without_a_glyph_are_left_out() -> None:
    # libass would draw a box for them.
    assert printable("오리 😀 웃음 \u200d ♥") in ("오리 웃음 ♥", "오리 웃음")


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_signs_of_a_story_are_no_markup(kind: str) -> None:
    # {…} was left out of the file, <…> is hidden by players, --> breaks a WebVTT cue.
    cue = Cue(0.0, 1.0, ("<토끼> --> {거북이}", "안\\Nt녕 (행복)"), 0)
    written = subtitle_file([cue]).to_string(kind)
    assert "〈토끼〉" in written and "(거북이)" in written and "안/Nt녕" in written
    assert "<" not in written and written.count("-->") == 1


def test_srt_and_vtt_can_be_read_again(story: tuple[Narration, Timeline, list[Cue]]) -> None:
    cues = story[2]
    for kind in ("srt", "vtt"):
        again = pysubs2.SSAFile.from_string(subtitle_file(cues).to_string(kind), format_=kind)
        assert np.allclose([e.start for e in again], [1000 * c.start for c in cues], atol=2)
        assert [e.plaintext for e in again] == ["\n".join(c.lines) for c in cues]


def test_commands_in_a_story_are_printed_not_obeyed(
    story: tuple[Narration, Timeline, list[Cue]],
) -> None:
    cue = Cue(1.0, 2.0, (r"{\b1}굵게\N둘",), 0)
    script = burned_script([cue], Cards(r"{\fs200}제목"), story[1], (1280, 720))
    for event in script:
        body = (
            event.text.removeprefix("{").partition("}")[2] if event.text[0] == "{" else event.text
        )
        assert "{" not in body and "\\b1" not in body and "\\fs" not in body


def test_the_ai_label_is_there_from_first_to_last_frame(
    story: tuple[Narration, Timeline, list[Cue]],
) -> None:
    script = burned_script(story[2], Cards("제목"), story[1], (1280, 720))
    (label,) = [e for e in script if e.style == "Label"]
    assert label.text == "AI로 만든 영상"
    assert label.start == 0 and label.end >= 1000 * story[1].seconds - 1
