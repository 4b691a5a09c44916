"""The hairline: where the scalp ends, as a signed distance on the scalp map."""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import map_coordinates

from storyface_assets.lib.hair.skull import MAP_ANGLE, Skull

_MAP_SIZE = 256
#: Radius of a head that turns map angles into metres.
_HEAD_RADIUS = 0.09


@dataclass(frozen=True)
class HairlineShape:
    """What varies between people, in brow-to-nose thirds unless said.

    Attributes:
        height: forehead from brow to hairline.
        recede: how much the temples go back (0 = straight, 0.5 = a clear M).
        sideburn: how far the hair comes down in front of the ear (0 = ear top, 1 = its bottom).
        nape: how far below the ear the nape ends.
    """

    height: float = 0.68
    recede: float = 0.12
    sideburn: float = 0.45
    nape: float = 0.35


class Hairline:
    """Signed distance to the hairline, positive where hair grows."""

    def __init__(self, skull: Skull, shape: HairlineShape) -> None:
        self._skull = skull
        polar, azimuth = skull.angles(_control_points(skull, shape))
        order = np.argsort(azimuth)
        polar, azimuth = polar[order], azimuth[order]
        around = np.concatenate([azimuth - 2 * np.pi, azimuth, azimuth + 2 * np.pi])
        around, first = np.unique(np.round(around, 4), return_index=True)
        self._curve = PchipInterpolator(around, np.tile(polar, 3)[first])
        self._map = self._signed_map()

    def polar(self, azimuth: np.ndarray) -> np.ndarray:
        """Angle from the crown at which hair ends, for azimuths in radians."""
        return self._curve(azimuth)

    def _signed_map(self) -> np.ndarray:
        azimuth = np.linspace(-np.pi, np.pi, 720, endpoint=False)
        radius = self.polar(azimuth) / MAP_ANGLE * _MAP_SIZE / 2
        ring = np.stack([np.sin(azimuth), -np.cos(azimuth)], 1) * radius[:, None] + _MAP_SIZE / 2
        mask = np.zeros((_MAP_SIZE, _MAP_SIZE), np.uint8)
        cv2.fillPoly(mask, [np.rint(ring * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
        inner = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 5)
        outer = cv2.distanceTransform((mask <= 127).astype(np.uint8), cv2.DIST_L2, 5)
        pixel = 2 * MAP_ANGLE / _MAP_SIZE * _HEAD_RADIUS
        return cv2.GaussianBlur((inner - outer) * pixel, (0, 0), 1.0)

    def on_map(self, uv: np.ndarray) -> np.ndarray:
        """Signed distance, about metres, at scalp-map coordinates ``(…, 2)``."""
        at = np.stack([(1 - uv[..., 1]) * _MAP_SIZE - 0.5, uv[..., 0] * _MAP_SIZE - 0.5])
        return map_coordinates(self._map, at, order=1, mode="nearest")

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Signed distance at ``(N, 3)`` points on or over the scalp."""
        return self.on_map(self._skull.to_map(points))


def _control_points(skull: Skull, shape: HairlineShape) -> np.ndarray:
    """``(M, 3)`` points on the skin that the hairline passes through, both sides."""
    face, ear = skull.face, skull.ear
    third, width = face.third, face.half_width
    top = face.brow_y + shape.height * third
    forward, left, back = np.eye(3)[2], np.eye(3)[0], -np.eye(3)[2]
    temple_z = ear.front + 0.42 * width
    burn_y = ear.top + (ear.bottom - ear.top) * shape.sideburn
    # (point, which two coordinates count, the way the skin faces there)
    wanted = [
        ((0.0, top + 0.05 * third, 0.0), (0, 1), forward),
        ((0.36 * width, top + (0.4 * shape.recede - 0.06) * third, 0.0), (0, 1), forward),
        ((0.66 * width, top + (1.1 * shape.recede - 0.23) * third, 0.0), (0, 1), forward),
        # The temple point: hair comes forward over a hollow before the ear.
        ((0.0, face.brow_y + 0.26 * third, temple_z + 0.03 * width), (1, 2), left),
        ((0.0, face.brow_y - 0.15 * third, temple_z - 0.07 * width), (1, 2), left),
        ((0.0, burn_y, ear.front + 0.07 * width), (1, 2), left),
        ((0.0, ear.top - 0.05 * third, ear.front - 0.02 * width), (1, 2), left),
        ((0.0, ear.top + 0.06 * third, (2 * ear.front + ear.back) / 3), (1, 2), left),
        ((0.0, ear.top - 0.02 * third, ear.back + 0.05 * width), (1, 2), left),
        ((0.0, ear.middle, ear.back - 0.14 * width), (1, 2), left),
        ((0.0, ear.bottom, ear.back - 0.2 * width), (1, 2), left),
        ((0.3 * width, ear.bottom - shape.nape * third, 0.0), (0, 1), back),
        ((0.0, ear.bottom - 0.85 * shape.nape * third, 0.0), (0, 1), back),
    ]
    half = np.array([skull.nearest(np.array(p), a, s) for p, a, s in wanted])
    half[[0, -1], 0] = 0
    mirrored = half[1:-1] * np.array([-1, 1, 1])
    return np.concatenate([half, mirrored])
