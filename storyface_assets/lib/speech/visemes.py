"""From phoneme times to mouth curves, with coarticulation.

Each sound pulls the mouth towards its shape with a strength that fades exponentially before and
after it; the mouth is the strength-weighted mean of all shapes (Cohen and Massaro, "Modeling
coarticulation in synthetic visual speech", 1993, eq. 1–3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from storyface_assets.lib.speech.narration import Narration, SentenceTiming
from storyface_assets.lib.speech.viseme_table import VISEMES, viseme_of

#: The mouth is seen to be right when it is a little early.
LEAD_SECONDS: Final = 0.04
#: Fading of a sound's pull, per second, for a sound of strength 1.
_FADE: Final = 22.0
#: Long sentences are worked through in blocks; sounds further away than this do not count.
_BLOCK_FRAMES, _REACH_SECONDS = 240, 1.5
_SIDES: Final = ("Left", "Right")


@dataclass(frozen=True)
class MouthCurves:
    """What speech does to the mouth, frame by frame.

    Attributes:
        units: ``(T, E)`` float32 weights on the head's expression units, only lips.
        jaw: ``(T,)`` float32 opening, radians.
        closure: ``(T,)`` float32, 1 where the lips have to be shut (ㅁ ㅂ ㅍ ㅃ).
        speaking: ``(T,)`` float32, 1 inside speech, 0 in pauses, with soft edges.
    """

    units: np.ndarray
    jaw: np.ndarray
    closure: np.ndarray
    speaking: np.ndarray


def mouth_curves(
    narration: Narration,
    expression_names: Sequence[str],
    n_frames: int,
    fps: float,
    speech_start: float = 0.0,
) -> MouthCurves:
    """Mouth for every frame of a film.

    Args:
        narration: phoneme times and sound.
        expression_names: the head's units (ARKit names); units it lacks are left out.
        n_frames: T.
        fps: frames a second.
        speech_start: seconds of film before the narration begins.
    """
    columns = _columns(expression_names)
    names = sorted({unit for viseme in VISEMES.values() for unit in viseme.units})
    shapes = {v: np.array([s.units.get(n, 0.0) for n in names]) for v, s in VISEMES.items()}
    lips = np.zeros((n_frames, len(names)))
    jaw, closure, speaking = np.zeros(n_frames), np.zeros(n_frames), np.zeros(n_frames)
    for sentence in narration.sentences:
        if not any(p.text for p in sentence.phonemes):
            continue
        sounds = _Sounds.of(sentence)
        # Half a second on both sides, for the mouth to open before and to shut after.
        first = max(int((speech_start + sentence.start - 0.5) * fps), 0)
        last = min(int((speech_start + sentence.end + 0.5) * fps) + 1, n_frames)
        opened = np.zeros(last - first)
        for begin in range(first, last, _BLOCK_FRAMES):
            here = slice(begin, min(begin + _BLOCK_FRAMES, last))
            at = np.arange(here.start, here.stop) / fps - speech_start + LEAD_SECONDS
            near = sounds.near(at[0] - _REACH_SECONDS, at[-1] + _REACH_SECONDS)
            shape, opening, shut, voiced = _curves(near, at, shapes)
            lips[here] += shape
            opened[here.start - first : here.stop - first] = opening
            closure[here] = np.maximum(closure[here], shut)
            speaking[here] = np.maximum(speaking[here], voiced)
        at = np.arange(first, last) / fps - speech_start + LEAD_SECONDS
        jaw[first:last] += opened * _loudness_gain(narration, at)
    units = np.zeros((n_frames, len(expression_names)))
    for i, name in enumerate(names):
        for column in columns.get(name, ()):
            units[:, column] = lips[:, i]
    return MouthCurves(*(x.astype(np.float32) for x in (units, np.deg2rad(jaw), closure, speaking)))


def _columns(expression_names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Unit name without its side → the columns of its sides."""
    columns: dict[str, tuple[int, ...]] = {}
    for i, name in enumerate(expression_names):
        bare = name.removesuffix("Left").removesuffix("Right")
        if name == bare or name.endswith(_SIDES):
            columns[bare] = (*columns.get(bare, ()), i)
    return columns


