"""Checks of the voice and of the finished film."""

import itertools
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pysubs2

from storyface_assets.checks.factories import Verdict, book_check
from storyface_assets.lib.film.credentials import SOURCE_TYPE, read_credentials
from storyface_assets.lib.film.facts import FilmFacts, check_film
from storyface_assets.lib.speech import Narration
from storyface_assets.lib.speech.loudness import TARGET_LUFS, integrated_loudness, true_peak_db
from storyface_assets.lib.store import Folder
from storyface_assets.vocabulary import AI_LABEL

_LOUDNESS_TOLERANCE = 1.5
#: Frames that the sound may be longer or shorter than the picture (AAC packets, rounding).
_FRAMES_OFF = 2
#: Longest that the picture may stand still, seconds: the face breathes and blinks all the time.
_STILL_SECONDS = 1.0


def times_are_in_order(folder: Folder) -> Verdict:
    """Sentences follow each other inside the recording, and each has some length."""
    voice = Narration.load(folder.path)
    edges = list(itertools.chain.from_iterable((s.start, s.end) for s in voice.sentences))
    ordered = edges == sorted(edges) and all(s.end > s.start for s in voice.sentences)
    inside = not edges or (edges[0] >= 0 and edges[-1] <= voice.seconds + 1e-3)
    return Verdict(
        bool(edges) and ordered and inside,
        f"{len(voice.sentences)} sentences in {voice.seconds:.1f} s",
        {"seconds": voice.seconds},
    )


def voice_is_not_clipped(folder: Folder) -> Verdict:
    """The true peak stays below full scale."""
    voice = Narration.load(folder.path)
    peak = true_peak_db(voice.audio)
    return Verdict(peak < 0.0, f"true peak {peak:.1f} dBFS", {"dBFS": peak})


def voice_is_even(folder: Folder) -> Verdict:
    """The loudness is close to −16 LUFS."""
    voice = Narration.load(folder.path)
    level = integrated_loudness(voice.audio, voice.rate)
    passed = abs(level - TARGET_LUFS) <= _LOUDNESS_TOLERANCE
    return Verdict(passed, f"{level:.1f} LUFS", {"LUFS": level})


def voice_is_as_wished(folder: Folder) -> Verdict:
    """Every sentence is read, whole, and in the voice that was wished for."""
    warnings = Narration.load(folder.path).warnings
    text = "; ".join(warnings[:5]) or "all read as wished"
    return Verdict(not warnings, text, {"warnings": len(warnings)})


def film_decodes_fully(folder: Folder) -> Verdict:
    """Every frame that the report counts comes out of the decoder, at the size it says."""
    facts, report = _decoded(folder.path / "film.mp4"), _report(folder)
    return Verdict(
        facts.frames == report["frames"]
        and list(facts.size) == [report["width"], report["height"]],
        f"{facts.frames} of {report['frames']} frames, {facts.size[0]}×{facts.size[1]}",
        {"frames": facts.frames, "chapters": facts.chapters},
    )


def sound_is_as_long_as_picture(folder: Folder) -> Verdict:
    """Sound and picture end within two frames of each other."""
    facts = _decoded(folder.path / "film.mp4")
    frames = abs(facts.audio_seconds - facts.video_seconds) * facts.fps
    return Verdict(frames <= _FRAMES_OFF, f"{frames:.1f} frames apart", {"frames": frames})


def voice_fits_in_film(folder: Folder, narration: Folder) -> Verdict:
    """The film is at least as long as the voice that tells the story."""
    seconds, spoken = _report(folder)["seconds"], Narration.load(narration.path).seconds
    return Verdict(seconds >= spoken, f"{seconds:.1f} s of film for {spoken:.1f} s of voice")


def subtitles_are_in_order(folder: Folder) -> Verdict:
    """Both subtitle files have cues in order, without overlap, inside the film."""
    limit = _report(folder)["seconds"] * 1000 + 1
    for name in ("film.srt", "film.vtt"):
        cues = list(pysubs2.load(str(folder.path / name), encoding="utf-8"))
        edges = list(itertools.chain.from_iterable((cue.start, cue.end) for cue in cues))
        if not edges or edges != sorted(edges) or edges[-1] > limit:
            return Verdict(False, f"{name}: {len(cues)} cues, out of order or outside")
    return Verdict(True, f"{len(cues)} cues", {"cues": len(cues)})


def notice_is_there(folder: Folder) -> Verdict:
    """The letters drawn into the film say on every frame that AI made it.

    Looks into the script from which ffmpeg drew them; that it draws is a test's part.
    """
    script, facts = folder.path / "film.ass", _decoded(folder.path / "film.mp4")
    if not script.is_file():
        return Verdict(False, "no film.ass")
    notices = [
        line
        for line in pysubs2.load(str(script), encoding="utf-8", format_="ass")
        if line.plaintext.strip() == AI_LABEL and not line.is_comment
    ]
    last_frame = 1000 * (facts.frames - 1) / facts.fps
    passed = any(line.start <= 0 and line.end > last_frame for line in notices)
    shown = max((line.duration for line in notices), default=0) / 1000
    text = f"“{AI_LABEL}” for {shown:.1f} of {facts.video_seconds:.1f} s"
    return Verdict(passed, text, {"seconds": shown})


def credentials_are_there(folder: Folder) -> Verdict:
    """The file carries signed Content Credentials (C2PA) that name its source as AI."""
    found = read_credentials(folder.path / "film.mp4")
    return Verdict(
        found is not None and SOURCE_TYPE in json.dumps(found),
        "signed" if found else "no Content Credentials",
    )


def picture_never_freezes(folder: Folder) -> Verdict:
    """The picture never stands still for longer than a second."""
    still = _decoded(folder.path / "film.mp4").longest_still_seconds
    return Verdict(still <= _STILL_SECONDS, f"still for {still:.2f} s at most", {"seconds": still})


def _report(folder: Folder) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder.path / "report.json").read_text("utf-8"))
    return report


@lru_cache(maxsize=4)
def _decoded(film: Path) -> FilmFacts:
    """Decoding takes seconds and three rules ask; a stored version never changes."""
    return check_film(film)


FILM_CHECKS = [
    book_check("narration", times_are_in_order, blocking=True),
    book_check("narration", voice_is_not_clipped, blocking=True),
    book_check("narration", voice_is_even, blocking=False),
    book_check("narration", voice_is_as_wished, blocking=False),
    book_check("film", film_decodes_fully, blocking=True),
    book_check("film", sound_is_as_long_as_picture, blocking=True),
    book_check("film", voice_fits_in_film, blocking=True, other="narration"),
    book_check("film", subtitles_are_in_order, blocking=True),
    book_check("film", notice_is_there, blocking=True),
    book_check("film", credentials_are_there, blocking=False),
    book_check("film", picture_never_freezes, blocking=False),
]
