"""Contact sheets are how people judge a step: nothing may be cut off or missing."""

import numpy as np
import pytest

from storyface_assets.previews.contact_sheet import contact_sheet

RED = np.full((200, 100, 3), (255, 0, 0), np.uint8)


def test_a_tall_picture_is_shown_whole():
    # A centre crop would hide what the editor looks for at the edges.
    sheet = contact_sheet([RED], cell=96)
    red = (sheet == (255, 0, 0)).all(2)
    assert red.sum() == 96 * 48 and sheet.shape == (100, 100, 3)


def test_korean_captions_are_drawn_under_their_pictures():
    # A font without Hangul draws the same box for every letter.
    drawn = [contact_sheet([RED], [text]) for text in ("기쁨", "슬픔", "")]
    assert not np.array_equal(drawn[0], drawn[1])
    assert np.array_equal(drawn[0][:194], drawn[2][:194]) and (drawn[2][194:] == 255).all()


def test_long_captions_stay_in_their_cell():
    sheet = contact_sheet([RED, RED], ["상업시설&점포&시장 " * 5, ""])
    assert (sheet[194:, 196:] == 255).all() and (sheet[194:, :194] < 255).any()


def test_seven_pictures_take_two_rows():
    assert contact_sheet([RED] * 7, cell=50).shape == (2 * 52 + 2, 6 * 52 + 2, 3)


def test_no_pictures_are_no_error():
    # A step that keeps nothing still has to tell so.
    # A blank sheet in the UI looked as if drawing it had failed: words, on white.
    sheet = contact_sheet([])
    assert sheet.min() < 128 and np.median(sheet) == 255


def test_captions_must_match():
    with pytest.raises(ValueError, match="captions"):
        contact_sheet([RED], ["a", "b"])
