"""A few silent seconds of a film for its place on the web page, cut together with moviepy."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from moviepy import ImageSequenceClip, VideoClip, concatenate_videoclips, vfx

from storyface_assets.lib.errors import BadInput

SHOT_SECONDS: Final = 1.8
FADE_SECONDS: Final = 0.35
_SHOTS: Final = 3
_FPS: Final = 15
_WIDTH: Final = 480
_CRF: Final = "26"


def teaser_moments(
    emotions: Sequence[str], intensities: Sequence[float], spans: Sequence[tuple[float, float]]
) -> list[float]:
    """Where the shots begin: the strongest sentences, each of another emotion, in story order.

    Args:
        emotions: of each sentence.
        intensities: of each sentence, 0–1.
        spans: first and last second of each sentence in the film.

    Returns:
        At most three times in seconds; fewer for a story of fewer emotions.
    """
    strongest: dict[str, int] = {}
    for i in sorted(range(len(emotions)), key=lambda i: (-intensities[i], i)):
        strongest.setdefault(emotions[i], i)
    # A neutral face tells least of a film.
    ranked = sorted(strongest.values(), key=lambda i: (emotions[i] == "중립", -intensities[i], i))
    # The face has arrived at its emotion by the middle of the sentence.
    return [
        max((spans[i][0] + spans[i][1] - SHOT_SECONDS) / 2, spans[i][0])
        for i in sorted(ranked[:_SHOTS])
    ]


def write_teaser(film: Path, out: Path, moments: Sequence[float]) -> None:
    """Cut shots of a finished film together, silent, small and cross-faded.

    The shots are those of the film with its letters and its notice burned in.

    Args:
        film: the mp4.
        out: the teaser's mp4.
        moments: seconds at which the shots begin; none gives one shot from the film's middle.

    Raises:
        BadInput: the film cannot be read.
    """
    # Frames through OpenCV: moviepy 2.2.1 cannot open a film with chapters (IndexError).
    source = cv2.VideoCapture(str(film), cv2.CAP_FFMPEG)
    try:
        seconds = source.get(cv2.CAP_PROP_FRAME_COUNT) / max(source.get(cv2.CAP_PROP_FPS), 1.0)
        begins = moments or [seconds / 2]
        shots = [_shot(source, min(at, seconds - SHOT_SECONDS), film) for at in begins]
    finally:
        source.release()
    faded: list[VideoClip] = [
        shot.with_effects([vfx.CrossFadeIn(FADE_SECONDS)]) if i else shot
        for i, shot in enumerate(shots)
    ]
    padding = -FADE_SECONDS if len(faded) > 1 else 0
    cut = concatenate_videoclips(faded, method="compose", padding=padding)
    cut.write_videofile(
        str(out),
        fps=_FPS,
        codec="libx264",
        audio=False,
        preset="veryfast",
        ffmpeg_params=["-crf", _CRF, "-pix_fmt", "yuv420p", "-movflags", "+faststart"],
        logger=None,
    )


def _shot(source: cv2.VideoCapture, start: float, film: Path) -> ImageSequenceClip:
    rate = max(source.get(cv2.CAP_PROP_FPS), 1.0)
    source.set(cv2.CAP_PROP_POS_FRAMES, max(round(start * rate), 0))
    frames: list[np.ndarray] = []
    due = 0.0
    for n in range(round(SHOT_SECONDS * rate)):
        if not source.grab():
            break
        if n / rate < due:
            continue
        due += 1.0 / _FPS
        _, picture = source.retrieve()
        # Even sides, as H.264 in 4:2:0 wants them.
        height = round(_WIDTH * picture.shape[0] / picture.shape[1] / 2) * 2
        small = cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA)
        frames.append(cv2.cvtColor(small, cv2.COLOR_BGR2RGB))
    if not frames:
        raise BadInput(film, "", "cannot be read.", "Materialize the book's film again.")
    return ImageSequenceClip(frames, fps=_FPS)
