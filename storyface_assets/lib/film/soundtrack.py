"""The film's sound and its ffmetadata file: title, author, chapters."""

from pathlib import Path

import numpy as np
import soundfile

from storyface_assets.lib.film.report import FilmText
from storyface_assets.lib.film.timeline import Timeline
from storyface_assets.lib.speech import Narration
from storyface_assets.vocabulary import AI_LABEL


def soundtrack(narration: Narration, timeline: Timeline) -> np.ndarray:
    """``(n,)`` float32: silence under the title card, the voice, silence to the last frame."""
    out = np.zeros(round(timeline.seconds * narration.rate), np.float32)
    first = round(timeline.speech_start * narration.rate)
    voice = narration.audio[: max(len(out) - first, 0)]
    out[first : first + len(voice)] = voice
    return out


def write_soundtrack(path: Path, narration: Narration, timeline: Timeline) -> None:
    """Write the soundtrack as 16-bit WAV."""
    soundfile.write(path, soundtrack(narration, timeline), narration.rate, subtype="PCM_16")


def film_metadata(text: FilmText, narration: Narration, timeline: Timeline) -> str:
    """Title, author and chapters as ffmetadata.

    The format: https://ffmpeg.org/ffmpeg-formats.html#Metadata-1.
    """
    lines = [
        ";FFMETADATA1",
        f"title={_escaped(text.cards.title)}",
        f"artist={_escaped(text.cards.author)}",
        f"comment={_escaped(f'{AI_LABEL} (AI-generated video, made with StoryFace)')}",
        "language=kor",
    ]
    begins = [timeline.speech_start + narration.sentences[i].start for i, _ in text.chapters]
    names = [name for _, name in text.chapters]
    ends = [*begins[1:], timeline.seconds][: len(names)]
    if begins and begins[0] > 0:
        # The title card belongs to the first chapter: players want one that begins at zero.
        begins[0] = 0.0
    for name, start, end in zip(names, begins, ends, strict=True):
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={round(1000 * start)}"]
        lines += [f"END={round(1000 * end)}", f"title={_escaped(name)}"]
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    plain = " ".join(value.split())
    return "".join("\\" + c if c in "=;#\\" else c for c in plain)
