"""Loudness after BS.1770 and true peaks."""

import numpy as np
import pytest

from storyface_assets.lib.speech.loudness import (
    TARGET_LUFS,
    integrated_loudness,
    normalise,
    true_peak_db,
)

RATE = 24_000


def _tone(seconds: float, level: float) -> np.ndarray:
    return level * np.sin(2 * np.pi * 440 * np.arange(int(seconds * RATE)) / RATE)


@pytest.mark.parametrize("level", [0.001, 0.1, 0.99])
def test_quiet_and_loud_come_out_alike(level: float) -> None:
    out = normalise(_tone(2.0, level), RATE)
    assert abs(integrated_loudness(out, RATE) - TARGET_LUFS) < 0.5
    assert true_peak_db(out) <= -1.0


def test_spikes_are_turned_down_not_cut_off() -> None:
    # Speech is spiky: reaching −16 LUFS by gain alone would drive its peaks over full scale.
    rng = np.random.default_rng(1)
    spiky = _tone(3.0, 0.02)
    spiky[rng.integers(0, len(spiky), 60)] = 0.9
    out = normalise(spiky, RATE)
    assert true_peak_db(out) <= -1.0
    at_top = np.abs(out) > 0.995 * np.abs(out).max()
    assert not np.any(at_top[1:] & at_top[:-1])


def test_silence_and_very_short_clips_pass() -> None:
    assert not normalise(np.zeros(1000), RATE).any()
    assert len(normalise(np.zeros(0), RATE)) == 0
    short = normalise(_tone(0.15, 0.01), RATE)
    assert np.isfinite(short).all() and np.abs(short).max() > 0.1
