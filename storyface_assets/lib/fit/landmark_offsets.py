"""Where the landmark network puts each landmark, relative to the point we marked on the head.

Two people who mark 478 points on a head differ by millimetres, and so do the network and our
embedding (it sees lashes as the lid's edge, for one). The mean difference is measured once, on
renders of random heads whose true landmarks are known (``worker/calibrate_landmarks.py``), and
taken out.
"""

import json
from pathlib import Path

import numpy as np

OFFSETS_FILE = Path(__file__).with_name("landmark_offsets.json")
#: Median distance up to which a head counts as a rebuild of the one measured on, metres.
_SAME_HEAD = 0.003


def landmark_offsets(marked: np.ndarray) -> np.ndarray:
    """Offsets ``(478, 3)`` metres, head space, to add to the marked points.

    Args:
        marked: ``(478, 3)`` marked points on the mean head, metres. Offsets measured for points
            elsewhere (another head model) are of no use: then all are 0.
    """
    kept = json.loads(OFFSETS_FILE.read_text("utf-8"))
    away = np.linalg.norm(marked - np.array(kept["marked_mm"]) / 1000, axis=1)
    if np.median(away) > _SAME_HEAD:
        return np.zeros_like(marked)
    return np.array(kept["offsets_mm"], float) / 1000


def write_offsets(path: Path, marked: np.ndarray, offsets: np.ndarray, heads: int) -> None:
    """Keep measured offsets.

    Args:
        path: the file, ``OFFSETS_FILE`` for the one that is read.
        marked: ``(478, 3)`` marked points on the mean head, metres.
        offsets: ``(478, 3)`` metres.
        heads: how many heads they were measured on.
    """
    content = {
        "heads": heads,
        "marked_mm": np.round(marked * 1000, 1).tolist(),
        "offsets_mm": np.round(offsets * 1000, 2).tolist(),
    }
    path.write_text(json.dumps(content) + "\n", "utf-8")
