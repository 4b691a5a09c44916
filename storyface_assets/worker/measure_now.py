"""The shipped encoder on the NoW benchmark's validation photos, by its protocol.

``python -m storyface_assets.worker.measure_now --now DIR [--model DIR] [--out FILE.json]``

DIR is the benchmark's validation part as handed out (``lib/geometry_measures/now_files``), which
research alone may use; only the figures are kept. Heads are measured at rest, as there.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from rich.progress import track

from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.face_crop import cut_face
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.geometry_measures.now_files import NowPhoto, now_photos, read_scan
from storyface_assets.lib.geometry_measures.now_protocol import LANDMARKS, scan_to_mesh
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.images import open_photo
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.landmarks.ibug68 import ibug68

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
        ``missed``: photos in which no face was found, which the benchmark counts as failures.

    Raises:
        BadInput: a file of the benchmark is missing or damaged.
    """
    away: dict[str, list[np.ndarray]] = defaultdict(list)
    missed: dict[str, int] = defaultdict(int)
    triangles = head.faces[head.face_part == head.part_names.index(_SKIN)]
    for photo in photos:
        scan, picked = read_scan(folder, photo.subject)
        rgb = open_photo(photo.path).rgb
        faces = landmarker.detect(rgb)
        if not faces:
            missed[photo.challenge] += 1
            continue
        largest = max(faces, key=lambda face: face.area)
        codes = reader.read(cut_face(rgb, ibug68(largest.landmarks)[:, :2] + 0.5)[None])
        still = torch.zeros(1, N_EXPRESSION), torch.zeros(1, N_POSE)
        with torch.no_grad():
            vertices = head.vertices(codes.shape, *still)
            marks = head.landmarks(vertices, "ibug68")[0].double().numpy()[list(LANDMARKS)]
        found = scan_to_mesh(scan, picked, vertices[0].double().numpy(), triangles, marks)
        away[photo.challenge].append(found.distances)
    told = {name: _figures(rows, missed[name]) for name, rows in away.items()}
    told["all"] = _figures([d for rows in away.values() for d in rows], sum(missed.values()))
    return told


def _figures(rows: list[np.ndarray], missed: int) -> dict[str, float]:
    joined = np.concatenate(rows) if rows else np.array([np.nan])
    return {
        "median": round(float(np.median(joined)), 4),
        "mean": round(float(joined.mean()), 4),
        "std": round(float(joined.std()), 4),
        "photos": len(rows),
        "missed": missed,
    }


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
