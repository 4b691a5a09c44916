"""Which way hair lies on the scalp: direction fields from partings, whorls and ties."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Flow:
    """Hair runs away from a parting, or towards ties.

    Attributes:
        parting: ``(P, 3)`` polyline that hair leaves; a single point is a whorl.
        ties: ``(T, 3)`` points that hair runs to (the nearest on its own side); empty for none.
        drift: ``(3,)`` added direction, e.g. forward for a fringe; zero for none.
    """

    parting: np.ndarray
    ties: np.ndarray
    drift: np.ndarray

    def __call__(self, points: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """Unit tangent directions ``(N, 3)`` at points with outward normals."""
        if len(self.ties):
            same_side = np.sign(self.ties[:, 0])[None] * np.sign(points[:, :1])
            gap = np.linalg.norm(points[:, None] - self.ties[None], axis=2)
            wanted = self.ties[np.argmin(gap + np.where(same_side < 0, 1.0, 0.0), axis=1)] - points
        else:
            wanted = points - nearest_on_polyline(points, self.parting)
        wanted = wanted / np.maximum(np.linalg.norm(wanted, axis=1, keepdims=True), 1e-6)
        return tangent(wanted + self.drift, normals)


def tangent(directions: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Directions without their part along the normals, made unit."""
    flat = directions - (directions * normals).sum(1, keepdims=True) * normals
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


def nearest_on_polyline(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """The point of a polyline ``(P, 3)`` nearest to each of ``(N, 3)`` points."""
    if len(line) == 1:
        return np.broadcast_to(line[0], points.shape)
    best = np.full(len(points), np.inf)
    nearest = np.empty_like(points)
    for a, b in zip(line[:-1], line[1:], strict=True):
        along = b - a
        t = np.clip((points - a) @ along / max(float(along @ along), 1e-12), 0, 1)
        foot = a + t[:, None] * along
        gap = ((points - foot) ** 2).sum(1)
        closer = gap < best
        best[closer], nearest[closer] = gap[closer], foot[closer]
    return nearest
