"""The annotated box of each photo, checked: every fault has a name."""

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.schema import ANNOTATORS, BOX_SIDES

Policy = Literal["drop", "clip"]

#: Faults in the order in which they are looked for; a photo's ``reason`` is its first.
FAULTS: Final = (
    "no box",
    "not a number",
    "min over max",
    "negative",
    "beyond the image",
    "too small",
    "no face inside",
)
#: Pixels by which a box may leave the photo: annotation tools round.
TOLERANCE: Final = 1.0
#: Shorter side of a box, pixels: a slip of the mouse, not a small face (those are left to the
#: cropping, which knows the face).
MIN_SIDE: Final = 20.0
#: ``clip`` keeps a box that leaves the photo if at least this share of its area lies inside.
MIN_LEFT: Final = 0.9
#: A face counts as inside when its middle is and at least this share of its area is.
MIN_INSIDE: Final = 0.5


def check_boxes(
    table: pd.DataFrame,
    faces: Mapping[str, np.ndarray],
    policy: Policy = "drop",
) -> pd.DataFrame:
    """Check each photo's box.

    The box is annotator A's; B's if A gave none, then C's. A box that leaves the photo by more
    than a pixel is dropped; with ``clip`` it is cut to the photo if 90 % of it remain. All other
    faults drop the photo under both policies, and so does the seeds' example (minY −204.08 of a
    box 874 high: 77 % remain).

    Args:
        table: rows with ``box_a_min_x`` … ``box_c_max_y``, ``width``, ``height``, ``sha256``.
        faces: by SHA-256, boxes ``(N, 4)`` of the faces found in the photo, in its pixels.
        policy: what becomes of boxes that leave the photo.

    Returns:
        The rows with ``box_min_x`` … (pixels, inside the photo; NaN where there is no box),
        ``box_from`` (a, b, c or ""), ``box_faults`` (all, ", " between them), ``box_clipped``,
        ``kept`` and ``reason`` (the first fault).
    """
    if policy not in ("drop", "clip"):
        raise ValueError(f"unknown policy {policy!r}")
    boxes, given_by = _chosen(table)
    size = table[["width", "height"]].to_numpy(float)
    found = _faults(boxes, given_by, size, policy)
    low, high = np.fmax(boxes[:, :2], 0.0), np.fmin(boxes[:, 2:], size)
    clipped = found.pop("clipped")
    inside = np.column_stack([low, high])
    inside[found["no box"] | found["not a number"]] = np.nan
    sound = ~np.any(list(found.values()), axis=0)
    found["no face inside"] = np.zeros(len(table), bool)
    for row in np.flatnonzero(sound).tolist():
        boxes_of_faces = faces.get(str(table["sha256"].iat[row]), np.zeros((0, 4)))
        found["no face inside"][row] = not faces_inside(boxes_of_faces, inside[row]).any()
    return _answered(table, inside, given_by, found, clipped & sound)


