"""What keeps a face alive between the words: blinks, glances, breath, a head that is never still.

Everything is drawn from seeded generators, one for each kind of movement, so a film is the same
each time and changing one kind leaves the others alone.
"""

from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter1d

from storyface_assets.lib.film.moods import BEARINGS
from storyface_assets.lib.film.timeline import Timeline, ease
from storyface_assets.vocabulary import TEXT_EMOTIONS

#: Spread of the logarithm of times between blinks (spontaneous blinks are log-normal).
_BLINK_SIGMA: Final = 0.45
#: Closing, closed and opening, seconds (VanderWerf et al., "Eyelid movements", 2003).
_BLINK_CLOSE, _BLINK_HOLD, _BLINK_OPEN = 0.09, 0.03, 0.17
_SACCADE_SECONDS: Final = 0.06
#: Yaw, pitch, roll of the wandering head: degrees.
_WANDER_DEGREES: Final = np.array([1.7, 1.1, 0.9])


def bearing(name: str, mood: np.ndarray) -> np.ndarray:
    """``(T,)`` of one number of ``moods.Bearing``, mixed by the mood ``(T, 6)``."""
    return mood @ np.array([getattr(BEARINGS[e], name) for e in TEXT_EMOTIONS])


def _stream(seed: int, kind: int) -> np.random.Generator:
    return np.random.default_rng([seed & 0xFFFFFFFF, kind])


def _events(rng: np.random.Generator, median: np.ndarray, fps: float, sigma: float) -> list[float]:
    """Times in seconds whose distances are log-normal about a median ``(T,)`` that may change."""
    out: list[float] = []
    at = 0.0
    while True:
        here = median[min(int(at * fps), len(median) - 1)]
        at += float(np.clip(rng.lognormal(np.log(here), sigma), 0.3, 12.0))
        if at * fps >= len(median):
            return out
        out.append(at)


def blinks(timeline: Timeline, mood: np.ndarray, changes: np.ndarray, seed: int) -> np.ndarray:
    """``(T,)`` lid closure 0–1.

    Args:
        timeline: of the film.
        mood: ``(T, 6)``.
        changes: seconds at which the emotion turns; people blink there, so half of them do.
        seed: of the film.
    """
    rng = _stream(seed, 1)
    times = _events(rng, bearing("blink_seconds", mood), timeline.fps, _BLINK_SIGMA)
    times += [float(t) + 0.1 for t in changes if rng.random() < 0.5]
    lids = np.zeros(timeline.n_frames)
    last = -1.0
    for start in sorted(times):
        if start - last < 0.45:
            continue
        last = start
        # Now and then only half a blink.
        depth = 1.0 if rng.random() < 0.85 else 0.55
        t = timeline.times - start
        closing = 0.5 - 0.5 * np.cos(np.pi * np.clip(t / _BLINK_CLOSE, 0, 1))
        opened = np.clip((t - _BLINK_CLOSE - _BLINK_HOLD) / _BLINK_OPEN, 0, 1)
        lids = np.maximum(lids, depth * closing * (0.5 + 0.5 * np.cos(np.pi * opened)))
    return lids


def gaze(timeline: Timeline, mood: np.ndarray, seed: int) -> np.ndarray:
    """``(T, 2)`` direction of the eyes, degrees: to the subject's left, and up.

    Glances leave the viewer, stay for a moment and mostly come back.
    """
    rng = _stream(seed, 2)
    spread = bearing("gaze_spread", mood)
    aim = np.zeros((timeline.n_frames, 2))
    for start in _events(rng, bearing("gaze_seconds", mood), timeline.fps, 0.5):
        frame = int(start * timeline.fps)
        away = rng.random() < 0.5
        target = rng.normal(0.0, spread[frame] if away else 0.6, 2) * (1.0, 0.55)
        aim[frame:] = np.clip(target, -14, 14)
    aim[:, 1] -= bearing("gaze_down", mood)
    # Fixational drift: a gaze that stands still looks dead.
    drift = _smooth_noise(rng, timeline, 2, hertz=1.5) * 0.25
    # A one-pole follow would be sluggish; a short Gaussian is a fast, symmetric saccade.
    return gaussian_filter1d(aim, _SACCADE_SECONDS * timeline.fps / 2, axis=0) + drift


def head_wander(timeline: Timeline, mood: np.ndarray, seed: int) -> np.ndarray:
    """``(T, 3)`` yaw, pitch, roll in degrees: low-passed noise, livelier in lively moods."""
    rng = _stream(seed, 3)
    slow = _smooth_noise(rng, timeline, 3, hertz=0.22)
    quick = _smooth_noise(rng, timeline, 3, hertz=0.8)
    return (slow + 0.22 * quick) * _WANDER_DEGREES * bearing("liveliness", mood)[:, None]


def breath(timeline: Timeline, mood: np.ndarray, seed: int) -> np.ndarray:
    """``(T,)`` −1 … 1, faster when anxious."""
    phase = _stream(seed, 4).random() * 2 * np.pi
    return np.sin(phase + 2 * np.pi * np.cumsum(bearing("breath", mood)) / timeline.fps)


def posture(timeline: Timeline, mood: np.ndarray) -> np.ndarray:
    """``(T, 3)`` yaw, pitch (down positive), roll in degrees that the emotion brings with it."""
    out = np.stack([np.zeros(len(mood)), bearing("pitch", mood), bearing("roll", mood)], 1)
    return ease(out, timeline.fps, stiffness=4.0)


def _smooth_noise(
    rng: np.random.Generator, timeline: Timeline, channels: int, hertz: float
) -> np.ndarray:
    """``(T, channels)`` Gaussian noise of unit variance below a cut-off frequency.

    Drawn on a coarse grid of its own, so that it depends on the seed and not on the frame rate.
    """
    step = 0.1
    n = int(timeline.seconds / step) + 40
    sigma = 1.0 / (2 * np.pi * hertz * step)
    white = rng.normal(size=(n + int(8 * sigma), channels))
    smooth = gaussian_filter1d(white, sigma, axis=0)[int(4 * sigma) :]
    smooth *= np.sqrt(2 * sigma * np.sqrt(np.pi))
    grid = np.arange(len(smooth)) * step
    fine = [np.interp(timeline.times, grid, smooth[:, c]) for c in range(channels)]
    # The grid's corners are rounded off.
    return gaussian_filter1d(np.stack(fine, 1), 0.08 * timeline.fps, axis=0)
