"""Pictures out of a finished film, for thumbnails and contact sheets."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from moviepy import VideoFileClip

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
    try:
        with VideoFileClip(str(path), audio=False) as clip:
            last = max(clip.duration - 1.0 / clip.fps, 0.0)
            frames = [clip.get_frame(min(t, last)) for t in seconds]
            size = (width, round(width * clip.h / clip.w))
    except (OSError, KeyError, ValueError) as error:
        raise BadInput(
            path, "", f"cannot be read ({str(error)[:120]}).", "Materialize the book's film again."
        ) from error
    return [cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in frames]
