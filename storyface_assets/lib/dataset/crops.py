"""The largest face in each photo's box, cropped as CelebA's faces are."""

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pandas as pd
from upath import UPath

from storyface_assets.lib.dataset.boxes import MIN_INSIDE, faces_inside
from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.decoding import Decoded, decode_photo
from storyface_assets.lib.dataset.eye_frame import RECIPE as FRAME_RECIPE
from storyface_assets.lib.dataset.face_readings import RECIPE as FACES_RECIPE
from storyface_assets.lib.dataset.face_readings import FaceReading, stored_reading
from storyface_assets.lib.dataset.photo_source import NotRead, PhotoSource
from storyface_assets.lib.dataset.pictures_on_each import pictures_on_each
from storyface_assets.lib.dataset.schema import BOX_SIDES
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.images.square import RECIPE as SQUARE_RECIPE
from storyface_assets.lib.landmarks.face import Face
from storyface_assets.lib.store.blobs import BlobStore
from storyface_assets.lib.store.memo import Memo

#: Side of a crop, pixels.
SIZE: Final = 256
#: Pixels that the photo is decoded to for it: averaging these keeps a crop crisp.
FINE_SIZE: Final = 384
#: Longer side of a face in the photo, pixels, below which a crop would be a blur.
MIN_FACE: Final = 48.0
#: OpenCV's scale, 0–100; colour is stored at the picture's own resolution.
JPEG_QUALITY: Final = 95
#: Raise the first number when the same photo would give another crop.
RECIPE: Final = (
    f"1 size={SIZE} fine={FINE_SIZE} min_face={MIN_FACE} inside={MIN_INSIDE} jpeg={JPEG_QUALITY}"
    f" {FRAME_RECIPE} {SQUARE_RECIPE} faces {FACES_RECIPE}"
)


def crop_faces(
    table: pd.DataFrame,
    photos: Path,
    blobs: BlobStore,
    cache_dir: Path,
    memo: Memo,
    workers: int | None = None,
) -> pd.DataFrame:
    """Crop the largest face inside each photo's box.

    The margin is CelebA's (:mod:`~storyface_assets.lib.dataset.crop_frame`); where the square
    leaves the photo, its edge is drawn out and blurred.

    Args:
        table: rows with ``photo``, ``sha256``, ``width``, ``height`` and ``box_min_x`` ….
        photos: folder of the set.
        blobs: where the crops go.
        cache_dir: where the face readings are kept.
        memo: this step's, with ``RECIPE``.
        workers: processes.

    Returns:
        The rows with ``picture`` and ``landmarks`` (blobs: the crop; ``(478, 3)`` float32 in its
        pixels as ``.npy``), ``face_min_x`` … (photo pixels), ``kept``, ``reason`` ("face too
        small", "no face inside", or why the photo cannot be decoded).
    """
    jobs = crop_jobs(table, photos, blobs, cache_dir)
    results = pictures_on_each(
        "cropping faces", dict(jobs), crop_face, memo, blobs, _blobs_of, workers
    )
    rows = [results[key] for key, _ in jobs]
    out = table.drop(columns=["kept", "reason"], errors="ignore").copy()
    for name in ("picture", "landmarks"):
        out[name] = pd.array([row[name] for row in rows], dtype="str")
    faces = np.array([row["face"] for row in rows], float).reshape(-1, 4)
    for k, side in enumerate(BOX_SIDES):
        out[f"face_{side}"] = faces[:, k]
    out["kept"] = [not row["reason"] for row in rows]
    out["reason"] = pd.array([row["reason"] for row in rows], dtype="str")
    return out


def crop_jobs(
    table: pd.DataFrame, photos: Path, blobs: BlobStore, cache_dir: Path
) -> list[tuple[str, dict[str, Any]]]:
    """Key and arguments of each row: the photo's content and its box."""
    where = {"photos": str(photos), "blobs": str(blobs.root), "cache": str(cache_dir)}
    boxes = table[[f"box_{side}" for side in BOX_SIDES]].to_numpy(float).round(1)
    sizes = table[["width", "height"]].to_numpy(int)
    rows = zip(table["sha256"], table["photo"], boxes.tolist(), sizes.tolist(), strict=True)
    return [
        (f"{sha256} {box}", {"sha256": sha256, "photo": photo, "box": box, "size": size, **where})
        for sha256, photo, box, size in rows
    ]


