"""Everything that makes one photo: face, pose, framing, light, backdrop, exposure."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.render.camera import Camera
from storyface_assets.lib.render.lighting import Light
from storyface_assets.lib.studio.backdrops import BACKDROPS, paint_backdrop
from storyface_assets.lib.studio.lens import Shooting, random_shooting
from storyface_assets.lib.studio.scenes import (
    Framing,
    pose_of,
    random_angles,
    random_framing,
    random_light,
)
from storyface_assets.lib.studio.stage import Stage, Take

#: Weakest and strongest acting, see ``acting.act``.
INTENSITIES = (0.3, 1.25)


@dataclass(frozen=True)
class Moment:
    """A scene without the face.

    Attributes:
        angles: yaw, pitch, roll of the head in degrees.
        framing: how the head stands in the picture.
        light: on it.
        backdrop: a name of ``BACKDROPS``.
        backdrop_seed: what the backdrop looks like.
        shooting: camera and file.
    """

    angles: np.ndarray
    framing: Framing
    light: Light
    backdrop: str
    backdrop_seed: int
    shooting: Shooting

    def take(self, stage: Stage, expression: np.ndarray, camera: Camera | None = None) -> Take:
        """The moment with a face ``(50,)``, before lens and sensor."""
        width, height = stage.size
        rng = np.random.default_rng(self.backdrop_seed)
        return stage.take(
            expression,
            pose_of(self.angles),
            camera or self.framing.camera(stage.framed_points, width / height),
            self.light,
            paint_backdrop(self.backdrop, rng, stage.size),
        )


def random_moment(rng: np.random.Generator) -> Moment:
    """Any place, any light."""
    kinds = list(BACKDROPS)
    share = np.array([3.0 if k == "wall" else 2.0 if k == "room" else 1.2 for k in kinds])
    return Moment(
        angles=random_angles(rng),
        framing=random_framing(rng),
        light=random_light(rng),
        backdrop=kinds[int(rng.choice(len(kinds), p=share / share.sum()))],
        backdrop_seed=int(rng.integers(2**31)),
        shooting=random_shooting(rng),
    )


def random_intensity(rng: np.random.Generator) -> float:
    """Subtle to strong."""
    return float(rng.uniform(*INTENSITIES))


def random_window(
    canvas: tuple[int, int], size: tuple[int, int], rng: np.random.Generator
) -> tuple[np.ndarray, tuple[int, int]]:
    """A cut-out of a frame and the size it is saved at; neither is the same for two photos.

    Args:
        canvas: width, height of the frame.
        size: of a photo on average.
        rng: which.

    Returns:
        ``(2, 3)`` map from frame to photo, and the photo's width and height.
    """
    share = rng.uniform(0.82, 1.0, 2)
    cut = share * canvas
    corner = rng.uniform(0.3, 0.7, 2) * (np.array(canvas) - cut)
    scale = rng.uniform(0.8, 1.25) * size[1] / (0.9 * canvas[1])
    extent = np.maximum(np.rint(cut * scale), 64)
    matrix = np.diag(extent / cut) @ np.array([[1.0, 0, -corner[0]], [0, 1.0, -corner[1]]])
    return matrix, (int(extent[0]), int(extent[1]))
