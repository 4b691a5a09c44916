"""Read a story aloud: every sentence as a clip, put one after the other with pauses."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from storyface_assets.lib.speech.cleaning import SpokenWord, spoken_words
from storyface_assets.lib.speech.clips import RATE, clip, kept_clip
from storyface_assets.lib.speech.google import GoogleVoiceError
from storyface_assets.lib.speech.narration import Narration, SentenceTiming
from storyface_assets.lib.speech.utterance import Utterance
from storyface_assets.lib.speech.voice import Engine, Voice

SENTENCE_PAUSE: Final = 0.45
PARAGRAPH_PAUSE: Final = 0.9
PAGE_PAUSE: Final = 1.3
#: After so many sentences without an answer the network counts as gone.
_PATIENCE: Final = 2


def pauses_between(paragraphs: Sequence[int], pages: Sequence[int]) -> list[float]:
    """Seconds of silence after each sentence.

    Args:
        paragraphs: paragraph number of each sentence.
        pages: page number of each sentence.
    """
    out = []
    for i in range(len(paragraphs)):
        last = i + 1 == len(paragraphs)
        turned = not last and pages[i + 1] != pages[i]
        broken = not last and paragraphs[i + 1] != paragraphs[i]
        out.append(PAGE_PAUSE if turned else PARAGRAPH_PAUSE if broken else SENTENCE_PAUSE)
    return out


def narrate(
    texts: Sequence[str],
    voice: Voice,
    cache_dir: Path | None = None,
    pauses: Sequence[float] | None = None,
    sleep: Callable[[float], None] | None = None,
) -> Narration:
    """Read sentences aloud.

    A sentence that the network voice cannot say is said by espeak-ng, with a warning.

    Args:
        texts: the sentences as printed.
        voice: who reads.
        cache_dir: clips said before are taken from here, new ones are put here.
        pauses: seconds of silence after each sentence; ``None`` = ``SENTENCE_PAUSE``.
        sleep: how to wait between tries of a network voice; ``None`` = really.

    Returns:
        The track at ``clips.RATE``, about −16 LUFS, true peak below −1 dBFS.

    Raises:
        EspeakError: espeak-ng does not work on this machine.
    """
    silences = [SENTENCE_PAUSE] * len(texts) if pauses is None else list(pauses)
    pieces: list[np.ndarray] = []
    sentences: list[SentenceTiming] = []
    warnings: list[str] = []
    engines: set[Engine] = set()
    at = failures = 0
    for index, (text, silence) in enumerate(zip(texts, silences, strict=True)):
        words, lost = spoken_words(text)
        warnings += [f"sentence {index + 1}: {warning}" for warning in lost]
        said, reason = _say(words, voice, cache_dir, sleep, given_up=failures >= _PATIENCE)
        failures += bool(reason)
        engines.add("espeak" if reason else voice.engine)
        if reason:
            warnings.append(f"sentence {index + 1}: read by espeak-ng, because {reason}")
        start = at / RATE
        sentences.append(
            SentenceTiming(
                index,
                start,
                start + said.seconds,
                tuple(p.moved(start) for p in said.phonemes),
                tuple(w.moved(start) for w in said.words),
            )
        )
        gap = np.zeros(round(silence * RATE), np.float32)
        pieces += [said.audio, gap]
        at += len(said.audio) + len(gap)
    audio = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    return Narration(audio, RATE, tuple(sentences), tuple(warnings), tuple(sorted(engines)))


def _say(
    words: list[SpokenWord],
    voice: Voice,
    cache_dir: Path | None,
    sleep: Callable[[float], None] | None,
    given_up: bool,
) -> tuple[Utterance, str]:
    """The clip, and why it is not in the wished voice (empty if it is).

    Given up, the network is not asked again; what it said before is still taken from the cache.
    """
    instead = replace(voice, engine="espeak")
    if given_up:
        kept = kept_clip(words, voice, cache_dir)
        if kept is not None:
            return kept, ""
        return clip(words, instead, cache_dir), "the network voice did not answer before"
    try:
        return clip(words, voice, cache_dir, sleep), ""
    except GoogleVoiceError as error:
        return clip(words, instead, cache_dir), str(error)