def crop_face(key: str, job: Mapping[str, Any]) -> dict[str, Any]:
    """Work on one photo; see :func:`crop_jobs` for the arguments."""
    try:
        return _crop(job)
    except NotRead:
        raise
    except BadInput as error:
        return _refused(error.field or "cannot be read")


def _crop(job: Mapping[str, Any]) -> dict[str, Any]:
    face = face_in_box(job)
    if face is None:
        return _refused("no face inside")
    if (face.box[2:] - face.box[:2]).max() < MIN_FACE:
        return _refused("face too small")
    photo = decode_for(job, face, FINE_SIZE)
    seen = scaled_landmarks(face.landmarks, photo.scale)
    square = face_square(seen)
    picture = square.cut(photo.rgb, SIZE)
    landmarks = np.column_stack(
        [square.to_square(seen[:, :2], SIZE), seen[:, 2] * SIZE / square.side]
    )
    blobs = BlobStore(UPath(job["blobs"]))
    return {
        "picture": blobs.put(encode_crop(picture)),
        "landmarks": blobs.put(encode_landmarks(landmarks)),
        "face": np.round(face.box, 2).tolist(),
        "reason": "",
    }


def face_in_box(job: Mapping[str, Any]) -> Face | None:
    """The largest face of a job's photo that lies in its box, in photo pixels.

    Raises:
        NotRead: its faces were not looked for.
    """
    reading = stored_reading(Path(job["cache"]), job["sha256"])
    return largest_inside(reading, np.array(job["box"], float))


def largest_inside(reading: FaceReading, box: np.ndarray) -> Face | None:
    """The largest face inside a box ``(4,)``; ``None`` if none is (the seeds took the smallest)."""
    boxes = reading.boxes.astype(float)
    sizes = np.where(faces_inside(boxes, box), np.prod(boxes[:, 2:] - boxes[:, :2], axis=1), -1.0)
    if not len(sizes) or sizes.max() < 0:
        return None
    return reading.faces[int(np.argmax(sizes))].as_face()


def decode_for(job: Mapping[str, Any], face: Face, size: int) -> Decoded:
    """Decode a job's photo just as fine as a crop of ``size`` pixels needs.

    Raises:
        NotRead: it cannot be read.
        BadInput: it cannot be decoded; ``field`` is the short name of the fault.
    """
    data = _source(job["photos"]).read(job["photo"])
    needed = max(job["size"]) * size / face_square(face.landmarks).side
    return decode_photo(data, max(int(np.ceil(needed)), 64), job["photo"])


def scaled_landmarks(landmarks: np.ndarray, scale: float) -> np.ndarray:
    """Landmarks ``(478, 3)`` of a photo in a copy of it; pixel (0, 0) has its centre at (0, 0)."""
    return np.asarray((landmarks + (0.5, 0.5, 0)) * scale - (0.5, 0.5, 0))


@cache
def _source(photos: str) -> PhotoSource:
    return PhotoSource(Path(photos))


def encode_crop(rgb: np.ndarray) -> bytes:
    """A crop ``(H, W, 3)`` uint8 as JPEG."""
    how = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    how += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return cv2.imencode(".jpg", np.ascontiguousarray(rgb[..., ::-1]), how)[1].tobytes()


def encode_landmarks(landmarks: np.ndarray) -> bytes:
    """Landmarks ``(478, 3)`` as the bytes of a float32 ``.npy`` file."""
    file = io.BytesIO()
    np.save(file, landmarks.astype(np.float32), allow_pickle=False)
    return file.getvalue()


def decode_landmarks(data: bytes) -> np.ndarray:
    """The reverse of :func:`encode_landmarks`."""
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))


def decode_crop(data: bytes) -> np.ndarray:
    """A crop's bytes as ``(H, W, 3)`` uint8 sRGB."""
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(np.asarray(bgr)[..., ::-1])


def _refused(reason: str) -> dict[str, Any]:
    return {"picture": "", "landmarks": "", "face": [float("nan")] * 4, "reason": reason}


def _blobs_of(result: Mapping[str, Any]) -> list[str]:
    return [result["picture"], result["landmarks"]] if result["picture"] else []
