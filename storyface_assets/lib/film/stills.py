"""Pictures out of a finished film, for thumbnails and contact sheets."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from storyface_assets.lib.errors import BadInput


def film_stills(path: Path, seconds: Sequence[float], width: int = 320) -> list[np.ndarray]:
    """Frames of a film as it will be seen, with lettering.

    Args:
        path: the mp4.
        seconds: when; times beyond the end give the last frame.
        width: of the stills, pixels; the height follows.

    Returns:
        ``(h, width, 3)`` uint8 sRGB for each time.

    Raises:
        BadInput: the film cannot be read.
    """
    # Not moviepy: version 2.2.1 cannot open a film with chapters (IndexError in its parser).
    clip = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        count = int(clip.get(cv2.CAP_PROP_FRAME_COUNT))
        rate = clip.get(cv2.CAP_PROP_FPS)
        return [_still(clip, min(int(t * rate), count - 1), width, path) for t in seconds]
    finally:
        clip.release()


def _still(clip: cv2.VideoCapture, frame: int, width: int, path: Path) -> np.ndarray:
    clip.set(cv2.CAP_PROP_POS_FRAMES, max(frame, 0))
    is_read, picture = clip.read()
    if not is_read:
        raise BadInput(path, "", "cannot be read.", "Materialize the book's film again.")
    size = (width, round(width * picture.shape[0] / picture.shape[1]))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
