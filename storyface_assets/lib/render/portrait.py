"""A still that passes for a studio photo: used for the sample books' portraits and thumbnails."""

import cv2
import numpy as np

from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render.background import soft_gradient
from storyface_assets.lib.render.camera import Camera
from storyface_assets.lib.render.frame_state import FrameState
from storyface_assets.lib.render.lighting import Light, studio_light
from storyface_assets.lib.render.renderer import HeadRenderer

#: A portrait lens from some two metres, so that the nose does not look large.
_FOV_Y_DEGREES = 16.0
#: The head's share of the picture height, and where its middle stands; shoulders fill the rest.
_FRACTION, _CENTRE = 0.50, 0.45
#: Rendered this many times larger each way and shrunk.
_OVERSAMPLING = 2


def render_portrait(
    model: OpenHead,
    character: CharacterHead,
    accessories: list[AccessoryMesh],
    size: int | tuple[int, int] = 640,
    expression: np.ndarray | None = None,
    background: np.ndarray | None = None,
    pose: np.ndarray | None = None,
    light: Light | None = None,
) -> np.ndarray:
    """A front portrait in soft studio light before a plain wall.

    Args:
        model: the head model.
        character: the person.
        accessories: hair and clothes of that person.
        size: width, height of the picture; one number for a square.
        expression: ``(50,)`` code; the person's neutral face if not given.
        background: ``(H, W, 3)`` uint8 sRGB of that size; a grey wall if not given.
        pose: ``(15,)``; straight ahead if not given.
        light: studio light if not given.

    Returns:
        ``(H, W, 3)`` uint8 sRGB.
    """
    width, height = (size, size) if isinstance(size, int) else size
    large = (width * _OVERSAMPLING, height * _OVERSAMPLING)
    if background is None:
        wall = soft_gradient(large, (214, 215, 217), (168, 171, 176))
    else:
        wall = cv2.resize(background, large, interpolation=cv2.INTER_CUBIC)
    if expression is None:
        expression = character.expressions.get("neutral", np.zeros(N_EXPRESSION, np.float32))
    renderer = HeadRenderer(model, character, accessories, large)
    camera = Camera.framing(renderer.framed_points, _FRACTION, _FOV_Y_DEGREES, _CENTRE)
    state = FrameState(
        expression=expression,
        pose=np.zeros(N_POSE, np.float32) if pose is None else pose,
        light=light or studio_light(),
        background=wall,
        camera=camera,
    )
    frame = renderer.render(state)
    return cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
