"""Perceptual hashes of each photo: of the whole picture, and of the face where it lies.

A crop of a few percent moves everything in the picture, so hashes of the whole picture lose it.
The face, brought to one place by its landmarks, stays the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import imagehash
import numpy as np
import pandas as pd
from PIL import Image

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.each import work_on_each
from storyface_assets.lib.dataset.face_readings import RECIPE as FACES_RECIPE
from storyface_assets.lib.dataset.face_readings import stored_reading
from storyface_assets.lib.dataset.photo_source import NotRead, PhotoSource
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.memo import Memo

STEP: Final = "hashes"
#: Pixels on the longer side that photos are decoded to (a large JPEG shrinks while it decodes).
LONG_SIDE: Final = 256
#: Side of the picture that sharpness is measured in.
_SHARPNESS_SIDE: Final = 192
#: Side of the aligned face, and the landmarks' spread (RMS distance from their middle) in it.
_FACE_SIDE, _FACE_SPREAD = 64, 17.0
RECIPE: Final = f"1 phash8+dhash8 {LONG_SIDE} face {_FACE_SIDE} faces {FACES_RECIPE}"
#: Words of one hash: phash and dhash.
WORDS: Final = 2
_RIGHT_EYE, _LEFT_EYE = (33, 133), (362, 263)


@dataclass(frozen=True, eq=False)
class Hashes:
    """Hashes of N photos, in the order of ``sha256``.

    Attributes:
        sha256: of each file, once.
        whole: ``(N, 2)`` uint64: phash and dhash of the picture.
        face: ``(N, 2)`` uint64: of the aligned largest face; 0 without one.
        has_face: ``(N,)`` bool.
        sharpness: ``(N,)`` variance of the Laplacian over that of the grey, at a fixed size;
            brightness and contrast cancel out.
        pixels: ``(N,)`` int64, of the original.
        problem: fault of each photo that cannot be decoded, else "".
    """

    sha256: np.ndarray
    whole: np.ndarray
    face: np.ndarray
    has_face: np.ndarray
    sharpness: np.ndarray
    pixels: np.ndarray
    problem: np.ndarray


def read_hashes(
    table: pd.DataFrame,
    root: Path,
    cache_dir: Path,
    memo: Memo,
    workers: int | None = None,
) -> Hashes:
    """Hash every photo of a table; those known are not decoded again.

    Args:
        table: rows with ``photo`` and ``sha256``; a file that is there twice is read once.
        root: the set's folder.
        cache_dir: the installation's cache folder, with the faces already read.
        memo: of the step ``STEP`` with ``RECIPE``.
        workers: processes, see ``work_on_each``.
    """
    once = table.drop_duplicates("sha256").sort_values("sha256")
    jobs = {
        str(sha256): (str(root), str(photo), str(cache_dir))
        for sha256, photo in zip(once["sha256"], once["photo"], strict=True)
    }
    found = list(work_on_each("hashes", jobs, hash_photo, memo, workers).values())
    zero = "0" * 32
    return Hashes(
        sha256=np.array(list(jobs), dtype=object),
        whole=_unpacked([row.get("whole", zero) for row in found]),
        face=_unpacked([row.get("face") or zero for row in found]),
        has_face=np.array([bool(row.get("face")) for row in found], bool),
        sharpness=np.array([row.get("sharpness", 0.0) for row in found], np.float64),
        pixels=np.array([row.get("pixels", 0) for row in found], np.int64),
        problem=np.array([row["problem"] for row in found], dtype=object),
    )


def hash_photo(key: str, arguments: tuple[str, str, str]) -> dict[str, Any]:
    """Hashes of one photo as JSON; see ``work_on_each``.

    Args:
        key: the photo's SHA-256.
        arguments: the set's folder, the photo, the cache folder.
    """
    root, photo, cache_dir = arguments
    try:
        decoded = decode_photo(PhotoSource(Path(root)).read(photo), LONG_SIDE, photo)
        landmarks = landmarks_in(key, cache_dir, decoded.scale)
    except NotRead:
        raise
    except BadInput as fault:
        return {"problem": fault.field or "cannot be read"}
    grey = cv2.cvtColor(decoded.rgb, cv2.COLOR_RGB2GRAY)
    face = "" if landmarks is None else _hex(aligned_face(grey, landmarks))
    return {
        "problem": "",
        "whole": _hex(grey),
        "face": face,
        "sharpness": sharpness(grey),
        "pixels": decoded.width * decoded.height,
    }


def landmarks_in(sha256: str, cache_dir: str, scale: float) -> np.ndarray | None:
    """Landmarks ``(478, 2)`` of a photo's largest face in a copy ``scale`` times its size.

    Raises:
        NotRead: its faces were not looked for.
    """
    reading = stored_reading(Path(cache_dir), sha256)
    if not reading.faces:
        return None
    # Photo coordinates have the first pixel's centre at 0, 0: halves move when pixels shrink.
    return (reading.faces[0].landmarks[:, :2] + 0.5) * scale - 0.5


def aligned_face(grey: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """The face upright, in the middle, at one size.

    Args:
        grey: ``(H, W)`` uint8.
        landmarks: ``(478, 2)`` pixels.

    Returns:
        ``(64, 64)`` uint8; outside the picture its border is repeated.
    """
    points = landmarks[:468]
    centre = points.mean(0)
    spread = float(np.sqrt(((points - centre) ** 2).sum(1).mean()))
    across = landmarks[list(_LEFT_EYE)].mean(0) - landmarks[list(_RIGHT_EYE)].mean(0)
    angle, zoom = np.arctan2(across[1], across[0]), _FACE_SPREAD / max(spread, 1e-3)
    turn = zoom * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shift = np.full(2, 0.5 * _FACE_SIDE - 0.5) - turn @ centre
    if zoom < 1.0:  # else small details of a large face would flicker between pixels
        grey = cv2.GaussianBlur(grey, (0, 0), max(0.4 / zoom, 0.1))
    matrix = np.hstack([turn, shift[:, None]])
    return cv2.warpAffine(
        grey, matrix, (_FACE_SIDE, _FACE_SIDE), borderMode=cv2.BORDER_REPLICATE
    ).astype(np.uint8)


def sharpness(grey: np.ndarray) -> float:
    """Variance of the Laplacian over that of the grey, on the picture at a fixed size."""
    factor = _SHARPNESS_SIDE / max(grey.shape)
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = tuple(max(1, round(side * factor)) for side in grey.shape[::-1])
    small = cv2.resize(grey, size, interpolation=how).astype(np.float32)
    laplacian = cv2.Laplacian(small, cv2.CV_32F)
    return round(float(laplacian.var() / (small.var() + 1.0)), 5)


def pack(*hashes: imagehash.ImageHash) -> np.ndarray:
    """Hashes of imagehash, 64 bits each → ``(W,)`` uint64."""
    bits = np.concatenate([one.hash.ravel() for one in hashes])
    return np.packbits(bits).view(">u8").astype(np.uint64)


def _hex(grey: np.ndarray) -> str:
    picture = Image.fromarray(grey)
    return "".join(
        f"{word:016x}" for word in pack(imagehash.phash(picture), imagehash.dhash(picture))
    )


def _unpacked(texts: list[str]) -> np.ndarray:
    joined = bytes.fromhex("".join(texts))
    return np.frombuffer(joined, ">u8").astype(np.uint64).reshape(-1, WORDS)


#: Gives the memo of a step and its recipe.
OpenMemo = Callable[[str, str], Memo]
