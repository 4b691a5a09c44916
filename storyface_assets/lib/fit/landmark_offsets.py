"""Where the landmark network puts each landmark, relative to the point we marked on the head.

Two people who mark 478 points on a head differ by millimetres, and so do the network and our
embedding (it sees lashes as the lid's edge, for one). The mean difference is measured once, on
renders of random heads whose true landmarks are known (``calibrate.py``), and taken out.
"""

import hashlib
import json
from importlib.resources import files
from pathlib import Path

import numpy as np

_FILE = "landmark_offsets.json"


def fingerprint(landmark_mean: np.ndarray) -> str:
    """Names a landmark embedding by its points on the mean head ``(478, 3)``, to .1 mm."""
    rounded = np.rint(np.asarray(landmark_mean) * 1e4).astype(np.int32)
    return hashlib.sha256(rounded.tobytes()).hexdigest()[:16]


def landmark_offsets(landmark_mean: np.ndarray) -> np.ndarray:
    """Offsets ``(478, 3)`` metres, head space, to add to the marked points.

    Args:
        landmark_mean: ``(478, 3)`` marked points on the mean head. Offsets measured for other
            points (another head model) are of no use: then all are 0.
    """
    kept = json.loads(files(__package__).joinpath(_FILE).read_text("utf-8"))
    if kept["embedding"] != fingerprint(landmark_mean):
        return np.zeros_like(landmark_mean)
    return np.array(kept["millimetres"], float) / 1000


def write_offsets(path: Path, landmark_mean: np.ndarray, offsets: np.ndarray, heads: int) -> None:
    """Keep measured offsets.

    Args:
        path: the file, ``landmark_offsets.json`` beside this module.
        landmark_mean: ``(478, 3)`` marked points on the mean head.
        offsets: ``(478, 3)`` metres.
        heads: how many heads they were measured on.
    """
    content = {
        "embedding": fingerprint(landmark_mean),
        "heads": heads,
        "millimetres": np.round(offsets * 1000, 2).tolist(),
    }
    path.write_text(json.dumps(content) + "\n", "utf-8")
