"""Scan-to-mesh error as the NoW benchmark measures it.

Sanyal et al., "Learning to Regress 3D Face Shape and Expression from an Image without 3D
Supervision", CVPR 2019, section 5: the made head is brought onto the scan by seven landmarks (turn,
shift and size), then by the surfaces, robustly; what counts is the distance of each of the scan's
points in the middle of the face to the made surface.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.geometry_measures.nearest import nearest_on_mesh
from storyface_assets.lib.geometry_measures.similarity import Similarity, similarity

#: The benchmark's landmarks: eyes' corners (the picture's left eye outer, inner, right eye inner,
#: outer), nose bottom, mouth's corners; and which of the 68 landmarks they are.
LANDMARKS: Final = (36, 39, 42, 45, 33, 48, 54)
#: Where the face's middle lies between nose bottom and nose bridge, and the radius about it, as in
#: the benchmark's code.
_UP: Final = 0.3
_RADIUS: Final = 1.4
_ROUNDS: Final = 100
_STILL: Final = 1e-7


@dataclass(frozen=True, eq=False)
class ScanErrors:
    """Distances of a scan's points to a made head.

    Attributes:
        distances: ``(N,)`` in the scan's unit.
        placed: what brought the head onto the scan.
    """

    distances: np.ndarray
    placed: Similarity

    @property
    def median(self) -> float:
        """Of the distances."""
        return float(np.median(self.distances))


def scan_to_mesh(
    scan: np.ndarray,
    scan_landmarks: np.ndarray,
    vertices: np.ndarray,
    triangles: np.ndarray,
    landmarks: np.ndarray,
    scales: bool = True,
) -> ScanErrors:
    """Distances of a scan's face to a made head.

    Args:
        scan: ``(N, 3)`` its points; NoW's are in millimetres.
        scan_landmarks: ``(7, 3)`` see :data:`LANDMARKS`.
        vertices: ``(V, 3)`` of the head, in any unit.
        triangles: ``(F, 3)``.
        landmarks: ``(7, 3)`` of the head.
        scales: whether the head's size is fitted, too (NoW's own rule); else the units must be
            the same, and a head that is too large is wrong.

    Raises:
        BadInput: other shapes, or no point of the scan is near its landmarks.
    """
    for name, points in (("scan_landmarks", scan_landmarks), ("landmarks", landmarks)):
        if points.shape != (7, 3) or not np.isfinite(points).all():
            problem = f"have shape {points.shape}, or are no numbers."
            raise BadInput("scan-to-mesh", name, problem, "Give NoW's seven landmarks.")
    centre, radius = face_region(scan_landmarks)
    face = scan[((scan - centre) ** 2).sum(1) <= radius**2].astype(np.float64)
    if not len(face):
        problem = "has no point near its landmarks."
        raise BadInput("scan-to-mesh", "scan", problem, "Give both in one space and unit.")
    placed = similarity(landmarks, scan_landmarks, scales=scales)
    placed = _refined(face, vertices, triangles, placed, scales)
    _, distances = nearest_on_mesh(face, placed.of(vertices), triangles)
    return ScanErrors(distances, placed)


def face_region(landmarks: np.ndarray) -> tuple[np.ndarray, float]:
    """Centre ``(3,)`` and radius of what is measured about a scan's landmarks ``(7, 3)``."""
    bottom, bridge = landmarks[4], (landmarks[1] + landmarks[2]) / 2
    eyes = float(np.linalg.norm(landmarks[0] - landmarks[3]))
    nose = float(np.linalg.norm(bridge - bottom))
    return bottom + _UP * (bridge - bottom), _RADIUS * (eyes + nose) / 2


def _refined(
    face: np.ndarray, vertices: np.ndarray, triangles: np.ndarray, placed: Similarity, scales: bool
) -> Similarity:
    """Nearest points and similarity by turns, far ones counting less (Geman and McClure 1987)."""
    before = np.inf
    for _ in range(_ROUNDS):
        near, far = nearest_on_mesh(face, placed.of(vertices), triangles)
        width = max(1.5 * float(np.median(far)), 1e-9)
        weights = (width**2 / (width**2 + far**2)) ** 2
        # The scan moves onto the head; the head moves the other way.
        back = similarity(face, near, weights, scales)
        turn = back.rotation.T
        placed = Similarity(
            placed.scale / back.scale,
            turn @ placed.rotation,
            turn @ (placed.shift - back.shift) / back.scale,
        )
        error = float(weights @ far / weights.sum())
        if before - error < _STILL * max(before, 1e-9):
            break
        before = error
    return placed
