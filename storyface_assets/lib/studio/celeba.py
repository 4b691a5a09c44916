"""CelebA's layout: the 40 attributes, list files, identities and the aligned geometry."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from storyface_assets.lib.dataset.celeba_lists import ATTRIBUTES
from storyface_assets.lib.durable import write_durably

SIZE: Final = (178, 218)
#: Where the aligned pictures have the eyes: left and right in the picture, pixels.
EYES: Final = np.array([[69.0, 111.0], [108.0, 111.0]])
LANDMARKS: Final = tuple(
    f"{part}_{axis}"
    for part in ("lefteye", "righteye", "nose", "leftmouth", "rightmouth")
    for axis in "xy"
)


def picture_name(number: int) -> str:
    """``000001.jpg`` for 1."""
    return f"{number:06d}.jpg"


def partition_of(index: int) -> int:
    """0 = training, 1 = validation, 2 = test, by person as in CelebA, about 80/10/10.

    The first three people are of all three: a small set can be trained and tested too. Genders
    alternate from person to person: of every twenty, one of each is tested on.
    """
    return {1: 2, 2: 1, 11: 1, 12: 2}.get(index % 20, 0)


def align(eyes: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The similarity ``(2, 3)`` that brings two points ``(2, 2)`` onto two others."""
    a, b = (p[:, 0] + 1j * p[:, 1] for p in (eyes, target))
    turn = (b[1] - b[0]) / (a[1] - a[0])
    move = b[0] - turn * a[0]
    return np.array([[turn.real, -turn.imag, move.real], [turn.imag, turn.real, move.imag]])


def five_points(pupils: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Eyes, nose tip, mouth corners ``(5, 2)``.

    CelebA marks the pupils; the mean of iBUG's lid points lies 3.5 mm further out on our head.

    Args:
        pupils: ``(2, 2)`` left and right in the picture.
        landmarks: ``(68, 2)`` iBUG.
    """
    return np.concatenate([pupils, landmarks[[30, 48, 54]]])


def write_lists(root: Path, pictures: Iterable[Mapping[str, Any]]) -> None:
    """Write the list files.

    Args:
        root: folder of the set.
        pictures: ``name``, ``identity`` (a number), ``partition``, ``attributes`` (name → bool),
            ``landmarks`` (5 × 2 pixels).
    """
    rows = sorted(pictures, key=lambda p: p["name"])
    count = str(len(rows))
    attributes = [count, " ".join(ATTRIBUTES) + " "]
    for row in rows:
        values = [1 if row["attributes"][name] else -1 for name in ATTRIBUTES]
        attributes.append(f"{row['name']} " + " ".join(f"{v:2d}" for v in values))
    points = [count, " ".join(LANDMARKS) + " "]
    for row in rows:
        flat = [round(v) for pair in row["landmarks"] for v in pair]
        points.append(f"{row['name']} " + " ".join(f"{v:3d}" for v in flat))
    texts = {
        "list_attr_celeba.txt": attributes,
        "list_landmarks_align_celeba.txt": points,
        "list_eval_partition.txt": [f"{r['name']} {r['partition']}" for r in rows],
        "identity_CelebA.txt": [f"{r['name']} {r['identity']}" for r in rows],
    }
    for name, lines in texts.items():
        write_durably(root / name, ("\n".join(lines) + "\n").encode())
