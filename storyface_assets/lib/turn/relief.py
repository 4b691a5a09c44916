"""A photo as a relief: how far each place lies from the camera, and how much it is head."""

from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.fit.landmark_fit import LandmarkFit
from storyface_assets.lib.fit.linear_head import LinearHead
from storyface_assets.lib.fit.photo_camera import PhotoCamera
from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.render.jit import kernel
from storyface_assets.lib.render.surface_map import SurfaceMap

#: Points a side of the grid.
GRID = 240
#: Steepest fall of depth, metres a metre, from the outline of the head to what is beside it, and
#: from the chin to the neck, which so stretches instead of tearing.
_STEEP, _GENTLE = 3.0, 1.1
#: How far along the head's outline depth is evened out, metres.
_OUTLINE = 0.005
#: Below the head's joint, metres along its axis, the gentle slope begins and holds fully.
_GENTLE_FROM, _GENTLE_FULL = -0.02, -0.06
#: Metres outside the bald head up to which all turns with it (hair), and from which nothing does:
#: above, beside and below it.
_WITH = np.array([0.035, 0.03, 0.0])
_STILL = np.array([0.16, 0.15, 0.11])


@dataclass(frozen=True, eq=False)
class Relief:
    """Depth of a square part of a photo on a grid.

    Attributes:
        square: the part, in photo pixels.
        camera: the photo's camera.
        joint: ``(3,)`` metres, camera space: what the head turns about.
        pixels: ``(GRID, GRID, 2)`` photo pixels of the grid's points.
        points: ``(GRID, GRID, 3)`` metres, camera space.
        share: ``(GRID, GRID)`` 0–1: how much of a turn each point follows.
    """

    square: PixelSquare
    camera: PhotoCamera
    joint: np.ndarray
    pixels: np.ndarray
    points: np.ndarray
    share: np.ndarray

    @classmethod
    def of(
        cls,
        head: LinearHead,
        fit: LandmarkFit,
        camera: PhotoCamera,
        square: PixelSquare,
        is_head: np.ndarray,
    ) -> "Relief":
        """The relief of a photo in which a head was fitted.

        Args:
            head: the model's basis.
            fit: the head in the photo.
            camera: the photo's camera.
            square: part of the photo; should reach well beyond the head.
            is_head: ``(V,)`` bool: vertices that turn with the head, not neck.
        """
        steps = np.linspace(0, square.side - 1, GRID)
        pixels = np.stack(np.meshgrid(square.left + steps, square.top + steps), -1)
        joint = fit.translation
        cell = (square.side - 1) / (GRID - 1)
        metres = cell * -joint[2] / camera.focal  # of a cell, at the joint's distance

        vertices = fit.to_camera(head.vertices(fit.codes))
        places = (camera.project(vertices) - (square.left, square.top)) / cell
        screen = np.column_stack([places, -1 / vertices[:, 2]])
        surface = SurfaceMap.draw(screen, head.faces, (GRID, GRID))
        height = -surface.depth - joint[2]  # towards the camera from the joint's plane
        on_head = is_head[head.faces[surface.triangles, 0]]
        inside = surface.picture(on_head.astype(np.uint8)) > 0

        up = fit.rotation[:2, 1] * (1, -1)
        up = up / np.linalg.norm(up)
        middle = camera.project(joint)
        along = ((pixels - middle) @ up) * (metres / cell)
        slope = _STEEP + (_GENTLE - _STEEP) * _smooth(
            (along - _GENTLE_FROM) / (_GENTLE_FULL - _GENTLE_FROM)
        )
        # What no mesh covers, neck and hair lie in the joint's plane.
        height = np.where(inside, np.maximum(height, 0), 0).astype(np.float32)
        limit_slopes(height, (slope * metres).astype(np.float32))
        height = _smoothed(height, inside, metres)

        outside = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, 5) * metres
        share = _share(outside, pixels, camera.project(fit.to_camera(_HEAD_MIDDLE)), up)
        distance = -joint[2] - height
        points = unproject(camera, pixels, distance)
        return cls(square, camera, joint, pixels, points, share)


def unproject(camera: PhotoCamera, pixels: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Photo pixels ``(…, 2)`` at distances ``(…)`` metres along −z → camera space ``(…, 3)``."""
    rays = (pixels - np.array(camera.centre)) / camera.focal * (1, -1)
    return np.concatenate([rays, np.full((*rays.shape[:-1], 1), -1.0)], -1) * distance[..., None]


#: Middle of the skull in head space, metres, seen from which directions count as above or below.
_HEAD_MIDDLE = np.array([[0.0, 0.035, 0.02]])


def _smoothed(height: np.ndarray, inside: np.ndarray, metres: float) -> np.ndarray:
    """Without the steps of the grid: a little on the face, more along its outline."""
    edge = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    near = cv2.GaussianBlur(edge.astype(np.float32), (0, 0), _OUTLINE / metres)
    near = np.clip(near * (_OUTLINE / metres), 0, 1)
    fine, coarse = (cv2.GaussianBlur(height, (0, 0), s) for s in (1.0, _OUTLINE / metres))
    return np.asarray(fine + near * (coarse - fine))


def _share(
    outside: np.ndarray, pixels: np.ndarray, middle: np.ndarray, up: np.ndarray
) -> np.ndarray:
    away = pixels - middle
    cosine = (away @ up) / np.maximum(np.linalg.norm(away, axis=-1), 1e-6)
    above, below = np.clip(cosine, 0, 1) ** 2, np.clip(-cosine, 0, 1) ** 2
    parts = np.stack([above, 1 - above - below, below], -1)
    first, last = parts @ _WITH, parts @ _STILL
    return 1 - _smooth((outside - first) / (last - first))


def _smooth(t: np.ndarray) -> np.ndarray:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


@kernel
def limit_slopes(height, drop):  # type: ignore[no-untyped-def]
    """Raise a height field as little as needed to be nowhere steeper than allowed, in place.

    Two sweeps of a chamfer distance (Borgefors 1986), from the upper left and from the lower
    right, twice because the slope varies.

    Args:
        height: ``(H, W)`` float32, changed.
        drop: ``(H, W)`` float32, allowed fall from one point to the next.
    """
    rows, columns = height.shape
    diagonal = np.float32(1.41421356)
    for _ in range(2):
        for y in range(rows):
            for x in range(columns):
                best, d = height[y, x], drop[y, x]
                if x > 0:
                    best = max(best, height[y, x - 1] - d)
                if y > 0:
                    best = max(best, height[y - 1, x] - d)
                    if x > 0:
                        best = max(best, height[y - 1, x - 1] - diagonal * d)
                    if x + 1 < columns:
                        best = max(best, height[y - 1, x + 1] - diagonal * d)
                height[y, x] = best
        for y in range(rows - 1, -1, -1):
            for x in range(columns - 1, -1, -1):
                best, d = height[y, x], drop[y, x]
                if x + 1 < columns:
                    best = max(best, height[y, x + 1] - d)
                if y + 1 < rows:
                    best = max(best, height[y + 1, x] - d)
                    if x > 0:
                        best = max(best, height[y + 1, x - 1] - diagonal * d)
                    if x + 1 < columns:
                        best = max(best, height[y + 1, x + 1] - diagonal * d)
                height[y, x] = best
