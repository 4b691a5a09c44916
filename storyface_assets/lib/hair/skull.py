"""Where hair can grow on one head: skull frame, ears and hairline, all found from geometry.

Directions from the middle of the skull are drawn on a flat *scalp map*: the crown is in its
middle, the distance from there is the angle from the crown (azimuthal equidistant projection),
the front is up. Everything that varies over the scalp lives on this map.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.spatial import cKDTree

from storyface_assets.lib.hair.surface import DistanceField, SurfaceSamples, sample_surface
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE, HeadModel

#: Angle from the crown at the border of the scalp map, radians.
MAP_ANGLE = 2.7
#: How far the crown leans back from straight up, radians.
_CROWN_TILT = 0.38


@dataclass(frozen=True)
class Face:
    """Heights and depths that place hair on a face (metres, rest pose)."""

    brow_y: float
    eye_y: float
    nose_y: float
    chin_y: float
    half_width: float
    nose_z: float

    @property
    def third(self) -> float:
        """Brow to the base of the nose; about as far as brow to hairline."""
        return self.brow_y - self.nose_y


@dataclass(frozen=True)
class Ear:
    """Bounds of the ears, both sides together (metres)."""

    top: float
    bottom: float
    front: float
    back: float

    @property
    def middle(self) -> float:
        """Height of the middle of the ear."""
        return (self.top + self.bottom) / 2


class Skull:
    """Geometry of one shaped head, without expression.

    Attributes:
        vertices: ``(V, 3)`` rest vertices.
        samples: points all over the skin.
        bare: the samples that are not on an ear.
        field: signed distance to the skin, ears included.
        centre: ``(3,)`` middle of the skull.
        face: landmarks that matter to hair.
        ear: bounds of the ears.
    """

    def __init__(self, model: HeadModel, shape: np.ndarray) -> None:
        codes = (shape, np.zeros(N_EXPRESSION, np.float32), np.zeros(N_POSE, np.float32))
        self.vertices = model.vertices_numpy(*codes)
        skin = model.faces[model.face_part == model.part_names.index("skin")]
        weights: np.ndarray = getattr(model, "skin_weights")  # noqa: B009
        self.samples = sample_surface(self.vertices, skin, weights)
        points = self.samples.points
        self.field = DistanceField(self.samples, points.min(0), points.max(0))
        marks = model.landmarks(torch.from_numpy(self.vertices)[None], "ibug68")[0].numpy()
        self.face = _face(marks)
        top = points[points[:, 1] > self.face.brow_y]
        middle_z = float(top[:, 2].min() + top[:, 2].max()) / 2
        self.centre = np.array([0.0, self.face.brow_y, middle_z], np.float32)
        self.ear = self._find_ears()
        # Eye sockets and the mouth are skin too, but nothing grows there.
        hidden = self.field.depth(points) > 0.004
        on_ear = self._around_ears(points) | hidden
        self.bare = SurfaceSamples(*(a[~on_ear] for a in _arrays(self.samples)))
        self._bare_tree = cKDTree(self.bare.points)
        c, s = np.cos(_CROWN_TILT), np.sin(_CROWN_TILT)
        #: Rows: subject's left, crown, forward.
        self.axes = np.array([[1, 0, 0], [0, c, -s], [0, s, c]], np.float32)

    def _find_ears(self) -> Ear:
        """Bounds of the thin parts at the side of the head, between brow and mouth."""
        p = self.samples.points
        thin = self.field.thin(p, 0.024)
        wide = np.abs(p[:, 0]) > 0.8 * self.face.half_width
        third = self.face.third
        beside = np.abs(p[:, 1] - self.face.eye_y + 0.3 * third) < third
        behind = p[:, 2] < self.face.nose_z - 0.6 * self.face.half_width
        rim = p[thin & wide & beside & behind]
        if len(rim) == 0:  # a head without ears to speak of: where they would be
            z = self.centre[2]
            return Ear(self.face.eye_y, self.face.nose_y, z + 0.005, z - 0.02)
        lower, upper = rim.min(0), rim.max(0)
        return Ear(float(upper[1]), float(lower[1]), float(upper[2]), float(lower[2]))

    def _around_ears(self, p: np.ndarray) -> np.ndarray:
        """``(N,)`` bool: points in the boxes that hold the ears and their roots."""
        e, margin = self.ear, 0.003
        wide = np.abs(p[:, 0]) > 0.8 * self.face.half_width
        high = (p[:, 1] < e.top + margin) & (p[:, 1] > e.bottom - margin)
        deep = (p[:, 2] < e.front + 2 * margin) & (p[:, 2] > e.back - margin)
        return wide & high & deep

    def angles(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Angle from the crown and azimuth (0 front, + subject's left) of ``(N, 3)`` points."""
        d = (points - self.centre) @ self.axes.T
        d = d / np.maximum(np.linalg.norm(d, axis=-1, keepdims=True), 1e-9)
        return np.arccos(np.clip(d[..., 1], -1, 1)), np.arctan2(d[..., 0], d[..., 2])

    def direction(self, polar: np.ndarray, azimuth: np.ndarray) -> np.ndarray:
        """Unit vectors of angles from the crown and azimuths, ``(…, 3)``."""
        s = np.sin(polar)
        d = np.stack([s * np.sin(azimuth), np.cos(polar), s * np.cos(azimuth)], -1)
        return d @ self.axes

    def to_map(self, points: np.ndarray) -> np.ndarray:
        """``(N, 3)`` points → ``(N, 2)`` scalp-map coordinates, 0 to 1, lower left origin."""
        polar, azimuth = self.angles(points)
        radius = polar / MAP_ANGLE / 2
        return np.stack([0.5 + radius * np.sin(azimuth), 0.5 + radius * np.cos(azimuth)], -1)

    def cast(self, directions: np.ndarray, offset: float) -> np.ndarray:
        """Points at ``offset`` metres over the earless skin, along rays from the centre.

        Args:
            directions: ``(N, 3)`` unit.
            offset: distance kept from the skin.

        Returns:
            ``(N, 3)`` metres.
        """
        reach = np.full(len(directions), 0.17)
        for _ in range(24):
            at = self.centre + directions * reach[:, None]
            gap, index = self._bare_tree.query(at)
            side = ((at - self.bare.points[index]) * self.bare.normals[index]).sum(1)
            near = gap < 0.02
            reach -= 0.9 * (np.where(near, side, gap) - offset)
        return (self.centre + directions * reach[:, None]).astype(np.float32)

    def skin_weights(self, points: np.ndarray) -> np.ndarray:
        """``(N, J)`` skinning weights of the nearest skin, blended over five neighbours."""
        gap, index = self._bare_tree.query(points, k=5)
        near = 1 / (gap + 1e-3)
        mixed = (self.bare.weights[index] * near[..., None]).sum(1)
        return (mixed / mixed.sum(1, keepdims=True)).astype(np.float32)

    def hair_weights(self, points: np.ndarray) -> np.ndarray:
        """``(N, J)`` weights of hair: the head's, giving way to neck and root below the jaw.

        Hair that lies on the shoulders stays there when the head turns.
        """
        depth = (self.face.chin_y + 0.5 * self.face.third - points[:, 1]) / self.face.third
        root = 0.85 * np.clip((depth - 0.3) / 2.2, 0, 1) ** 1.2
        neck = 0.55 * np.clip(depth / 1.2, 0, 1) * (1 - root)
        weights = np.zeros((len(points), 6), np.float32)
        weights[:, 0], weights[:, 1], weights[:, 2] = root, neck, 1 - root - neck
        return weights

    def nearest(self, wanted: np.ndarray, axes: tuple[int, int], side: np.ndarray) -> np.ndarray:
        """The earless skin point nearest to ``wanted`` as seen along one axis.

        Args:
            wanted: ``(3,)``; only the two coordinates ``axes`` count.
            axes: indices of the coordinates to match.
            side: ``(3,)`` direction that the surface must face.
        """
        p = self.bare.points
        facing = self.bare.normals @ side > 0.1
        gap = np.linalg.norm(p[:, axes] - wanted[list(axes)], axis=1)
        gap[~facing] = np.inf
        # Of what lies on that line of sight, the outermost: lips and sockets face back too.
        close = np.flatnonzero(gap < gap.min() + 0.003)
        return p[close[int(np.argmax(p[close] @ side - gap[close]))]]


def _arrays(samples: SurfaceSamples) -> tuple[Any, ...]:
    return samples.points, samples.normals, samples.weights


def _face(marks: np.ndarray) -> Face:
    """Heights from the 68 landmarks (iBUG order)."""
    return Face(
        brow_y=float(marks[17:27, 1].mean()),
        eye_y=float(marks[36:48, 1].mean()),
        nose_y=float(marks[33, 1]),
        chin_y=float(marks[8, 1]),
        half_width=float(np.ptp(marks[[0, 16], 0])) / 2,
        nose_z=float(marks[30, 2]),
    )
