"""A whole story as sound: one track, and when each sentence, word and phoneme is heard."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.speech.utterance import Span
from storyface_assets.lib.speech.voice import Engine


@dataclass(frozen=True)
class SentenceTiming:
    """When one sentence is heard.

    Attributes:
        index: position in the story, from 0.
        start: seconds from the beginning of the narration.
        end: seconds; the silence after the sentence is not part of it.
        phonemes: espeak-ng's IPA symbols in time; pauses are empty symbols.
        words: the printed words in time.
    """

    index: int
    start: float
    end: float
    phonemes: tuple[Span, ...]
    words: tuple[Span, ...]


@dataclass(frozen=True)
class Narration:
    """The voice of a film.

    Attributes:
        audio: ``(n,)`` float32 mono, within ±1.
        rate: samples a second.
        sentences: in order, not overlapping.
        warnings: what was not read aloud, or read by another voice than wished.
        engines: what read it, each once, in the order of the alphabet.
    """

    audio: np.ndarray
    rate: int
    sentences: tuple[SentenceTiming, ...]
    warnings: tuple[str, ...] = ()
    engines: tuple[Engine, ...] = ()

    @property
    def seconds(self) -> float:
        """Length of the track."""
        return len(self.audio) / self.rate

    def save(self, folder: Path) -> None:
        """Write ``narration.wav`` (PCM 16 bit) and ``timings.json``."""
        soundfile.write(folder / "narration.wav", self.audio, self.rate, subtype="PCM_16")
        timings = {
            "warnings": self.warnings,
            "engines": self.engines,
            "sentences": [
                asdict(s) | {k: [_flat(x) for x in getattr(s, k)] for k in ("phonemes", "words")}
                for s in self.sentences
            ],
        }
        text = json.dumps(timings, ensure_ascii=False, separators=(",", ":"))
        (folder / "timings.json").write_text(text, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Narration":
        """Read what :meth:`save` wrote.

        Raises:
            BadInput: a file is missing or broken.
        """
        try:
            audio, rate = soundfile.read(folder / "narration.wav", dtype="float32")
            timings = json.loads((folder / "timings.json").read_text("utf-8"))
            return cls(
                audio=audio,
                rate=rate,
                sentences=tuple(_sentence(s) for s in timings["sentences"]),
                warnings=tuple(timings["warnings"]),
                engines=tuple(timings["engines"]),
            )
        except (OSError, ValueError, KeyError, TypeError, soundfile.LibsndfileError) as error:
            raise BadInput(
                folder, "", f"is not a saved narration ({error}).", "Materialize it again."
            ) from error


def _flat(span: Span) -> tuple[str, float, float]:
    return span.text, round(span.start, 4), round(span.end, 4)


def _sentence(record: dict[str, Any]) -> SentenceTiming:
    phonemes, words = (tuple(Span(*x) for x in record[k]) for k in ("phonemes", "words"))
    return SentenceTiming(record["index"], record["start"], record["end"], phonemes, words)
