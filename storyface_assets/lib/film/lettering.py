"""All text of a film as one ASS script for libass, and its subtitles as SRT and WebVTT.

Burning in by libass costs .3 ms a 1280×720 frame; blending a Pillow overlay 2.5 ms and moviepy's
TextClip 61 ms (measured on two cores).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pysubs2 import Alignment, Color, SSAEvent, SSAFile, SSAStyle

from storyface_assets.lib.film.cues import Cue, wrap
from storyface_assets.lib.film.fonts import FAMILY, line_height, printable
from storyface_assets.lib.film.timeline import Timeline
from storyface_assets.vocabulary import AI_LABEL

#: Sizes of letters as shares of the picture's height.
SUBTITLE_EM: Final = 0.050
_TITLE_EM, _AUTHOR_EM, _CREDIT_EM, _LABEL_EM = 0.092, 0.042, 0.036, 0.026
#: Widest line as a share of the picture's width.
LINE_WIDTH: Final = 0.86
#: Commands in ASS; a story's own braces and backslashes are printed as look-alikes.
_PLAIN_SCRIPT: Final = str.maketrans("{}\\", "()/")
#: Besides, SRT and WebVTT take ``<…>`` for markup: <토끼와 거북이> would not be shown.
_PLAIN_SUBTITLE: Final = _PLAIN_SCRIPT | str.maketrans("<>", "〈〉")
_WHITE, _BLACK = Color(255, 255, 255), Color(0, 0, 0)


@dataclass(frozen=True)
class Cards:
    """Words of the title and end cards.

    Attributes:
        title: of the story.
        author: who wrote it; may be empty.
        credits: lines of the end card (licence, voice, …).
    """

    title: str
    author: str = ""
    credits: tuple[str, ...] = ()


def subtitle_em(height: int) -> int:
    """Pixels of a subtitle's em at a picture height."""
    return max(round(SUBTITLE_EM * height), 8)


def burned_script(
    cues: Sequence[Cue], cards: Cards, timeline: Timeline, size: tuple[int, int]
) -> SSAFile:
    """The script that libass draws into the picture.

    Args:
        cues: subtitles.
        cards: words of the title and end cards.
        timeline: of the film.
        size: width, height in pixels.
    """
    width, height = size
    script = SSAFile()
    script.info |= {
        "PlayResX": str(width),
        "PlayResY": str(height),
        "WrapStyle": "2",
        "ScaledBorderAndShadow": "yes",
    }
    script.styles = {
        "Subtitle": _style(height, SUBTITLE_EM, 0.0045, margin=0.055),
        "Title": _style(height, _TITLE_EM, 0.006, margin=0.10),
        "Author": _style(height, _AUTHOR_EM, 0.004, margin=0.05),
        "Credit": _style(height, _CREDIT_EM, 0.003, Alignment.MIDDLE_CENTER, 0.0),
        "Label": _style(height, _LABEL_EM, 0.002, Alignment.TOP_RIGHT, 0.024),
    }
    script.styles["Label"].primarycolor = Color(255, 255, 255, 60)
    script.events = [
        _event(0.0, timeline.seconds, "Label", [AI_LABEL]),
        *_title_events(cards, timeline, size),
        *_end_events(cards, timeline, size),
        *(_event(c.start, c.end, "Subtitle", c.lines) for c in cues),
    ]
    return script


def subtitle_file(cues: Sequence[Cue]) -> SSAFile:
    """The subtitles alone; ``.to_string("srt")`` or ``("vtt")`` writes them."""
    script = SSAFile()
    script.events = [
        SSAEvent(
            start=round(1000 * c.start),
            end=round(1000 * c.end),
            text="\\N".join(line.translate(_PLAIN_SUBTITLE) for line in c.lines),
        )
        for c in cues
    ]
    return script


def _style(
    height: int,
    em: float,
    outline: float,
    alignment: Alignment = Alignment.BOTTOM_CENTER,
    margin: float = 0.0,
) -> SSAStyle:
    edge = round(margin * height)
    return SSAStyle(
        fontname=FAMILY,
        fontsize=round(em * height) * line_height(),
        primarycolor=_WHITE,
        outlinecolor=_BLACK,
        backcolor=Color(0, 0, 0, 255),
        outline=max(outline * height, 1.0),
        shadow=0.0,
        alignment=alignment,
        marginl=edge,
        marginr=edge,
        marginv=edge,
    )


def _event(start: float, end: float, style: str, lines: Sequence[str], tags: str = "") -> SSAEvent:
    plain = (line.translate(_PLAIN_SCRIPT) for line in lines)
    text = tags + "\\N".join(plain)
    return SSAEvent(start=round(1000 * start), end=round(1000 * end), style=style, text=text)


def _title_events(cards: Cards, timeline: Timeline, size: tuple[int, int]) -> list[SSAEvent]:
    if timeline.speech_start < 0.5:
        return []
    width, height = size
    em = round(_TITLE_EM * height)
    title = wrap(printable(cards.title), em, LINE_WIDTH * width) or ("",)
    if len(title) > 3:
        title = (*title[:2], title[2] + "…")
    end = timeline.speech_start - 0.1
    author = printable(cards.author)

    def at(y: float) -> str:
        return f"{{\\pos({width // 2},{round(y * height)})\\fad(700,350)}}"

    events = [_event(0.15, end, "Title", title, at(0.84 if author else 0.9))]
    if author:
        events.append(_event(0.5, end, "Author", [author], at(0.92)))
    return events


def _end_events(cards: Cards, timeline: Timeline, size: tuple[int, int]) -> list[SSAEvent]:
    start = timeline.speech_end + 0.9
    if timeline.seconds - start < 0.5:
        return []
    width, height = size
    em = round(_CREDIT_EM * height)
    texts = [cards.title, cards.author, *cards.credits, AI_LABEL]
    lines = [line for text in texts for line in wrap(printable(text), em, LINE_WIDTH * width)]

    def at(y: float) -> str:
        return f"{{\\pos({width // 2},{round(y * height)})\\fad(600,0)}}"

    return [
        _event(start, timeline.seconds, "Title", ["끝"], at(0.42)),
        _event(start + 0.2, timeline.seconds, "Credit", lines, at(0.62)),
    ]
