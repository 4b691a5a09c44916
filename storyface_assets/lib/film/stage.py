"""Background, lamps and camera of every frame; the mood gives the colours."""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from storyface_assets.lib.film.camera import camera_path
from storyface_assets.lib.film.moods import COLOUR_SCRIPT
from storyface_assets.lib.film.performance import Performance
from storyface_assets.lib.film.timeline import ease
from storyface_assets.lib.heads.wrinkles import WrinkleBlend
from storyface_assets.lib.render.frame_state import FrameState
from storyface_assets.lib.render.lighting import Light, film_light
from storyface_assets.vocabulary import TEXT_EMOTIONS

#: The backdrop is larger than the picture by this share of the height, and drifts behind it.
_SLACK: Final = 0.08
_DRIFT_SECONDS: Final = (37.0, 23.0)
#: Moods weaker than this do not show.
_LEAST_SHARE: Final = 1 / 48
#: Cross-fade between moods, 1/s, as in ``timeline.ease``: most of it in a second.
_FADE_STIFFNESS: Final = 6.0
_N_LIGHTS: Final = 26
_PAINT_SCALE: Final = 4


class Stage:
    """Paints the backdrop, sets the lamps and moves the camera.

    Args:
        performance: whose mood and timeline are followed.
        size: width, height in pixels.
        framed_points: ``(N, 3)`` metres, the head at rest.
        seed: places the floating lights.
        wrinkles: of the head; without, its skin is smooth.
    """

    def __init__(
        self,
        performance: Performance,
        size: tuple[int, int],
        framed_points: np.ndarray,
        seed: int = 0,
        wrinkles: WrinkleBlend | None = None,
    ) -> None:
        self.performance, self.size, self._wrinkles = performance, size, wrinkles
        self._cameras = camera_path(framed_points, performance.timeline)
        # Light changes more slowly than a face.
        self._mood = ease(performance.mood, performance.timeline.fps, _FADE_STIFFNESS)
        width, height = size
        self._slack = max(round(_SLACK * height), 2)
        wide = (width + 2 * self._slack, height + 2 * self._slack)
        lights = _floating_lights(wide, np.random.default_rng([seed & 0xFFFFFFFF, 20]))
        self._backdrops = [_backdrop(emotion, wide, lights) for emotion in TEXT_EMOTIONS]
        self._light = film_light()
        script = [COLOUR_SCRIPT[e] for e in TEXT_EMOTIONS]
        self._key = np.array([c.key for c in script])
        self._room = np.array([c.room for c in script])
        self._gain = np.array([c.gain for c in script])

    def background(self, frame: int) -> np.ndarray:
        """``(H, W, 3)`` uint8 sRGB backdrop of a frame; may be a read-only view."""
        width, height = self.size
        t = 2 * np.pi * self.performance.timeline.times[frame] / np.array(_DRIFT_SECONDS)
        left, top = (self._slack * (1 + 0.95 * np.sin(t))).astype(int)
        view = (slice(top, top + height), slice(left, left + width))
        share = self._mood[frame]
        shown = [int(i) for i in np.argsort(-share) if share[i] > _LEAST_SHARE]
        out, total = self._backdrops[shown[0]][view], float(share[shown[0]])
        for i in shown[1:]:
            whole = total + float(share[i])
            other = self._backdrops[i][view]
            out = cv2.addWeighted(out, total / whole, other, float(share[i]) / whole, 0.0)
            total = whole
        return out

    def light(self, frame: int) -> Light:
        """Lamps of a frame."""
        share = self._mood[frame]
        key, room = share @ self._key, share @ self._room
        return self._light.tinted(tuple(key), tuple(room), float(share @ self._gain))

    def states(self, first: int, last: int) -> Iterator[FrameState]:
        """What the renderer draws in frames ``first`` to ``last − 1``."""
        for frame in range(first, last):
            expression = self.performance.expression[frame]
            yield FrameState(
                expression=expression,
                pose=self.performance.pose[frame],
                light=self.light(frame),
                background=self.background(frame),
                camera=self._cameras[frame],
                displacement=self._wrinkles.at(expression) if self._wrinkles else None,
            )


def _backdrop(emotion: str, size: tuple[int, int], lights: np.ndarray) -> np.ndarray:
    """``(H, W, 3)`` uint8: gradient, glow behind the head, soft lights, darker corners.

    Args:
        emotion: whose colours are taken.
        size: width, height wanted.
        lights: ``(h, w)`` opacity of the floating lights; its size is the one painted at.
    """
    height, width = lights.shape
    colours = COLOUR_SCRIPT[emotion]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height, (x - width / 2) / height
    top, bottom, glow = (
        np.array(c, np.float32) for c in (colours.top, colours.bottom, colours.glow)
    )
    picture = top + (bottom - top) * (y**1.1)[..., None]
    halo = np.exp(-((x / 0.50) ** 2 + ((y - 0.42) / 0.42) ** 2))
    veil = 1.0 - (1.0 - 0.55 * halo) * (1.0 - np.clip(lights, 0, 1))
    picture += (glow - picture) * veil[..., None]
    corners = np.clip((x / 0.95) ** 2 + ((y - 0.5) / 0.62) ** 2 - 0.35, 0, 1)
    picture *= 1.0 - 0.30 * corners[..., None]
    large = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    # Less than a level of noise keeps eight bits from showing bands.
    noise = np.random.default_rng(0).random((size[1], size[0]), np.float32)
    return np.clip(large + noise[..., None], 0, 255).astype(np.uint8)


def _floating_lights(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """``(h, w)`` float32 opacity of out-of-focus lights, painted small: nothing in it is sharp."""
    width, height = size[0] // _PAINT_SCALE, size[1] // _PAINT_SCALE
    out = np.zeros((height, width), np.float32)
    for _ in range(_N_LIGHTS):
        x, y = rng.random(2)
        radius = rng.uniform(0.02, 0.085) * height
        layer = np.zeros_like(out)
        centre = (int(x * width), int(y * height))
        cv2.circle(layer, centre, max(int(radius), 1), float(rng.uniform(0.05, 0.16)), -1)
        out += cv2.GaussianBlur(layer, (0, 0), radius * 0.16 + 0.6)
    return out
