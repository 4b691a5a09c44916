"""Shape, expression and pose from landmarks by Gauss-Newton, rigid then non-rigid."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from storyface_assets.lib.fit import rotation
from storyface_assets.lib.fit.code_prior import CodePrior
from storyface_assets.lib.fit.expression_prior import expression_prior
from storyface_assets.lib.fit.landmark_sets import INNER, landmark_weights
from storyface_assets.lib.fit.linear_head import N_CODES, LinearHead
from storyface_assets.lib.fit.photo_camera import PORTRAIT_DISTANCE, PhotoCamera
from storyface_assets.lib.fit.silhouette import JawLine, ObservedJaw
from storyface_assets.lib.fit.skin_mask import SkinMask
from storyface_assets.lib.heads.model import N_SHAPE
from storyface_assets.lib.landmarks.face import Face

#: Standard error of a landmark, in interocular distances. Larger = nearer to the mean face.
LANDMARK_SIGMA = 0.02
#: The network's depth is a guess from the picture: this much less sure.
DEPTH_SIGMA = 0.06
#: Weight of a jaw-line landmark, across the line only.
JAW_WEIGHT = 2.0
#: Share of the landmarks' weight that counts against the priors.
INDEPENDENT_SHARE = 0.6
_RIGID_STEPS, _STEPS = 8, 14
#: L2 on the difference of an expression unit's left and right.
_ASYMMETRY = 2.0


@dataclass(frozen=True, eq=False)
class LandmarkFit:
    """What landmarks tell.

    Attributes:
        codes: ``(150,)`` shape then expression.
        rotation: ``(3, 3)`` head → camera.
        translation: ``(3,)`` metres, camera space.
        residual: mean distance of the inner landmarks (``landmark_sets.INNER``) that the model
            carries, in interocular distances.
    """

    codes: np.ndarray
    rotation: np.ndarray
    translation: np.ndarray
    residual: float

    def to_camera(self, points: np.ndarray) -> np.ndarray:
        """Head-space points ``(N, 3)`` → camera space."""
        return points @ self.rotation.T + self.translation


def landmark_points(head: LinearHead, codes: np.ndarray) -> np.ndarray:
    """Head-space landmarks ``(478, 3)`` of codes ``(150,)``."""
    return head.landmark_mean + np.einsum("k,knd->nd", codes, head.landmark_basis)


def residual_of(head: LinearHead, fit: LandmarkFit, face: Face, camera: PhotoCamera) -> float:
    """Mean distance of the inner landmarks over the interocular distance."""
    inner = np.array([i for i in INNER if head.landmark_mask[i]])
    seen = camera.project(fit.to_camera(landmark_points(head, fit.codes)[inner]))
    away = np.linalg.norm(seen - face.landmarks[inner, :2], axis=1)
    return float(away.mean() / face.interocular)


def fit_landmarks(
    head: LinearHead,
    face: Face,
    camera: PhotoCamera,
    unit_names: tuple[str, ...],
    skin: SkinMask,
    identity: np.ndarray | None = None,
    prior: CodePrior | None = None,
) -> LandmarkFit:
    """Fit a head to a face's landmarks.

    The maximum a posteriori of Gaussian landmarks, normal codes and a non-negative expression,
    by Gauss-Newton with an active set for the bound. Of anybody's face it is also thought that it
    uses few units (a Laplace prior besides), left and right alike.

    Args:
        head: the model's linear basis.
        face: landmarks of the photo.
        camera: the photo's camera.
        unit_names: names of the expression units.
        skin: the photo's skin, whose edge shows how wide the cheeks are.
        identity: ``(100,)`` the shape code where it is known already: it stays as it is.
        prior: of the codes, which the fit begins with; that of anybody if left out.
    """
    prior = prior or CodePrior.usual()
    codes = prior.mean.copy()
    if identity is not None:
        codes[:N_SHAPE] = identity
    fit = fit_pose(head, face, camera, codes)
    line = JawLine(head)
    jaw = (line, ObservedJaw.of(face, skin, line.landmarks))
    problem = _Problem(
        landmark_weights(head.landmark_mask), jaw, unit_names, prior, identity is not None
    )
    for _ in range(_STEPS):
        fit = _step(head, face, camera, fit, problem)
    return replace(fit, residual=residual_of(head, fit, face, camera))


def fit_pose(head: LinearHead, face: Face, camera: PhotoCamera, codes: np.ndarray) -> LandmarkFit:
    """Where a head of known codes ``(150,)`` is, from a face's landmarks."""
    fit = replace(_first_guess(head, face, camera), codes=np.array(codes, np.float64))
    problem = _Problem(landmark_weights(head.landmark_mask))
    for _ in range(_RIGID_STEPS):
        fit = _step(head, face, camera, fit, problem)
    return replace(fit, residual=residual_of(head, fit, face, camera))


def _first_guess(head: LinearHead, face: Face, camera: PhotoCamera) -> LandmarkFit:
    """The mean head where the face is, turned as the landmarks' depth says."""
    middle = head.landmark_mean[168]
    x, y = (face.landmarks[168, :2] - np.array(camera.centre)) / camera.focal
    place = np.array([x, -y, -1.0]) * PORTRAIT_DISTANCE
    return LandmarkFit(
        np.zeros(N_CODES), face.rotation, place - face.rotation @ middle, float("inf")
    )


@dataclass(frozen=True, eq=False)
class _Problem:
    """Landmarks' weights, and what is free besides the pose: nothing, where no prior is given."""

    weights: np.ndarray
    jaw: tuple[JawLine, ObservedJaw] | None = None
    unit_names: tuple[str, ...] = ()
    prior: CodePrior | None = None
    shape_is_known: bool = False