@dataclass(frozen=True)
class _Sounds:
    """Phonemes and rests of a sentence: start and end in seconds, name of the viseme."""

    starts: np.ndarray
    ends: np.ndarray
    kinds: np.ndarray

    @classmethod
    def of(cls, sentence: SentenceTiming) -> "_Sounds":
        """All sounds, with rest before, after and in pauses as sounds of their own."""
        spans = [p for p in sentence.phonemes if p.text]
        starts, ends = np.array([p.start for p in spans]), np.array([p.end for p in spans])
        gaps = [(sentence.start - 1.0, starts[0] - 0.06), (ends[-1] + 0.08, sentence.end + 1.0)]
        pauses = zip(ends[:-1], starts[1:], strict=True)
        gaps += [(a + 0.05, b - 0.05) for a, b in pauses if b - a > 0.16]
        return cls(
            np.append(starts, [g[0] for g in gaps]),
            np.append(ends, [g[1] for g in gaps]),
            np.array([viseme_of(p.text) for p in spans] + ["rest"] * len(gaps)),
        )

    def near(self, first: float, last: float) -> "_Sounds":
        """Those that are heard between two times."""
        inside = (self.ends >= first) & (self.starts <= last)
        return _Sounds(self.starts[inside], self.ends[inside], self.kinds[inside])


def _curves(
    sounds: _Sounds, at: np.ndarray, shapes: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Lips ``(t, U)``, jaw in degrees, closure and speaking ``(t,)`` at times ``at``."""
    starts, ends, kinds = sounds.starts, sounds.ends, sounds.kinds
    # Distance in time to each sound; zero inside it.
    away = np.maximum(np.maximum(starts - at[:, None], at[:, None] - ends), 0.0)
    targets = np.array([shapes[k] for k in kinds])
    jaw_target = np.array([VISEMES[k].jaw for k in kinds])
    lip_pull = _pull(np.array([VISEMES[k].lip_strength for k in kinds]), away)
    jaw_pull = _pull(np.array([VISEMES[k].jaw_strength for k in kinds]), away)
    lips = lip_pull @ targets / lip_pull.sum(1, keepdims=True)
    jaw = jaw_pull @ jaw_target / jaw_pull.sum(1)
    shut = kinds == "p"
    closure = np.exp(-40.0 * np.where(shut, away, np.inf)).max(1, initial=0.0)
    silent = kinds == "rest"
    speaking = np.exp(-9.0 * np.where(silent, np.inf, away)).max(1, initial=0.0)
    return lips, jaw * (1.0 - 0.9 * closure**2), closure, speaking


def _pull(strength: np.ndarray, away: np.ndarray) -> np.ndarray:
    """Dominance of each sound; insistent ones fade faster, so that they do not smear."""
    return strength * np.exp(-_FADE * np.sqrt(strength) * away) + 1e-9


def _loudness_gain(narration: Narration, at: np.ndarray) -> np.ndarray:
    """Loud syllables open the jaw further: .8 … 1.15 by the sound's envelope (60 ms)."""
    rate = narration.rate
    window = int(0.03 * rate)
    power = np.concatenate([[0.0], np.cumsum(narration.audio.astype(np.float64) ** 2)])
    centre = np.clip((at * rate).astype(int), window, max(len(narration.audio) - window, window))
    low, high = centre - window, np.minimum(centre + window, len(narration.audio))
    envelope = np.sqrt(np.maximum(power[high] - power[np.minimum(low, high)], 0.0) / (2 * window))
    top = np.percentile(envelope, 95)
    smooth = np.convolve(np.pad(envelope, 1, "edge"), [0.25, 0.5, 0.25], "valid")
    return 0.8 + 0.35 * np.clip(smooth / max(top, 1e-6), 0.0, 1.0)
