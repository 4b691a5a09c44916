"""The photo drawn anew with the head turned."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.turn.draw_grid import draw_grid
from storyface_assets.lib.turn.relief import GRID, Relief, unproject
from storyface_assets.lib.turn.turns import Turn

#: Samples a pixel and axis; the outline of the turned face is smooth with two.
_SAMPLES = 2
#: Nothing that stands still may cover what turns: it counts as this much further away, metres.
_BEHIND = 0.3

#: Landmarks ``(478, 3)`` → the square of the photo that is cropped.
Framing = Callable[[np.ndarray], PixelSquare]


@dataclass(frozen=True, eq=False)
class Turned:
    """A picture of the turned head.

    Attributes:
        picture: ``(size, size, 3)`` uint8.
        landmarks: ``(478, 3)`` in the picture's pixels, depth in the same scale.
        square: which part of the (turned) photo it shows, photo pixels.
    """

    picture: np.ndarray
    landmarks: np.ndarray
    square: PixelSquare


def turn_head(
    work: np.ndarray,
    relief: Relief,
    turn: Turn,
    landmarks: np.ndarray,
    framing: Framing,
    size: int,
) -> Turned:
    """Turn the head and crop around its new place.

    Args:
        work: ``(S, S, 3)`` uint8: the relief's square as cut from the photo.
        relief: depth of the photo.
        turn: which way.
        landmarks: ``(478, 3)`` photo pixels.
        framing: crop policy.
        size: side of the result, pixels.
    """
    places, nearness = _moved(relief, relief.points, relief.share, turn)
    moved = turned_landmarks(relief, turn, landmarks)
    square = framing(moved)
    fine = size * _SAMPLES
    source = relief.square.to_square(relief.pixels.reshape(-1, 2), len(work))
    found = np.zeros((fine, fine, 2), np.float32)
    depth = np.full((fine, fine), -np.inf, np.float32)
    draw_grid(
        square.to_square(places.reshape(-1, 2), fine).reshape(GRID, GRID, 2).astype(np.float32),
        nearness.astype(np.float32),
        source.reshape(GRID, GRID, 2).astype(np.float32),
        found,
        depth,
    )
    drawn = cv2.remap(work, found, np.empty(0), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    picture = cv2.resize(drawn, (size, size), interpolation=cv2.INTER_AREA)
    in_picture = np.column_stack(
        [square.to_square(moved[:, :2], size), moved[:, 2] * size / square.side]
    )
    return Turned(picture, in_picture, square)


def turned_landmarks(relief: Relief, turn: Turn, landmarks: np.ndarray) -> np.ndarray:
    """Landmarks ``(478, 3)`` as the turned picture has them, photo pixels."""
    cell = (relief.square.side - 1) / (GRID - 1)
    at = (landmarks[:, :2] - (relief.square.left, relief.square.top)) / cell
    z, share = _between(np.dstack([relief.points[..., 2], relief.share]), at).T
    points = unproject(relief.camera, landmarks[:, :2], -z)
    places, nearness = _moved(relief, points, share, turn)
    before = camera_nearness(relief, points, share)
    deeper = (before - nearness) * relief.camera.focal / -relief.joint[2]
    return np.column_stack([places, landmarks[:, 2] + deeper])


def _between(grid: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Bilinear values of a grid ``(R, C, K)`` at x, y ``(N, 2)``; exact, unlike OpenCV's remap."""
    at = np.clip(at, 0, GRID - 1.000001)
    whole = at.astype(int)
    x, y = whole.T
    u, v = (at - whole).T[..., None]
    upper = grid[y, x] * (1 - u) + grid[y, x + 1] * u
    lower = grid[y + 1, x] * (1 - u) + grid[y + 1, x + 1] * u
    return np.asarray(upper * (1 - v) + lower * v)


def camera_nearness(relief: Relief, points: np.ndarray, share: np.ndarray) -> np.ndarray:
    """What the z-buffer compares: depth towards the camera, still things further back."""
    return np.asarray(points[..., 2] - relief.joint[2] - _BEHIND * (1 - share))


def _moved(
    relief: Relief, points: np.ndarray, share: np.ndarray, turn: Turn
) -> tuple[np.ndarray, np.ndarray]:
    """Photo pixels and nearness of turned points."""
    # The camera's axes seen from the joint: a roll about the line of sight turns the picture.
    z = -relief.joint / np.linalg.norm(relief.joint)
    x = np.cross([0.0, 1.0, 0.0], z)
    x /= np.linalg.norm(x)
    axes = np.stack([x, np.cross(z, x), z], 1)
    local = (points - relief.joint) @ axes
    turned = np.einsum("...ij,...j->...i", turn.rotations(share), local) @ axes.T + relief.joint
    return relief.camera.project(turned), camera_nearness(relief, turned, share)
