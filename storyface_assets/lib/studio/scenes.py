"""One moment's head pose, camera and light."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.heads.model import N_POSE, POSE_GLOBAL, POSE_NECK
from storyface_assets.lib.render.camera import Camera
from storyface_assets.lib.render.lighting import Light, sh_ambient, sh_lamp

#: Degrees: yaw, pitch, roll. Most of a normal distribution lies well inside.
POSE_LIMITS = (25.0, 15.0, 10.0)
_POSE_SPREAD = (10.0, 5.5, 3.5)
#: Share of a turn that the neck makes; the body makes the rest.
_NECK_SHARE = 0.7
#: Linear RGB of lamps, warm to cool.
_WARM, _COOL = np.array([1.0, 0.78, 0.55]), np.array([0.82, 0.93, 1.12])


@dataclass(frozen=True)
class Framing:
    """How the head stands in the picture.

    Attributes:
        fraction: the head's share of the picture's height.
        fov_y_degrees: of the lens.
        centre: of the head, share of the height from the top.
        aside: of the head from the middle, share of the width.
    """

    fraction: float
    fov_y_degrees: float
    centre: float
    aside: float

    def camera(self, points: np.ndarray, aspect: float) -> Camera:
        """A camera that frames ``(n, 3)`` points at rest in a picture of this aspect (w / h)."""
        straight = Camera.framing(points, self.fraction, self.fov_y_degrees, self.centre)
        x, y, z = straight.translation
        tall = 2.0 * -z * np.tan(np.radians(self.fov_y_degrees) / 2.0)
        return Camera(self.fov_y_degrees, (float(x + self.aside * aspect * tall), y, z))


def random_angles(rng: np.random.Generator, spread: float = 1.0) -> np.ndarray:
    """Yaw, pitch, roll in degrees inside ``POSE_LIMITS``, mostly near the front."""
    angles = rng.normal(0, np.array(_POSE_SPREAD) * spread)
    return np.clip(angles, -np.array(POSE_LIMITS), POSE_LIMITS)


def pose_of(angles: np.ndarray) -> np.ndarray:
    """Pose code ``(15,)`` of yaw, pitch, roll in degrees, shared by neck and body."""
    pose = np.zeros(N_POSE, np.float32)
    for part, share in ((POSE_NECK, _NECK_SHARE), (POSE_GLOBAL, 1 - _NECK_SHARE)):
        yaw, pitch, roll = np.radians(angles * share)
        turn = _about(1, yaw) @ _about(0, pitch) @ _about(2, roll)
        pose[part] = cv2.Rodrigues(turn)[0].ravel()
    return pose


def _about(axis: int, angle: float) -> np.ndarray:
    vector = np.zeros(3)
    vector[axis] = angle
    return cv2.Rodrigues(vector)[0]


def random_framing(rng: np.random.Generator) -> Framing:
    """From bust to close-up, the head seldom exactly in the middle."""
    return Framing(
        fraction=float(rng.uniform(0.4, 0.68)),
        fov_y_degrees=float(rng.uniform(12, 34)),
        centre=float(rng.uniform(0.4, 0.54)),
        aside=float(np.clip(rng.normal(0, 0.04), -0.09, 0.09)),
    )


def random_light(rng: np.random.Generator) -> Light:
    """A room or street: ambient light, sky or ceiling, a key from any front side, sometimes a rim.

    Brightness of the face varies by about ±1 stop; the camera's exposure comes later.
    """
    warmth = rng.uniform(-1, 1)
    key_tint = _tint(warmth)
    room_tint = _tint(np.clip(-0.5 * warmth + rng.normal(0, 0.4), -1, 1))
    azimuth = np.radians(rng.uniform(-85, 85))
    elevation = np.radians(rng.uniform(-5, 65))
    key = np.array(
        [
            np.sin(azimuth) * np.cos(elevation),
            np.sin(elevation),
            np.cos(azimuth) * np.cos(elevation),
        ]
    )
    hard = rng.beta(1.6, 1.6)  # share of the key in all light
    total = 1.3 * 2.0 ** np.clip(rng.normal(0, 0.35), -1.0, 0.7)
    ambient = total * (1 - 0.8 * hard)
    side = rng.normal(size=3) * [1.0, 0.4, 0.6] + [0, 0.2, 0.6]
    parts = [
        sh_ambient(tuple(0.42 * ambient * room_tint)),
        sh_lamp((0.0, 1.0, 0.2), tuple(0.25 * ambient * room_tint)),
        sh_lamp(tuple(side), tuple(0.3 * ambient * _tint(rng.uniform(-1, 1)))),
    ]
    rim = rng.random() < 0.4
    return Light(
        sh=np.stack(parts).sum(0).astype(np.float32),
        key_direction=(float(key[0]), float(key[1]), float(key[2])),
        key_colour=_triple(1.0 * total * hard * key_tint),
        rim_direction=(float(rng.choice([-0.75, 0.75])), 0.45, -0.65),
        rim_colour=_triple(rng.uniform(0.2, 0.9) * _tint(rng.uniform(-1, 1)) * rim),
    )


def _tint(warmth: float) -> np.ndarray:
    """Colour of a lamp, −1 = cool sky … 1 = light bulb, about 1 in green."""
    other = _WARM if warmth > 0 else _COOL
    colour = 1.0 + abs(warmth) * 0.8 * (other - 1.0)
    return np.asarray(colour / colour.mean())


def _triple(colour: np.ndarray) -> tuple[float, float, float]:
    return float(colour[0]), float(colour[1]), float(colour[2])
