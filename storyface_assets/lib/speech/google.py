"""Google's voice through gTTS, for the research profile: over the network, so it may fail."""

import io
import time
from collections.abc import Callable
from typing import Final

import numpy as np
import soundfile
from gtts import gTTS, gTTSError

TIMEOUT_SECONDS: Final = 15.0
_WAITS_SECONDS: Final = (0.5, 1.5, 4.0)


class GoogleVoiceError(RuntimeError):
    """The service gave no sound after all retries."""


def fetch_mp3(text: str, language: str) -> bytes:
    """One request to the service.

    Raises:
        gTTSError, OSError: no network, refused, or timed out.
    """
    buffer = io.BytesIO()
    gTTS(text, lang=language, timeout=TIMEOUT_SECONDS).write_to_fp(buffer)
    return buffer.getvalue()


def speak_google(
    text: str, language: str, sleep: Callable[[float], None] = time.sleep
) -> tuple[np.ndarray, int]:
    """Say a sentence with Google's voice, trying again with growing waits.

    Args:
        text: cleaned text, not empty.
        language: e.g. ``ko``.
        sleep: how to wait, seconds; a test passes one that does not.

    Returns:
        ``(n,)`` float32 mono and its rate.

    Raises:
        GoogleVoiceError: every try failed; the message tells the last reason.
    """
    reason: Exception | None = None
    for wait in (*_WAITS_SECONDS, None):
        try:
            return _decode(fetch_mp3(text, language))
        # AssertionError: gTTS asserts that it finds sound in the answer.
        except (gTTSError, OSError, ValueError, AssertionError) as error:
            reason = error
        if wait is not None:
            sleep(wait)
    raise GoogleVoiceError(f"no sound from Google's voice: {reason}") from reason


def _decode(mp3: bytes) -> tuple[np.ndarray, int]:
    """MP3 → samples; an empty or broken answer is a ``ValueError``, so that it is retried."""
    if not mp3:
        raise ValueError("the answer is empty (0 bytes)")
    try:
        audio, rate = soundfile.read(io.BytesIO(mp3), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise ValueError(f"the answer is no sound ({error})") from error
    if not np.any(audio):
        raise ValueError("the answer is silent")
    return audio.mean(1), int(rate)
