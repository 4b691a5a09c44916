"""The renderer: a numba rasteriser for films and portraits, and a differentiable one for fits."""

from storyface_assets.lib.render.camera import Camera
from storyface_assets.lib.render.frame_state import FrameState
from storyface_assets.lib.render.lighting import Light, film_light, studio_light
from storyface_assets.lib.render.portrait import render_portrait
from storyface_assets.lib.render.renderer import HeadRenderer

__all__ = [
    "Camera",
    "FrameState",
    "HeadRenderer",
    "Light",
    "film_light",
    "render_portrait",
    "studio_light",
]
