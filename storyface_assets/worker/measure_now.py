"""The shipped encoder on the NoW benchmark's validation photos, by its protocol.

``python -m storyface_assets.worker.measure_now --now DIR [--model DIR] [--out FILE.json]``

DIR is the benchmark's validation part as handed out (``lib/geometry_measures/now_files``), which
research alone may use; only the figures are kept. Heads are measured at rest, as there.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import torch
from rich.progress import track

from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.found_face import cut_found_face
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.geometry_measures.now_files import NowPhoto, now_photos, read_scan
from storyface_assets.lib.geometry_measures.now_protocol import LANDMARKS, scan_to_mesh
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.images import open_photo
from storyface_assets.lib.landmarks import FaceLandmarker

_SKIN = "skin"


def measure_now(
    folder: Path,
    photos: Iterable[NowPhoto],
    reader: CoarseReader,
    head: OpenHead,
    landmarker: FaceLandmarker,
) -> dict[str, dict[str, float]]:
    """Figures by challenge, and of all.

    Args:
        folder: of the benchmark.
        photos: some of it or all.
        reader: the encoder.
        head: its head model.
        landmarker: finds the faces.

    Returns:
        ``median``, ``mean``, ``std`` of the scans' points in millimetres, ``photos``, and
        ``missed``: photos in which no face was found. Where all are missed there are counts only.

    Raises:
        BadInput: a file of the benchmark is missing or damaged.
    """
    away: dict[str, list[np.ndarray]] = defaultdict(list)
    missed: dict[str, int] = defaultdict(int)
    triangles = head.faces[head.face_part == head.part_names.index(_SKIN)]
    scan_of = lru_cache(maxsize=2)(partial(read_scan, folder))  # a subject's photos come together
    for photo in photos:
        scan, picked = scan_of(photo.subject)
        rgb = open_photo(photo.path).rgb
        faces = landmarker.detect(rgb)
        if not faces:
            missed[photo.challenge] += 1
            continue
        largest = max(faces, key=lambda face: face.area)
        codes = reader.read(cut_found_face(rgb, largest.landmarks)[None])
        still = torch.zeros(1, N_EXPRESSION), torch.zeros(1, N_POSE)
        with torch.no_grad():
            vertices = head.vertices(codes.shape, *still)
            marks = head.landmarks(vertices, "ibug68")[0].double().numpy()[list(LANDMARKS)]
        found = scan_to_mesh(scan, picked, vertices[0].double().numpy(), triangles, marks)
        away[photo.challenge].append(found.distances)
    told = {name: _figures(away[name], missed[name]) for name in sorted({*away, *missed})}
    told["all"] = _figures([d for rows in away.values() for d in rows], sum(missed.values()))
    return told


def _figures(rows: list[np.ndarray], missed: int) -> dict[str, float]:
    counts: dict[str, float] = {"photos": len(rows), "missed": missed}
    if not rows:
        return counts
    joined = np.concatenate(rows)
    figures = {"median": np.median(joined), "mean": joined.mean(), "std": joined.std()}
    return {name: round(float(value), 4) for name, value in figures.items()} | counts


def main() -> None:
    """Read the arguments, measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure face_geometry on the NoW benchmark.")
    parser.add_argument("--now", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    models = given.data / "open_models"
    photos = track(now_photos(given.now), "NoW")
    told = measure_now(
        given.now,
        photos,
        CoarseReader.load(given.model or models / "face_geometry"),
        OpenHead.load(models / "open_head" / "head.npz"),
        FaceLandmarker(given.data / "cache"),
    )
    text = json.dumps(told, indent=1)
    print(text)
    if given.out:
        write_durably(given.out, (text + "\n").encode())


if __name__ == "__main__":
    main()
