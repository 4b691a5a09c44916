"""Shape, expression and pose from landmarks, quickly: enough to give a photo depth.

``lib.fit.landmark_fit`` is exact to the jaw line and takes half a second; here few codes, an
L2 prior and a fixed choice of landmarks take some tens of milliseconds.
"""

import numpy as np

from storyface_assets.lib.fit import rotation
from storyface_assets.lib.fit.landmark_fit import (
    DEPTH_SIGMA,
    LANDMARK_SIGMA,
    LandmarkFit,
    landmark_points,
    residual_of,
)
from storyface_assets.lib.fit.landmark_sets import INNER, landmark_weights
from storyface_assets.lib.fit.linear_head import N_CODES, LinearHead
from storyface_assets.lib.fit.photo_camera import PORTRAIT_DISTANCE, PhotoCamera
from storyface_assets.lib.heads.model import N_EXPRESSION, N_SHAPE
from storyface_assets.lib.landmarks.face import FACE_OVAL, Face

#: The first principal components carry what changes depth; the rest is detail.
_SHAPES = 40
_CODES = np.r_[0:_SHAPES, N_SHAPE : N_SHAPE + N_EXPRESSION]
#: The outline slides over the head when it turns, but without it nothing tells the face's width.
_OVAL_WEIGHT = 0.15
_RIGID_STEPS, _STEPS = 4, 5
#: L2 on a shape code and on an expression code; landmarks of one face are not independent.
_SHAPE_L2, _EXPRESSION_L2 = 1.5, 4.0
#: How far the codes move the whole face, metres: where it lies is the pose's to say, and the
#: landmarks cannot tell the two apart.
_SHIFT_SIGMA = 0.002


def quick_fit(head: LinearHead, face: Face, camera: PhotoCamera) -> LandmarkFit:
    """Fit a head to landmarks by Gauss-Newton, rigid first.

    Args:
        head: the model's linear basis.
        face: landmarks of the photo; only these and their depth are used.
        camera: the photo's camera.
    """
    used, weights = _landmarks(head.landmark_mask)
    fit = _first_guess(head, face, camera)
    for step in range(_RIGID_STEPS + _STEPS):
        fit = _step(head, face, camera, fit, used, weights, rigid=step < _RIGID_STEPS)
    residual = residual_of(head, fit, face, camera)
    return LandmarkFit(fit.codes, fit.rotation, fit.translation, residual)


def _landmarks(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers and weights: all inner ones, the oval, every third of the smooth skin."""
    weights = landmark_weights(mask)
    smooth = np.setdiff1d(np.flatnonzero(weights), INNER)
    weights[smooth] = 0.0
    weights[smooth[::3]] = 0.45
    weights[list(FACE_OVAL)] = _OVAL_WEIGHT
    weights *= mask
    used = np.flatnonzero(weights)
    return used, weights[used]


def _first_guess(head: LinearHead, face: Face, camera: PhotoCamera) -> LandmarkFit:
    middle = head.landmark_mean[168]
    x, y = (face.landmarks[168, :2] - np.array(camera.centre)) / camera.focal
    place = np.array([x, -y, -1.0]) * PORTRAIT_DISTANCE
    shift = place - face.rotation @ middle
    return LandmarkFit(np.zeros(N_CODES), face.rotation, shift, float("inf"))


def _step(
    head: LinearHead,
    face: Face,
    camera: PhotoCamera,
    fit: LandmarkFit,
    used: np.ndarray,
    weights: np.ndarray,
    rigid: bool,
) -> LandmarkFit:
    """One Gauss-Newton step over pixels, relative depth and priors."""
    turned = landmark_points(head, fit.codes)[used] @ fit.rotation.T
    moves = np.concatenate(
        [-rotation.cross_matrices(turned), np.broadcast_to(np.eye(3), (len(used), 3, 3))], 2
    )
    if not rigid:
        basis = head.landmark_basis[np.ix_(_CODES, used)]
        moves = np.concatenate([moves, np.moveaxis(basis @ fit.rotation.T, 0, 2)], 2)
    points = turned + fit.translation
    scale = 1 / face.interocular
    to_pixels = camera.project_jacobian(points) * scale
    across = (to_pixels @ moves).reshape(2 * len(used), -1)
    away = ((camera.project(points) - face.landmarks[used, :2]) * scale).ravel()
    # Depth counts relative to the face's own mean, so that it says nothing of the distance.
    distance = -points[:, 2].mean()
    per_metre = camera.focal * scale / distance
    depth = (moves[:, 2] - moves[:, 2].mean(0)) * per_metre
    metres = face.landmarks[used, 2] * distance / camera.focal
    lack = (points[:, 2] - points[:, 2].mean() + metres - metres.mean()) * per_metre
    jacobian = np.concatenate([across, depth])
    residual = np.concatenate([away, lack])
    weight = np.concatenate([np.repeat(weights, 2) / LANDMARK_SIGMA**2, weights / DEPTH_SIGMA**2])
    weighted = jacobian * weight[:, None]
    normal, gradient = jacobian.T @ weighted, residual @ weighted
    codes = fit.codes.copy()
    if not rigid:
        prior = np.concatenate(
            [np.zeros(6), np.full(_SHAPES, _SHAPE_L2), np.full(N_EXPRESSION, _EXPRESSION_L2)]
        )
        normal[np.diag_indices(len(prior))] += prior
        gradient += prior * np.concatenate([np.zeros(6), codes[_CODES]])
        shifts = head.landmark_basis[np.ix_(_CODES, used)].mean(1) / _SHIFT_SIGMA
        normal[6:, 6:] += shifts @ shifts.T
        gradient[6:] += shifts @ (shifts.T @ codes[_CODES])
    change = -np.linalg.solve(normal, gradient)
    if not rigid:
        codes[_CODES] += change[6:]
    turn = rotation.matrix(change[:3])
    return LandmarkFit(codes, turn @ fit.rotation, fit.translation + change[3:6], fit.residual)
