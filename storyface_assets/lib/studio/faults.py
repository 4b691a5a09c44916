"""What is planted into the AI-Hub set: which photos get which fault, and the faults themselves."""

import io
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from storyface_assets.lib.studio.korean import LABEL_OF_EXPRESSION
from storyface_assets.lib.studio.lens import jpeg
from storyface_assets.lib.studio.options import FaultRates
from storyface_assets.lib.studio.seeds import planted, rng_of

LABEL_FAULTS: Final = ("all_wrong", "majority_wrong", "annotators_wrong")
DISAGREEMENTS: Final = ("one_disagrees", "uploader_disagrees", "all_disagree")
DUPLICATES: Final = ("exact", "resized", "recompressed", "brightened", "cropped")
BOX_FAULTS: Final = ("negative", "beyond", "swapped", "small", "elsewhere")
FILE_FAULTS: Final = ("empty", "truncated", "not_a_picture", "cmyk", "animated")
RECORD_FAULTS: Final = (
    "label_without_photo",
    "photo_without_label",
    "duplicate_filename",
    "unknown_label",
)
#: Share of the copies that carry another label, or another uploader's name.
_RELABELLED, _REPOSTED = 0.25, 0.3


@dataclass(frozen=True)
class Faults:
    """What is wrong with one photo; "" where nothing is.

    Attributes:
        label: of ``LABEL_FAULTS`` or ``DISAGREEMENTS``.
        duplicate: of ``DUPLICATES``: a copy of it is made.
        box: of ``BOX_FAULTS``.
        file: of ``FILE_FAULTS``.
        record: of ``RECORD_FAULTS``.
    """

    label: str = ""
    duplicate: str = ""
    box: str = ""
    file: str = ""
    record: str = ""


def plan_faults(rates: FaultRates, seed: int, number: int) -> Faults:
    """Faults of photo ``number`` of the whole set; a broken file or record has no other."""
    record = _kind(RECORD_FAULTS, rates.records, seed, number, "record")
    if record:
        return Faults(record=record)
    file = _kind(FILE_FAULTS, rates.files, seed, number, "file")
    if file:
        return Faults(file=file)
    label = _kind(LABEL_FAULTS, rates.labels, seed, number, "label")
    return Faults(
        label=label or _kind(DISAGREEMENTS, rates.disagreement, seed, number, "disagreement"),
        duplicate=_kind(DUPLICATES, rates.duplicates, seed, number, "duplicate"),
        box=_kind(BOX_FAULTS, rates.boxes, seed, number, "box"),
    )


def _kind(kinds: tuple[str, ...], rate: float, seed: int, number: int, family: str) -> str:
    """Kinds take turns, in an order of the seed."""
    place = planted(rate, number, seed, family)
    if place is None:
        return ""
    return kinds[int(rng_of(seed, family, "order").permutation(len(kinds))[place % len(kinds)])]


@dataclass(frozen=True)
class GivenLabels:
    """What people said a photo shows, in AI-Hub's words."""

    uploader: str
    annotators: tuple[str, str, str]


def give_labels(label: str, fault: str, rng: np.random.Generator) -> GivenLabels:
    """Labels of a photo whose true one is ``label``."""
    others = [name for name in LABEL_OF_EXPRESSION.values() if name != label]
    wrong, third = (str(w) for w in rng.choice(others, 2, replace=False))
    right = [label] * 3
    if fault == "all_wrong":
        return GivenLabels(wrong, (wrong, wrong, wrong))
    if fault == "annotators_wrong":
        return GivenLabels(label, (wrong, wrong, wrong))
    if fault == "all_disagree":
        right[int(rng.integers(3))] = wrong
        right[(right.index(wrong) + 1) % 3] = third
        return GivenLabels(label, (right[0], right[1], right[2]))
    if fault in ("majority_wrong", "one_disagrees"):
        odd, even = (label, wrong) if fault == "majority_wrong" else (wrong, label)
        given = [even] * 3
        given[int(rng.integers(3))] = odd
        return GivenLabels(label, (given[0], given[1], given[2]))
    return GivenLabels(wrong if fault == "uploader_disagrees" else label, (label, label, label))


