"""One sentence → one clip, kept on disk by the hash of all that decides its samples."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np
from scipy.signal import resample_poly

from storyface_assets.lib.speech.cleaning import SpokenWord, spoken_text
from storyface_assets.lib.speech.espeak import speak
from storyface_assets.lib.speech.google import speak_google
from storyface_assets.lib.speech.loudness import normalise
from storyface_assets.lib.speech.utterance import Span, Utterance
from storyface_assets.lib.speech.voice import Voice

#: Samples a second of every clip and narration: enough for a voice, half the size of 48,000.
RATE: Final = 24_000
#: Raise it when the samples change for the same words and voice.
_VERSION: Final = 1
_FOLDER: Final = "voice"
#: A clip of nothing sayable (an emoji, three dots) is still a moment.
_SILENT_SECONDS: Final = 0.6
_FADE_SECONDS: Final = 0.008
_MARGIN_SECONDS: Final = 0.03


def clip(
    words: list[SpokenWord],
    voice: Voice,
    cache_dir: Path | None,
    sleep: Callable[[float], None] | None = None,
) -> Utterance:
    """Say a sentence, or take it from the cache if it was said before.

    Args:
        words: the sentence.
        voice: who says it.
        cache_dir: earlier clips are in its folder ``voice``; ``None`` keeps none.
        sleep: how to wait between tries of a network voice; ``None`` = really.

    Returns:
        At ``RATE``, trimmed, faded in and out, at the common loudness.

    Raises:
        EspeakError, GoogleVoiceError: the voice does not work.
    """
    if kept := kept_clip(words, voice, cache_dir):
        return kept
    said = _finish(speak(words, voice))
    if voice.engine == "gtts" and spoken_text(words):
        waits = {"sleep": sleep} if sleep else {}
        audio, rate = speak_google(spoken_text(words), voice.language, **waits)
        said = _stretch_to(said, _finish(Utterance(audio, rate, (), ())))
    if cache_dir:
        _save(_place(words, voice, cache_dir), said)
    return said


def kept_clip(words: list[SpokenWord], voice: Voice, cache_dir: Path | None) -> Utterance | None:
    """What :func:`clip` said before; ``None`` if it did not, or if the clip is damaged."""
    return _load(_place(words, voice, cache_dir)) if cache_dir else None


def _place(words: list[SpokenWord], voice: Voice, cache_dir: Path) -> Path:
    key = json.dumps([_VERSION, asdict(voice), [asdict(w) for w in words]], ensure_ascii=False)
    return cache_dir / _FOLDER / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.npz"


def _finish(raw: Utterance) -> Utterance:
    """Resample, trim the silence at both ends, level, fade."""
    if not len(raw.audio):
        return Utterance(np.zeros(int(_SILENT_SECONDS * RATE), np.float32), RATE, (), raw.words)
    divisor = int(np.gcd(RATE, raw.rate))
    audio = resample_poly(raw.audio, RATE // divisor, raw.rate // divisor)
    loud = np.flatnonzero(np.abs(audio) > 10 ** (-45 / 20) * np.abs(audio).max())
    margin = int(_MARGIN_SECONDS * RATE)
    first = max(int(loud[0]) - margin, 0)
    last = min(int(loud[-1]) + margin, len(audio))
    audio = normalise(audio[first:last], RATE)
    fade = min(int(_FADE_SECONDS * RATE), len(audio) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, fade))
    audio[:fade] *= ramp
    audio[len(audio) - fade :] *= ramp[::-1]
    end = len(audio) / RATE

    def shift(spans: tuple[Span, ...], keep_empty: bool) -> tuple[Span, ...]:
        moved = (s.moved(-first / RATE) for s in spans)
        inside = (Span(s.text, min(max(s.start, 0), end), min(max(s.end, 0), end)) for s in moved)
        return tuple(s for s in inside if keep_empty or s.end > s.start)

    return Utterance(
        audio.astype(np.float32), RATE, shift(raw.phonemes, False), shift(raw.words, True)
    )


def _stretch_to(timed: Utterance, sounding: Utterance) -> Utterance:
    """The samples of one voice with the phoneme times of another, scaled to its length."""
    scale = sounding.seconds / timed.seconds
    return Utterance(
        sounding.audio,
        sounding.rate,
        tuple(s.moved(0.0, scale) for s in timed.phonemes),
        tuple(s.moved(0.0, scale) for s in timed.words),
    )


def _save(path: Path, said: Utterance) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    spans = json.dumps([[asdict(s) for s in x] for x in (said.phonemes, said.words)])
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            np.savez(file, audio=said.audio, spans=np.array(spans))
        except BaseException:
            os.unlink(file.name)
            raise
    os.replace(file.name, path)


def _load(path: Path) -> Utterance | None:
    try:
        with np.load(path, allow_pickle=False) as archive:
            phonemes, words = json.loads(str(archive["spans"]))
            spans = [tuple(Span(**s) for s in x) for x in (phonemes, words)]
            return Utterance(archive["audio"], RATE, *spans)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None  # missing or damaged: it is said again
