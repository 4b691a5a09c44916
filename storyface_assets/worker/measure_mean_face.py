"""Measures the mean face of ``lib/dataset/mean_face.py`` on the photos of a studio set.

``python -m storyface_assets.worker.measure_mean_face --photos FOLDER [--cache data/cache]``
"""

import argparse
import json
from pathlib import Path

import numpy as np

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.mean_face import FILE, measure_mean_face
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.landmarks import FaceLandmarker


def main() -> None:
    """Read the arguments, look at every photo, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("data/cache"))
    parser.add_argument("--out", type=Path, default=FILE)
    given = parser.parse_args()
    landmarker, found = FaceLandmarker(given.cache), []
    for path in sorted(given.photos.rglob("*.jpg")):
        try:
            faces = landmarker.detect(decode_photo(path.read_bytes()).rgb, quick=True)
        except BadInput:
            continue
        found += [faces[0].landmarks] if faces else []
    points = np.round(measure_mean_face(np.array(found)), 4).tolist()
    given.out.write_text(json.dumps({"photos": len(found), "points": points}) + "\n", "utf-8")
    print(f"The mean of {len(found)} faces is in {given.out}.")


if __name__ == "__main__":
    main()
