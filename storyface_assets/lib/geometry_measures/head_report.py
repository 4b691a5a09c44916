"""How near told heads are to those that photos were made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.geometry_measures.now_protocol import LANDMARKS, scan_to_mesh
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.measures import with_intervals

#: Corners of the eyes, farthest apart, among the 68.
_EYES: Final = (36, 45)
_MM: Final = 1000.0


@dataclass(frozen=True, eq=False)
class Heads:
    """What is measured of the heads of B photos.

    Attributes:
        shape: ``(B, 100)``.
        expression: ``(B, 50)``.
        landmarks: ``(B, 68, 2)`` where they are in the photo, −1 to 1.
    """

    shape: Tensor
    expression: Tensor
    landmarks: Tensor

    @classmethod
    def of(cls, codes: Codes, points: FacePoints) -> "Heads":
        """Those of codes, seen by their own cameras."""
        with torch.no_grad():
            return cls(codes.shape, codes.expression, points.seen(codes)[:, :68])


def head_report(
    told: Heads, true: Heads, persons: np.ndarray, head: OpenHead, scans: int
) -> dict[str, Any]:
    """Figures of heads, each with a 95 % interval by person.

    Args:
        told: of B photos.
        true: that the photos were made from.
        persons: ``(B,)``.
        head: of both.
        scans: photos of each person whose head is measured by NoW's protocol, which takes a
            second or so each.

    Returns:
        ``scan_median``, ``scan_mean``, ``scan_std`` (mm, over all points of all scans; the neutral
        head); ``landmark_error`` (mean of 68, over the distance of the eyes' outer corners);
        ``shape_error`` and ``expression_error`` (mm of the face's points, in one space, without
        alignment).
    """
    points = FacePoints.of(head)
    with torch.no_grad():
        eyes = true.landmarks[:, _EYES]
        away = (told.landmarks - true.landmarks).norm(dim=-1).mean(1)
        errors = {
            "landmark_error": away / (eyes[:, 0] - eyes[:, 1]).norm(dim=-1),
            "shape_error": _MM * points.by_shape(told.shape - true.shape).norm(dim=-1).mean(1),
            "expression_error": _MM
            * points.by_expression(told.expression - true.expression).norm(dim=-1).mean(1),
        }
    rows = {name: value.numpy() for name, value in errors.items()}
    means = {name: partial(_mean_of, value) for name, value in rows.items()}
    figures = with_intervals(means, [str(p) for p in persons])
    some = np.concatenate([np.flatnonzero(persons == p)[:scans] for p in np.unique(persons)])
    distances = list(_scans(told.shape[some], true.shape[some], head))
    of = [str(persons[row]) for row in some]
    figures |= with_intervals(
        {
            "scan_median": partial(_over_all, distances, np.median),
            "scan_mean": partial(_over_all, distances, np.mean),
            "scan_std": partial(_over_all, distances, np.std),
        },
        of,
        draws=200,
    )
    counts = {"photos": len(persons), "people": len(np.unique(persons)), "scans": len(some)}
    return {name: round(value, 4) for name, value in figures.items()} | counts


def _scans(told: Tensor, true: Tensor, head: OpenHead) -> Iterator[np.ndarray]:
    """Distances of each true neutral head's points to the told one, millimetres."""
    skin = head.faces[head.face_part == head.part_names.index("skin")]
    used, triangles = np.unique(skin, return_inverse=True)
    nothing = torch.zeros(1, N_EXPRESSION), torch.zeros(1, N_POSE)
    for shape, true_shape in zip(told, true, strict=True):
        with torch.no_grad():
            made, scan = (head.vertices(s[None], *nothing) for s in (shape, true_shape))
            marks = [head.landmarks(v, "ibug68")[0, LANDMARKS].numpy() for v in (made, scan)]
        vertices, points = (_MM * v[0].numpy()[used] for v in (made, scan))
        yield scan_to_mesh(
            points, _MM * marks[1], vertices, triangles.reshape(-1, 3), _MM * marks[0]
        ).distances


def _mean_of(values: np.ndarray, rows: np.ndarray) -> float:
    return float(values[rows].mean())


def _over_all(distances: list[np.ndarray], measure: Any, rows: np.ndarray) -> float:
    return float(measure(np.concatenate([distances[row] for row in rows])))