def _step(
    head: LinearHead, face: Face, camera: PhotoCamera, fit: LandmarkFit, problem: _Problem
) -> LandmarkFit:
    """One Gauss-Newton step: normal equations of landmarks, jaw line and priors."""
    rigid = problem.prior is None
    unknowns = 6 if rigid else 6 + N_CODES
    normal, gradient = np.zeros((unknowns, unknowns)), np.zeros(unknowns)

    def add(jacobian: np.ndarray, residual: np.ndarray, weight: np.ndarray) -> None:
        normal[...] += jacobian.T @ (jacobian * weight[:, None])
        gradient[...] += jacobian.T @ (residual * weight)

    used = np.flatnonzero(problem.weights)
    turned = landmark_points(head, fit.codes)[used] @ fit.rotation.T
    moves = _moves(turned, fit.rotation, head.landmark_basis[:, used], rigid)
    scale = 1 / face.interocular
    points = turned + fit.translation
    to_pixels = camera.project_jacobian(points) * scale
    away = (camera.project(points) - face.landmarks[used, :2]) * scale
    weight = problem.weights[used] / LANDMARK_SIGMA**2
    for axis in (0, 1):
        add(np.einsum("nd,ndk->nk", to_pixels[:, axis], moves), away[:, axis], weight)
    # Depth counts relative to the face's own mean, so that it says nothing of the distance.
    depth = moves[:, 2] - moves[:, 2].mean(0)
    metres = face.landmarks[used, 2] * -points[:, 2].mean() / camera.focal
    lack = (points[:, 2] - points[:, 2].mean()) + (metres - metres.mean())
    per_metre = camera.focal * scale / -points[:, 2].mean()
    add(depth * per_metre, lack * per_metre, problem.weights[used] / DEPTH_SIGMA**2)
    if problem.jaw is not None:
        _add_jaw(head, face, camera, fit, *problem.jaw, add)
    if problem.prior is None:
        change = -np.linalg.solve(normal, gradient)
        return _moved(fit, change, np.zeros(N_CODES))
    return _solve_with_priors(fit, normal, gradient, problem, problem.prior)


def _moves(turned: np.ndarray, rotate: np.ndarray, basis: np.ndarray, rigid: bool) -> np.ndarray:
    """Derivative of camera-space points ``(N, 3, unknowns)``: turn, shift, codes."""
    turn = -rotation.cross_matrices(turned)
    shift = np.broadcast_to(np.eye(3), (len(turned), 3, 3))
    if rigid:
        return np.concatenate([turn, shift], 2)
    shape = np.einsum("de,kne->ndk", rotate, basis, optimize=True)
    return np.concatenate([turn, shift, shape], 2)


def _add_jaw(
    head: LinearHead,
    face: Face,
    camera: PhotoCamera,
    fit: LandmarkFit,
    line: JawLine,
    observed: ObservedJaw,
    add: Callable[[np.ndarray, np.ndarray, np.ndarray], None],
) -> None:
    """Pull the outline of jaw and cheeks onto the observed line, across it only."""
    vertices = head.vertices(fit.codes).astype(np.float64)
    pixels = camera.project(fit.to_camera(vertices))
    ids, normals = line.outermost(pixels, observed.normals), observed.normals
    turned = vertices[ids] @ fit.rotation.T
    moves = _moves(turned, fit.rotation, head.basis[:, ids], rigid=False)
    to_pixels = camera.project_jacobian(turned + fit.translation)
    across = np.einsum("nc,ncd->nd", normals, to_pixels) / face.interocular
    away = ((pixels[ids] - observed.points) * normals).sum(1)
    weight = observed.weights * JAW_WEIGHT / LANDMARK_SIGMA**2
    add(np.einsum("nd,ndk->nk", across, moves), away / face.interocular, weight)


def _solve_with_priors(
    fit: LandmarkFit,
    normal: np.ndarray,
    gradient: np.ndarray,
    problem: _Problem,
    told: CodePrior,
) -> LandmarkFit:
    sparsity, allowed, pairs = expression_prior(problem.unit_names)
    first = 6 + N_SHAPE
    # Some 460 landmarks of one face are far from independent measurements.
    normal, gradient = normal * INDEPENDENT_SHARE, gradient * INDEPENDENT_SHARE
    prior = np.zeros_like(normal)
    for left, right in pairs + first if told.sparse else ():
        prior[[left, right], [left, right]] += _ASYMMETRY
        prior[[left, right], [right, left]] -= _ASYMMETRY
    values = np.concatenate([np.zeros(6), fit.codes])
    gradient = gradient + prior @ values
    gradient[6:] += told.precision * (fit.codes - told.mean)
    gradient[first:] += sparsity * told.sparse
    prior[np.arange(6, len(prior)), np.arange(6, len(prior))] += told.precision
    normal = normal + prior
    free = np.ones(len(normal), bool)
    free[first:] = allowed
    free[6:first] = not problem.shape_is_known
    at_rest = np.where(np.arange(len(normal)) < first, values, 0.0)
    # Active set: a unit that the step would push below zero is held at zero.
    change = np.zeros(len(normal))
    for _ in range(8):
        held = ~free
        change[held] = at_rest[held] - values[held]
        right_side = -gradient[free] - normal[np.ix_(free, held)] @ change[held]
        change[free] = np.linalg.solve(normal[np.ix_(free, free)], right_side)
        below = free[first:] & (values[first:] + change[first:] < -1e-9)
        if not below.any():
            break
        free[first:] &= ~below
    return _moved(fit, change[:6], change[6:])


def _moved(fit: LandmarkFit, rigid: np.ndarray, codes: np.ndarray) -> LandmarkFit:
    turn = rotation.matrix(rigid[:3])
    return LandmarkFit(
        fit.codes + codes, turn @ fit.rotation, fit.translation + rigid[3:], fit.residual
    )
