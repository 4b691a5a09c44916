"""Which part of a photo's expression stays with the person."""

import numpy as np

from storyface_assets.lib.fit.person import resting_features

NAMES = ("eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft", "mouthSmileRight", "jawOpen")


def test_a_smile_and_an_open_mouth_do_not_stay() -> None:
    photo = np.array([0.0, 0.0, 0.6, 0.6, 0.5], np.float32)
    assert not resting_features(photo, NAMES).any()


def test_narrow_eyes_stay_and_are_even() -> None:
    photo = np.array([0.1, 0.3, 0.0, 0.0, 0.0], np.float32)
    assert np.allclose(resting_features(photo, NAMES)[:2], 0.2)


def test_eyes_narrowed_by_a_smile_do_not_stay() -> None:
    photo = np.array([0.3, 0.3, 0.6, 0.6, 0.0], np.float32)
    assert not resting_features(photo, NAMES).any()


def test_closed_eyes_never_become_a_persons_rest() -> None:
    photo = np.array([1.0, 1.0, 0.0, 0.0, 0.0], np.float32)
    assert resting_features(photo, NAMES).max() <= 0.4
