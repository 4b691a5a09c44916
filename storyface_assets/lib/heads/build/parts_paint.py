"""Colours of what is not skin: the inside of the mouth, teeth, tongue, lashes, eye pockets."""

import numpy as np

from storyface_assets.lib.heads.build.head_cut import PART_NAMES
from storyface_assets.lib.heads.build.head_source import HeadSource
from storyface_assets.lib.heads.build.texture_space import TextureSpace

# Linear RGB.
_LIP_INSIDE, _THROAT = np.array([0.36, 0.115, 0.10]), np.array([0.055, 0.010, 0.009])
_TOOTH, _TOOTH_ROOT, _GUM = (
    np.array([0.74, 0.69, 0.59]),
    np.array([0.60, 0.50, 0.38]),
    np.array([0.42, 0.15, 0.14]),
)
_TONGUE, _TONGUE_BACK = np.array([0.46, 0.155, 0.145]), np.array([0.16, 0.035, 0.03])
#: Distances of the gaps between teeth from the midline along the arch, metres.
_TOOTH_EDGES = {
    "upper_teeth": np.array([0.0, 8.5, 15.2, 22.8, 29.8, 36.5]) / 1e3,
    "lower_teeth": np.array([0.0, 5.4, 11.2, 18.0, 25.0, 32.0]) / 1e3,
}
_LASH = np.array([0.018, 0.013, 0.011])
_POCKET, _POCKET_DEEP = np.array([0.45, 0.22, 0.18]), np.array([0.20, 0.07, 0.06])


def paint_parts(space: TextureSpace, source: HeadSource) -> np.ndarray:
    """Linear RGB of every texel that is not outer skin or eye, ``(S, S, 3)`` float32; else 0."""
    at, z = space.position, space.position[..., 2]
    paint = np.zeros_like(at)
    lips = space.landmarks[[51, 57]].mean(0)

    def texels(rows: np.ndarray) -> np.ndarray:
        chosen = np.zeros(len(source.triangles) + 1, bool)
        chosen[rows] = True
        return chosen[space.triangle]  # -1 reads the last, which is never chosen

    def part(name: str) -> np.ndarray:
        return texels(np.nonzero(source.part == PART_NAMES.index(name))[0])

    depth = np.clip((lips[2] - 0.006 - z) / 0.026, 0, 1)[..., None]
    mouth = texels(source.charts.inner_mouth)
    paint[mouth] = _blend(_LIP_INSIDE, _THROAT, depth)[mouth]
    tongue = part("tongue")
    paint[tongue] = _blend(_TONGUE, _TONGUE_BACK, np.clip(1.25 * depth - 0.4, 0, 1))[tongue]
    for name, up in (("upper_teeth", 1.0), ("lower_teeth", -1.0)):
        teeth = part(name)
        height = up * at[..., 1]
        low, high = np.quantile(height[teeth], [0.02, 0.98])
        root = np.clip((height - low) / (high - low), 0, 1)[..., None]
        colour = _blend(_TOOTH, _TOOTH_ROOT, np.clip((root - 0.35) / 0.4, 0, 1))
        colour = _blend(colour, _GUM, np.clip((root - 0.8) / 0.1, 0, 1))
        colour = colour * (1 - 0.22 * _between_teeth(at, teeth, _TOOTH_EDGES[name]))[..., None]
        paint[teeth] = (colour * (1 - 0.55 * np.clip(1.4 * depth - 0.5, 0, 1)))[teeth]
    paint[part("lashes")] = _LASH
    for rows in (source.charts.left_socket, source.charts.right_socket):
        pocket = texels(rows)
        deep = np.clip((z[pocket].max() - z - 0.004) / 0.008, 0, 1)[..., None]
        paint[pocket] = _blend(_POCKET, _POCKET_DEEP, deep)[pocket]
    return paint


def _between_teeth(at: np.ndarray, teeth: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Soft lines ``(S, S)`` 0–1 where one tooth meets the next, measured along the dental arch."""
    x, z = np.abs(at[..., 0]), at[..., 2]
    back, front = np.quantile(z[teeth], [0.02, 0.98])
    half = np.quantile(x[teeth], 0.98)
    # The arch as half an ellipse: its angle times a mean radius is close to its length.
    angle = np.arctan2(x / half, np.clip(z - back, 0, None) / (front - back))
    along = angle * (half + front - back) / 2
    nearest = np.abs(along[..., None] - edges).min(2)
    return np.exp(-((nearest / 0.00045) ** 2))


def _blend(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    return a + t * (b - a)
