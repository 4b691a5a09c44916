"""DECA's encoder, fitting, and both, on the same photos of known heads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import torch

from storyface_assets.lib.books.book import GEOMETRIES, Geometry
from storyface_assets.lib.deca.coarse_figures import true_heads
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit.geometry import FaceInPhoto, find_head
from storyface_assets.lib.fit.landmark_fit import LandmarkFit
from storyface_assets.lib.fit.linear_head import linear_head
from storyface_assets.lib.fit.photo_camera import PhotoCamera
from storyface_assets.lib.geometry_measures.head_report import Heads, head_report
from storyface_assets.lib.heads.model import N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker

#: The encoder's own codes and camera, beside the three ways that a book can choose.
ENCODER: Final = "encoder"


#: Photos of a person that are measured by NoW's protocol, a second each and way.
_SCANS: Final = 1


@dataclass(frozen=True, eq=False)
class _Found:
    row: int
    heads: dict[Geometry, tuple[LandmarkFit, PhotoCamera]]


@dataclass(frozen=True, eq=False)
class HeadsByWay:
    """What each way finds.

    Attributes:
        rows: of the photos in which a face was found.
        heads: of these photos, by way, and of the encoder alone.
    """

    rows: np.ndarray
    heads: dict[str, Heads]


def heads_by_way(
    shots: Shots,
    reader: CoarseReader,
    head: OpenHead,
    landmarker: FaceLandmarker,
    beside: Mapping[str, CoarseReader] = MappingProxyType({}),
) -> HeadsByWay:
    """Go every way with every photo.

    Args:
        shots: of people that nothing was trained on.
        reader: the encoder.
        head: of both.
        landmarker: finds the landmarks that are fitted to; no true ones are used.
        beside: other encoders that are read alone, by the names of their rows.

    Raises:
        BadInput: no face is found in any photo.
    """
    found = list(_find(shots, reader, head, landmarker))
    if not found:
        raise BadInput("head shots", "photos", "show no face.", "Make head_shots again.")
    rows = np.array([one.row for one in found])
    photos, side, points = shots.photos[rows], shots.photos.shape[1], FacePoints.of(head)
    encoders = {ENCODER: reader, **beside}
    heads = {name: Heads.of(one.read(photos), points) for name, one in encoders.items()}
    for way in GEOMETRIES:
        heads[way] = _joined([one.heads[way] for one in found], head, side)
    return HeadsByWay(rows, heads)


def ways_report(shots: Shots, found: HeadsByWay, head: OpenHead) -> dict[str, dict[str, Any]]:
    """Figures of each way, see ``head_report``.

    Args:
        shots: that were looked at.
        found: in them.
        head: of both.

    Returns:
        By way, and for the encoder alone. ``missed``: photos in which no face was found.
    """
    true, persons = _rows(true_heads(shots), found.rows), shots.persons[found.rows]
    missed = {"missed": len(shots) - len(found.rows)}
    return {
        way: head_report(told, true, persons, head, _SCANS) | missed
        for way, told in found.heads.items()
    }


def _find(
    shots: Shots, reader: CoarseReader, head: OpenHead, landmarker: FaceLandmarker
) -> Iterator[_Found]:
    basis, names = linear_head(head), head.expression_names
    for row, photo in enumerate(shots.photos):
        faces = landmarker.detect(photo)
        if not faces:
            continue
        told = reader.told_of(photo, faces[0].landmarks)
        seen = FaceInPhoto.of(photo, faces[0], told)
        heads: dict[Geometry, tuple[LandmarkFit, PhotoCamera]] = {
            way: (find_head(way, basis, seen, names)[0], seen.camera) for way in GEOMETRIES
        }
        yield _Found(row, heads)


def _joined(found: list[tuple[LandmarkFit, PhotoCamera]], head: OpenHead, side: int) -> Heads:
    codes = torch.from_numpy(np.stack([fit.codes for fit, _ in found])).float()
    shape, expression = codes[:, :N_SHAPE], codes[:, N_SHAPE:]
    with torch.no_grad():
        vertices = head.vertices(shape, expression, torch.zeros(len(codes), N_POSE))
        marks = head.landmarks(vertices, "ibug68").double().numpy()
    # The middle of the first pixel is 0 for landmarks that a network found, .5 in the studio.
    places = [
        2 * (camera.project(fit.to_camera(points)) + 0.5) / side - 1
        for (fit, camera), points in zip(found, marks, strict=True)
    ]
    return Heads(shape, expression, torch.from_numpy(np.stack(places)).float())


def _rows(heads: Heads, rows: np.ndarray) -> Heads:
    return Heads(heads.shape[rows], heads.expression[rows], heads.landmarks[rows])
