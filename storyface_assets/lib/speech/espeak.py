"""espeak-ng by ctypes: speech with phoneme and word times, the same samples every time.

The C interface is ``speak_lib.h`` of espeak-ng 1.52 (https://github.com/espeak-ng/espeak-ng).
"""

import _ctypes
import ctypes
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

import espeakng_loader
import numpy as np

from storyface_assets.lib.speech.cleaning import SpokenWord, spoken_text
from storyface_assets.lib.speech.utterance import Span, Utterance
from storyface_assets.lib.speech.voice import Voice

_OUTPUT_SYNCHRONOUS: Final = 2
_PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 0x1, 0x2, 0x8000
_UTF8: Final = 1
_EVENT_END, _EVENT_WORD, _EVENT_PHONEME = 0, 1, 7
_RATE, _VOLUME, _PITCH, _PITCH_RANGE = 1, 2, 3, 4
#: Half of espeak-ng's own volume, at which loud vowels clip.
_QUIET: Final = 60
_SEED: Final = 7
#: espeak-ng copies the data path into a buffer of 160 bytes and cuts what is longer.
_LONGEST_DATA_PATH: Final = 120

#: The library keeps its state in C globals, so one sentence at a time in a process.
_LOCK = Lock()


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class EspeakError(RuntimeError):
    """espeak-ng refused: its data or voice is missing, or it ran out of memory."""


def speak(words: list[SpokenWord], voice: Voice) -> Utterance:
    """Say a sentence with espeak-ng.

    Args:
        words: from :func:`~storyface_assets.lib.speech.cleaning.spoken_words`.
        voice: language, variant, pitch and rate are used.

    Returns:
        The clip at espeak-ng's own rate (22,050 a second), peak about one half; its word spans
        carry the printed words, also those that make no sound (zero length).

    Raises:
        EspeakError: the library or its Korean voice does not work here.
    """
    text = spoken_text(words)
    if not text:
        return Utterance(np.zeros(0, np.float32), 22_050, (), tuple(_silent(words)))
    chunks: list[np.ndarray] = []
    events: list[tuple[int, int, float, str]] = []

    @_Callback
    def receive(samples: Any, count: int, event: Any) -> int:
        if samples and count > 0:
            chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        for i in range(1 << 20):
            e = event[i]
            if e.type == _EVENT_END:
                break
            if e.type in (_EVENT_WORD, _EVENT_PHONEME):
                symbol = bytes(ctypes.string_at(ctypes.addressof(e.id), 8)).split(b"\0")[0]
                name = symbol.decode("utf-8", "ignore") if e.type == _EVENT_PHONEME else ""
                events.append((e.type, e.text_position, e.audio_position / 1000, name))
        return 0

    with _LOCK, _fresh_library() as (library, rate):
        name = f"{voice.language}+{voice.variant}" if voice.variant else voice.language
        if library.espeak_SetVoiceByName(name.encode()) != 0:
            raise EspeakError(f"espeak-ng has no voice {name!r}")
        settings = {_RATE: voice.rate, _VOLUME: _QUIET, _PITCH: voice.pitch}
        for parameter, value in (settings | {_PITCH_RANGE: voice.pitch_range}).items():
            library.espeak_SetParameter(parameter, value, 0)
        library.espeak_SetSynthCallback(receive)
        data = text.encode()
        failed = library.espeak_Synth(
            ctypes.c_char_p(data), ctypes.c_size_t(len(data) + 1), 0, 1, 0, _UTF8, None, None
        )
    if failed or not chunks:
        raise EspeakError(f"espeak-ng could not say {text[:60]!r} (status {failed})")
    audio = np.concatenate(chunks).astype(np.float32) / 32768
    end = len(audio) / rate
    phonemes = _phoneme_spans([e for e in events if e[0] == _EVENT_PHONEME], end)
    starts = [(position - 1, at) for kind, position, at, _ in events if kind == _EVENT_WORD]
    return Utterance(audio, rate, phonemes, tuple(_word_spans(words, starts, phonemes)))


@contextmanager
def _fresh_library() -> Iterator[tuple[ctypes.CDLL, int]]:
    """The library with untouched state.

    Loading it anew for each sentence (3 ms) is what makes a sentence sound the same whatever was
    said before it: the wave generator keeps its phase in globals that nothing resets.
    """
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    with tempfile.TemporaryDirectory(prefix="espeak-") as scratch:
        data = Path(espeakng_loader.get_data_path())
        if len(str(data).encode()) > _LONGEST_DATA_PATH:
            data = Path(scratch) / "espeak-ng-data"
            data.symlink_to(espeakng_loader.get_data_path(), target_is_directory=True)
        options = _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT
        rate = library.espeak_Initialize(_OUTPUT_SYNCHRONOUS, 0, str(data).encode(), options)
        if rate <= 0:
            raise EspeakError(f"espeak-ng does not start with the data in {data}")
        library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
        try:
            yield library, rate
        finally:
            library.espeak_Terminate()
            if hasattr(_ctypes, "dlclose"):
                _ctypes.dlclose(library._handle)


def _phoneme_spans(events: list[tuple[int, int, float, str]], end: float) -> tuple[Span, ...]:
    """Phonemes last until the next one; language marks such as ``(en)`` are no sound."""
    events = [e for e in events if not e[3].startswith("(")]
    starts = [min(e[2], end) for e in events]
    symbols = [e[3].strip("ˈˌ-") for e in events]
    spans = zip(symbols, starts, [*starts[1:], end], strict=True)
    return tuple(Span(symbol, a, b) for symbol, a, b in spans if b > a)


def _word_spans(
    words: list[SpokenWord], starts: list[tuple[int, float]], phonemes: tuple[Span, ...]
) -> Iterator[Span]:
    """Printed words in time, from espeak-ng's word events (character offset, seconds).

    espeak-ng joins short words into one event; those share its time by their letters.
    """
    end = max((p.end for p in phonemes if p.text), default=0.0)
    knots, times = [0], [0.0]
    offset = 0
    letters = [len(word.spoken) for word in words]
    for i, word in enumerate(words):
        inside = [at for position, at in starts if offset <= position < offset + letters[i]]
        if inside and times[-1] < min(inside) < end:
            knots.append(sum(letters[:i]))
            times.append(min(inside))
        offset += letters[i] + 1 if word.spoken else 0
    bounds = np.interp(np.cumsum([0, *letters]), [*knots, sum(letters)], [*times, end])
    for word, start, stop in zip(words, bounds, bounds[1:], strict=False):
        yield Span(word.printed, float(start), float(stop))


def _silent(words: list[SpokenWord]) -> Iterator[Span]:
    for word in words:
        yield Span(word.printed, 0.0, 0.0)
