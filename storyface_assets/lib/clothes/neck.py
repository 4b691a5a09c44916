"""The neck where a head model ends: its height and radius around, smoothed."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

#: Azimuth steps around the body.
SECTORS = 64


@dataclass(frozen=True)
class Neck:
    """The neckline: a smooth closed curve that lies above the whole cut.

    Attributes:
        azimuth: ``(SECTORS,)`` radians, 0 = front, positive to the subject's left.
        height: ``(SECTORS,)`` y of the curve, metres.
        radius: ``(SECTORS,)`` distance of the skin from the axis at that height, metres.
        axis_z: z of the vertical neck axis (x is 0).
    """

    azimuth: np.ndarray
    height: np.ndarray
    radius: np.ndarray
    axis_z: float

    def ring(self, rise: float, swell: float | np.ndarray) -> np.ndarray:
        """``(SECTORS, 3)`` points ``rise`` metres over the curve, ``swell`` off the skin."""
        r = self.radius + swell
        return np.stack(
            [
                r * np.sin(self.azimuth),
                self.height + rise,
                self.axis_z + r * np.cos(self.azimuth),
            ],
            1,
        )


def open_border(faces: np.ndarray, vertices: np.ndarray) -> np.ndarray:
    """Vertex indices on the lowest open border of a mesh (where the neck was cut)."""
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), 1)
    unique, count = np.unique(edges, axis=0, return_counts=True)
    border = np.unique(unique[count == 1])
    # Other borders (eyelids, lips) lie well above the middle of the head.
    return border[vertices[border, 1] < np.median(vertices[:, 1]) - 0.03]


def find_neck(vertices: np.ndarray, faces: np.ndarray, points: np.ndarray) -> Neck:
    """Fit the neckline.

    Args:
        vertices: ``(V, 3)`` rest vertices.
        faces: ``(F, 3)`` triangles of the skin.
        points: ``(N, 3)`` points all over the skin.
    """
    rim = vertices[open_border(faces, vertices)]
    axis_z = float(rim[:, 2].min() + rim[:, 2].max()) / 2
    azimuth = np.linspace(-np.pi, np.pi, SECTORS, endpoint=False)
    at = np.arctan2(rim[:, 0], rim[:, 2] - axis_z)
    # Plane through the cut, lifted until nothing of the cut is above it.
    basis = np.stack([np.ones_like(at), np.cos(at)], 1)
    fit, *_ = np.linalg.lstsq(basis, rim[:, 1], rcond=None)
    lift = float(np.max(rim[:, 1] - basis @ fit))
    height = fit[0] + fit[1] * np.cos(azimuth) + min(lift, 0.02)
    close = (points[:, 1] < height.max() + 0.01) & (points[:, 1] > height.min() - 0.01)
    points = points[close]
    around = np.arctan2(points[:, 0], points[:, 2] - axis_z)
    reach = np.hypot(points[:, 0], points[:, 2] - axis_z)
    radius = np.empty(SECTORS)
    for k, a in enumerate(azimuth):
        turn = np.abs((around - a + np.pi) % (2 * np.pi) - np.pi)
        near = (turn < 0.12) & (np.abs(points[:, 1] - height[k]) < 0.006)
        radius[k] = np.percentile(reach[near], 95) if near.any() else np.nan
    known = np.isfinite(radius)
    radius = np.interp(azimuth, azimuth[known], radius[known], period=2 * np.pi)
    return Neck(azimuth, height, gaussian_filter1d(radius, 1.2, mode="wrap"), axis_z)
