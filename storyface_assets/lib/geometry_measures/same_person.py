"""Whether the heads of a person's two photos are alike: real people, whose shape nobody knows."""

from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from storyface_assets.lib.books.book import GEOMETRIES, Geometry
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit import check_portrait
from storyface_assets.lib.fit.geometry import FaceInPhoto, find_head
from storyface_assets.lib.fit.linear_head import LinearHead, linear_head
from storyface_assets.lib.heads.model import N_SHAPE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.images import open_photo
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.measures import with_intervals

_MOMENTS: Final = ("neutral", "smiling")


def same_person(
    folder: Path, reader: CoarseReader, head: OpenHead, landmarker: FaceLandmarker
) -> dict[str, dict[str, Any]]:
    """Figures of each way on pairs of photos.

    Args:
        folder: ``NAME_neutral.jpg`` and ``NAME_smiling.jpg`` of each person.
        reader: the encoder.
        head: the head model.
        landmarker: finds the landmarks.

    Returns:
        By way: ``found``: share of the photos whose nearest neighbour by shape (mean distance of
        the face's points, among the other photos of the other moment) is the same person;
        ``residual``: mean distance of the head's inner landmarks to the found ones (which ``fit``
        and ``auto`` were fitted to), over the eyes' distance.

    Raises:
        BadInput: there are not two people with both photos.
    """
    names = sorted(p.name[: -len("_neutral.jpg")] for p in folder.glob("*_neutral.jpg"))
    names = [name for name in names if (folder / f"{name}_smiling.jpg").is_file()]
    if len(names) < 2:
        problem = "has not two people with both photos."
        raise BadInput(folder, "", problem, "Give NAME_neutral.jpg and NAME_smiling.jpg.")
    basis = linear_head(head)
    seen: dict[str, list[FaceInPhoto]] = {moment: [] for moment in _MOMENTS}
    for name in names:
        for moment in _MOMENTS:
            rgb = open_photo(folder / f"{name}_{moment}.jpg").rgb
            face, _ = check_portrait(rgb, landmarker.detect(rgb))
            told = reader.told_of(rgb, face.landmarks)
            seen[moment].append(FaceInPhoto.of(rgb, face, told))
    return {way: _figures(way, seen, basis, head, names) for way in GEOMETRIES}


def _figures(
    way: Geometry,
    seen: dict[str, list[FaceInPhoto]],
    basis: LinearHead,
    head: OpenHead,
    names: list[str],
) -> dict[str, Any]:
    fits = {
        moment: [find_head(way, basis, one, head.expression_names)[0] for one in photos]
        for moment, photos in seen.items()
    }
    points = FacePoints.of(head)
    first, second = (
        points.by_shape(
            torch.from_numpy(np.stack([fit.codes[:N_SHAPE] for fit in fits[moment]])).float()
        )
        for moment in _MOMENTS
    )
    apart = np.stack([(one - second).norm(dim=-1).mean(-1).numpy() for one in first])
    right = [apart.argmin(axis) == np.arange(len(names)) for axis in (0, 1)]
    residual = np.array([fit.residual for moment in _MOMENTS for fit in fits[moment]])
    figures = with_intervals(
        {
            "found": partial(_mean, np.concatenate(right).astype(float)),
            "residual": partial(_mean, residual),
        },
        [*names, *names],
    )
    return {name: round(value, 4) for name, value in figures.items()} | {"people": len(names)}


def _mean(values: np.ndarray, rows: np.ndarray) -> float:
    return float(values[rows].mean())