def spoil_box(
    box: np.ndarray, kind: str, size: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """A wrong box ``(4,)`` in place of a right one; unchanged without a kind."""
    width, height = size
    wide, tall = box[2] - box[0], box[3] - box[1]
    if kind == "negative":
        axis, result = int(rng.integers(2)), box.copy()
        result[axis] = -rng.uniform(60, 260)
        return result
    if kind == "beyond":
        axis, result = int(rng.integers(2)), box.copy()
        result[2 + axis] = size[axis] + rng.uniform(40, 300)
        return result
    if kind == "swapped":
        return box[[2, 3, 0, 1]]
    if kind == "small":
        corner = np.array([rng.uniform(0, width - 9), rng.uniform(0, height - 9)])
        return np.concatenate([corner, corner + rng.uniform(1, 8, 2)])
    if kind == "elsewhere":
        return _empty_corner(box, size, np.array([wide, tall]))
    return box


def _empty_corner(box: np.ndarray, size: tuple[int, int], extent: np.ndarray) -> np.ndarray:
    """A box in the corner of the picture that shows least of the face."""
    small = np.maximum(0.3 * extent, 24)
    far = np.array(size) - 1 - small
    corners = [np.array([x, y], float) for x in (1, far[0]) for y in (1, far[1])]
    candidates = [np.concatenate([c, c + small]) for c in corners]
    return min(candidates, key=lambda c: _shared(c, box))


def _shared(a: np.ndarray, b: np.ndarray) -> float:
    overlap = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    return float(np.prod(np.maximum(overlap, 0)) / np.prod(a[2:] - a[:2]))


def copy_of(
    picture: np.ndarray, data: bytes, kind: str, quality: int, rng: np.random.Generator
) -> tuple[bytes, np.ndarray, tuple[int, int]]:
    """A near duplicate.

    Args:
        picture: ``(H, W, 3)`` uint8 sRGB.
        data: its file.
        kind: of ``DUPLICATES``.
        quality: of its JPEG.
        rng: how much it differs.

    Returns:
        The copy's file; ``(2, 3)`` map from the picture's pixels to the copy's; its width, height.
    """
    h, w = picture.shape[:2]
    same = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    if kind == "exact":
        return data, same, (w, h)
    if kind == "resized":
        scale = float(rng.choice([rng.uniform(0.45, 0.85), rng.uniform(1.2, 1.7)]))
        size = round(w * scale), round(h * scale)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        matrix = np.array([[size[0] / w, 0, 0], [0, size[1] / h, 0]])
        return jpeg(cv2.resize(picture, size, interpolation=how), 90), matrix, size
    if kind == "recompressed":
        return jpeg(picture, int(rng.integers(28, max(quality - 10, 40)))), same, (w, h)
    if kind == "brightened":
        gain = float(rng.choice([rng.uniform(0.72, 0.88), rng.uniform(1.12, 1.3)]))
        lit = np.clip(picture * gain + rng.uniform(-8, 8), 0, 255)
        return jpeg(lit.astype(np.uint8), 90), same, (w, h)
    left, top, right, bottom = (int(round(rng.uniform(0.005, 0.045) * s)) for s in (w, h, w, h))
    cut = picture[top : h - bottom, left : w - right]
    matrix = np.array([[1.0, 0, -left], [0, 1.0, -top]])
    return jpeg(cut, 90), matrix, (cut.shape[1], cut.shape[0])


def another_label(label: str, rng: np.random.Generator) -> str | None:
    """The label of a copy that somebody filed elsewhere, or ``None`` for the same label."""
    if rng.random() >= _RELABELLED:
        return None
    return str(rng.choice([x for x in LABEL_OF_EXPRESSION.values() if x != label]))


def is_reposted(rng: np.random.Generator) -> bool:
    """Whether a copy was uploaded under another person's name."""
    return bool(rng.random() < _REPOSTED)


def spoil_file(picture: np.ndarray, data: bytes, kind: str, rng: np.random.Generator) -> bytes:
    """A file that is not the plain JPEG that its name promises; unchanged without a kind."""
    if kind == "empty":
        return b""
    if kind == "truncated":
        return data[: int(len(data) * rng.uniform(0.05, 0.7))]
    if kind == "not_a_picture":
        return b"<html><body>404 Not Found</body></html>\n" * 40
    if kind not in ("cmyk", "animated"):
        return data
    from PIL import Image  # OpenCV writes neither

    image, file = Image.fromarray(picture), io.BytesIO()
    if kind == "cmyk":
        image.convert("CMYK").save(file, "JPEG", quality=88)
    else:
        other = Image.fromarray(np.ascontiguousarray(picture[:, ::-1]))
        image.save(file, "WEBP", save_all=True, append_images=[other], duration=200, quality=80)
    return file.getvalue()
