"""The camera's way through a film: high and wide on the title card, closer for the story."""

from dataclasses import replace
from typing import Final

import numpy as np

from storyface_assets.lib.film.timeline import Timeline
from storyface_assets.lib.render.camera import Camera

#: Share of the picture height that the head takes up, and where its middle stands (0 = top).
#: Below the chin there is room for the title, or for two lines of subtitle.
_TITLE_FRAME, _STORY_FRAME = (0.47, 0.365), (0.60, 0.43)
_MOVE_SECONDS: Final = 1.8
#: A camera on a tripod with a person behind it: slow, small, never quite still.
_SWAY_METRES: Final = 0.0016
_SWAY_SECONDS: Final = (11.3, 7.9, 41.0)


def camera_path(framed_points: np.ndarray, timeline: Timeline) -> list[Camera]:
    """One camera a frame.

    Args:
        framed_points: ``(N, 3)`` metres, the head at rest from the chin up.
        timeline: of the film.
    """
    title, story = (
        Camera.framing(framed_points, fraction, centre=centre)
        for fraction, centre in (_TITLE_FRAME, _STORY_FRAME)
    )
    t = timeline.times
    x = np.clip((t - timeline.speech_start + 0.8 * _MOVE_SECONDS) / _MOVE_SECONDS, 0.0, 1.0)
    if timeline.speech_start < 0.5:
        x = np.ones_like(t)
    share = (x * x * (3.0 - 2.0 * x))[:, None]
    place = (1.0 - share) * np.array(title.translation) + share * np.array(story.translation)
    sway = np.sin(2 * np.pi * t[:, None] / np.array(_SWAY_SECONDS))
    place = place + _SWAY_METRES * sway * np.array([1.0, 0.6, 8.0])
    return [replace(story, translation=(float(a), float(b), float(c))) for a, b, c in place]
