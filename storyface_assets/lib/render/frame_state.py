"""What a renderer is told for one frame."""

from dataclasses import dataclass, field

import numpy as np

from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE
from storyface_assets.lib.render.camera import Camera
from storyface_assets.lib.render.lighting import Light


@dataclass(frozen=True)
class FrameState:
    """What changes from frame to frame.

    Attributes:
        expression: ``(50,)`` expression code.
        pose: ``(15,)`` axis-angle radians, see ``lib.heads.model``.
        light: ``None`` for the film light.
        background: ``(H, W, 3)`` uint8 sRGB of the renderer's size; ``None`` for a soft gradient.
        camera: ``None`` for the renderer's own framing.
        displacement: ``(256, 256)`` metres that the face's skin stands out, over
            ``heads.detail_window.WINDOW``; ``None`` for smooth skin.
    """

    expression: np.ndarray = field(default_factory=lambda: np.zeros(N_EXPRESSION, np.float32))
    pose: np.ndarray = field(default_factory=lambda: np.zeros(N_POSE, np.float32))
    light: Light | None = None
    background: np.ndarray | None = None
    camera: Camera | None = None
    displacement: np.ndarray | None = None
