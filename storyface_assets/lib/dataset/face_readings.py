"""The faces in each photo of a set: found once, kept, and used by every later step."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.decoding import decode_photo
from storyface_assets.lib.dataset.each import work_on_each
from storyface_assets.lib.dataset.face_appearance import appearance
from storyface_assets.lib.dataset.photo_source import NotRead, PhotoSource
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.landmarks import Face, FaceLandmarker, fetch_models
from storyface_assets.lib.store.memo import Memo

#: Pixels on the longer side that faces are looked for in; the landmark network sees 192.
LONG_SIDE: Final = 640
STEP: Final = "faces"
#: All that a reading depends on beside the photo.
RECIPE: Final = f"3 mediapipe-0.10.21 quick {LONG_SIDE}"


@dataclass(frozen=True, eq=False)
class FoundFace:
    """One face of a photo.

    Attributes:
        box: ``(4,)`` float32 x0, y0, x1, y1 around the landmarks, pixels of the upright original.
        score: the landmark network's face presence, 0–1.
        landmarks: ``(478, 3)`` float32, likewise; z is depth, smaller is nearer.
        appearance: ``(800,)`` uint8, see ``face_appearance``.
    """

    box: np.ndarray
    score: float
    landmarks: np.ndarray
    appearance: np.ndarray

    def as_face(self) -> Face:
        """For what takes a :class:`Face`; its person mask is all zero."""
        return Face(
            box=self.box.astype(np.float64),
            score=self.score,
            landmarks=self.landmarks.astype(np.float64),
            person=np.zeros((256, 256), np.float32),
        )


@dataclass(frozen=True, eq=False)
class FaceReading:
    """What was found in one photo.

    Attributes:
        faces: largest first.
        width: of the upright original, pixels; 0 where it cannot be decoded.
        height: likewise.
        problem: short name of the fault of a photo that cannot be decoded, else "".
    """

    faces: tuple[FoundFace, ...]
    width: int = 0
    height: int = 0
    problem: str = ""

    @property
    def boxes(self) -> np.ndarray:
        """Boxes of all faces ``(N, 4)``."""
        return np.array([face.box for face in self.faces], np.float32).reshape(-1, 4)

    def to_json(self) -> dict[str, Any]:
        """For the memo; about 9 kB a face."""
        faces = [
            {
                "box": _text(face.box.astype("<f4")),
                "score": face.score,
                "landmarks": _text(face.landmarks.astype("<f4")),
                "appearance": _text(face.appearance),
            }
            for face in self.faces
        ]
        size = [self.width, self.height]
        return {"faces": faces, "size": size, "problem": self.problem}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "FaceReading":
        """The reading that :meth:`to_json` wrote."""
        faces = (
            FoundFace(
                _array(face["box"], "<f4"),
                face["score"],
                _array(face["landmarks"], "<f4").reshape(478, 3),
                _array(face["appearance"], "u1"),
            )
            for face in kept["faces"]
        )
        width, height = kept["size"]
        return cls(tuple(faces), width, height, kept["problem"])


def face_readings(
    table: pd.DataFrame,
    source_root: Path,
    cache_dir: Path,
    workers: int | None = None,
    select: Callable[[FaceReading], Any] = lambda reading: reading,
) -> dict[str, Any]:
    """Find the faces of all photos of a table; those known are not looked at again.

    Args:
        table: rows with ``photo`` and ``sha256``; rows without a file are left out.
        source_root: the set's folder.
        cache_dir: the installation's cache folder: landmark models and kept readings.
        workers: processes, see :func:`~storyface_assets.lib.dataset.each.work_on_each`.
        select: what of a reading to return; half a million whole ones take 3 GB.

    Returns:
        What was selected, by SHA-256.

    Raises:
        NotRead: photos could not be read just now.
        BadInput: the landmark models are not there and cannot be fetched.
    """
    fetch_models(cache_dir)  # before there are processes that would all fetch
    there = table[table["sha256"] != ""]
    jobs = {
        str(sha256): (str(source_root), str(photo), str(cache_dir))
        for sha256, photo in zip(there["sha256"], there["photo"], strict=True)
    }
    memo = _memo(str(cache_dir))
    return work_on_each(
        "faces", jobs, read_faces, memo, workers, lambda kept: select(FaceReading.from_json(kept))
    )


def stored_reading(cache_dir: Path, sha256: str) -> FaceReading:
    """The reading that :func:`face_readings` kept; for worker processes.

    Raises:
        NotRead: it kept none, as of a photo that could not be read.
    """
    kept = _memo(str(cache_dir)).get([sha256])
    if sha256 not in kept:
        raise NotRead(sha256, "", "was not looked at for faces.", "Read its faces first.")
    return FaceReading.from_json(kept[sha256])


def read_faces(key: str, arguments: tuple[str, str, str]) -> dict[str, Any]:
    """Find the faces of one photo; see ``work_on_each``.

    Args:
        key: the photo's SHA-256.
        arguments: the set's folder, the photo, the cache folder.

    Returns:
        A :class:`FaceReading` as JSON; a photo that cannot be decoded has a problem, no faces.
    """
    root, photo, cache_dir = arguments
    try:
        decoded = decode_photo(PhotoSource(Path(root)).read(photo), LONG_SIDE, photo)
    except NotRead:
        raise
    except BadInput as fault:
        return FaceReading((), problem=fault.field or "cannot be read").to_json()
    reading = faces_in(decoded.rgb, _landmarker(cache_dir), decoded.scale)
    return FaceReading(reading, decoded.width, decoded.height).to_json()


def faces_in(
    rgb: np.ndarray, landmarker: FaceLandmarker, scale: float = 1.0
) -> tuple[FoundFace, ...]:
    """Faces of a picture ``(H, W, 3)`` uint8 that is ``scale`` times the size of its original."""
    # Photo coordinates have the first pixel's centre at 0, 0: halves move when pixels grow.
    half = np.array([0.5, 0.5, 0.0])
    found = []
    for face in landmarker.detect(rgb, quick=True):
        landmarks = ((face.landmarks + half) / scale - half).astype(np.float32)
        box = np.concatenate([landmarks[:468, :2].min(0), landmarks[:468, :2].max(0)])
        looks = appearance(rgb, face.landmarks)
        found.append(FoundFace(box, face.score, landmarks, looks))
    return tuple(found)


@lru_cache(maxsize=4)
def _memo(cache_dir: str) -> Memo:
    return Memo(Path(cache_dir) / "dataset", STEP, RECIPE)


@lru_cache(maxsize=2)
def _landmarker(cache_dir: str) -> FaceLandmarker:
    cv2.setNumThreads(1)
    return FaceLandmarker(Path(cache_dir))


def _text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def _array(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)