def faces_inside(faces: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Which faces lie in a box.

    Args:
        faces: ``(N, 4)`` x0, y0, x1, y1.
        box: ``(4,)`` likewise.

    Returns:
        ``(N,)`` bool: middle inside, and at least ``MIN_INSIDE`` of the area.
    """
    faces = np.asarray(faces, float).reshape(-1, 4)
    middle = (faces[:, :2] + faces[:, 2:]) / 2
    within = ((middle >= box[:2]) & (middle <= box[2:])).all(1)
    shared = np.minimum(faces[:, 2:], box[2:]) - np.maximum(faces[:, :2], box[:2])
    area = np.prod(faces[:, 2:] - faces[:, :2], axis=1)
    return np.asarray(within & (np.prod(np.maximum(shared, 0), axis=1) >= MIN_INSIDE * area))


def _chosen(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Boxes ``(N, 4)`` and who gave them: the first annotator who wrote any number."""
    boxes = np.full((len(table), 4), np.nan)
    given_by = np.full(len(table), "", object)
    for who in ANNOTATORS:
        columns = table[[f"box_{who}_{side}" for side in BOX_SIDES]]
        numbers = columns.to_numpy(dtype=float, na_value=np.nan)
        new = (given_by == "") & ~np.isnan(numbers).all(1)
        boxes[new], given_by[new] = numbers[new], who
    return boxes, given_by


def _faults(
    boxes: np.ndarray, given_by: np.ndarray, size: np.ndarray, policy: Policy
) -> dict[str, np.ndarray]:
    """Faults that the numbers alone show, by name; and ``clipped``."""
    none = given_by == ""
    broken = ~none & ~np.isfinite(boxes).all(1)
    numbers = ~none & ~broken
    with np.errstate(invalid="ignore"):
        low, high = boxes[:, :2], boxes[:, 2:]
        swapped = numbers & (high <= low).any(1)
        negative = numbers & (boxes < -TOLERANCE).any(1)
        beyond = numbers & ((low > size + TOLERANCE) | (high > size + TOLERANCE)).any(1)
        sides = np.minimum(high, size) - np.maximum(low, 0.0)
        left = np.prod(np.maximum(sides, 0), 1) / np.maximum(np.prod(high - low, 1), 1e-9)
        ordered = numbers & ~swapped
        small = ordered & (np.minimum(sides, high - low) < MIN_SIDE).any(1)
        # A box that is large but lies outside is not called small.
        small &= ~(negative | beyond) | (high - low < MIN_SIDE).any(1)
    clipped = (negative | beyond) & ordered & ~small & (left >= MIN_LEFT)
    if policy == "clip":
        negative, beyond = negative & ~clipped, beyond & ~clipped
    else:
        clipped = np.zeros_like(clipped)
    found = (none, broken, swapped, negative, beyond, small)
    return {**dict(zip(FAULTS, found, strict=False)), "clipped": clipped}


def _answered(
    table: pd.DataFrame,
    boxes: np.ndarray,
    given_by: np.ndarray,
    found: Mapping[str, np.ndarray],
    clipped: np.ndarray,
) -> pd.DataFrame:
    faults = [[name for name in FAULTS if found[name][row]] for row in range(len(table))]
    out = table.drop(columns=["kept", "reason"], errors="ignore").copy()
    for k, side in enumerate(BOX_SIDES):
        out[f"box_{side}"] = boxes[:, k]
    out["box_from"] = pd.array(given_by, dtype="str")
    out["box_faults"] = pd.array([", ".join(names) for names in faults], dtype="str")
    out["box_clipped"] = clipped
    out["kept"] = [not names for names in faults]
    out["reason"] = pd.array([names[0] if names else "" for names in faults], dtype="str")
    return out


#: How the studio's ``box_fault`` calls the faults.
STUDIO_NAMES: Final = {
    "beyond": "beyond the image",
    "swapped": "min over max",
    "small": "too small",
    "elsewhere": "no face inside",
}


def box_quality(checked: pd.DataFrame, truth: pd.DataFrame) -> dict[str, dict[str, float]]:
    """How well the faults were found, against the faults that the studio planted.

    Args:
        checked: what :func:`check_boxes` returned.
        truth: a row a photo with ``photo`` and ``box_fault`` ("" for a right box, a name of
            ``FAULTS``, or of ``STUDIO_NAMES``).

    Returns:
        By fault, and for "any" (dropped at all): ``planted``, ``found``, ``precision``,
        ``recall``; 1 where nothing was to be found or nothing was.
    """
    named = truth.drop_duplicates("photo").set_index("photo")["box_fault"].replace(STUDIO_NAMES)
    planted = named.reindex(checked["photo"]).fillna("")
    said = checked["reason"].to_numpy(str)
    meant = planted.to_numpy(str)
    table = {"any": _quality(said != "", meant != "")}
    for fault in FAULTS:
        if (said == fault).any() or (meant == fault).any():
            table[fault] = _quality(said == fault, meant == fault)
    return table


def _quality(said: np.ndarray, meant: np.ndarray) -> dict[str, float]:
    right = int((said & meant).sum())
    return {
        "planted": int(meant.sum()),
        "found": int(said.sum()),
        "precision": right / int(said.sum()) if said.any() else 1.0,
        "recall": right / int(meant.sum()) if meant.any() else 1.0,
    }
