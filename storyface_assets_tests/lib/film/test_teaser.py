"""Some silent seconds of a film."""

import cv2
import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.film import teaser_moments, write_film, write_teaser
from storyface_assets.lib.film.teaser import FADE_SECONDS, SHOT_SECONDS


def frames_of(path):
    clip = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    rate, frames = clip.get(cv2.CAP_PROP_FPS), []
    while (read := clip.read())[0]:
        frames.append(read[1])
    clip.release()
    return rate, frames


def test_moments_are_the_strongest_of_different_emotions_in_story_order():
    emotions = ["중립", "슬픔", "행복", "슬픔", "분노"]
    moments = teaser_moments(
        emotions, [1.0, 0.5, 0.6, 0.9, 0.8], [(4.0 * i, 4.0 * i + 3.8) for i in range(5)]
    )
    assert moments == pytest.approx([9.0, 13.0, 17.0])


def test_a_neutral_story_still_has_a_moment():
    assert teaser_moments(["중립"], [0.2], [(3.0, 4.0)]) == [3.0]


def test_shots_of_the_film_follow_each_other(tmp_path, renderer, acted, told, text):
    film, teaser = tmp_path / "film.mp4", tmp_path / "teaser.mp4"
    write_film(film, renderer, acted, told, text)
    write_teaser(film, teaser, [1.0, 2.5])
    rate, frames = frames_of(teaser)
    assert len(frames) / rate == pytest.approx(2 * SHOT_SECONDS - FADE_SECONDS, abs=0.15)
    # The first picture is the film's own at that second, letters and notice included.
    film_rate, whole = frames_of(film)
    expected = cv2.resize(whole[round(film_rate * 1.0)], frames[0].shape[1::-1])
    assert np.abs(frames[0].astype(int) - expected).mean() < 4
    # It moves: a frozen teaser would be a poster.
    assert np.abs(frames[5].astype(int) - frames[20]).mean() > 0.2


def test_a_film_that_cannot_be_read_is_named(tmp_path):
    broken = tmp_path / "film.mp4"
    broken.write_bytes(b"no film")
    with pytest.raises(BadInput, match="film.mp4"):
        write_teaser(broken, tmp_path / "teaser.mp4", [0.0])
