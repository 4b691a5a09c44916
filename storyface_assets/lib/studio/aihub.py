"""AI-Hub 82's layout: folders, file names, label records and the JSON files put together."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.studio.faults import GivenLabels
from storyface_assets.lib.studio.korean import (
    AGE_AS_TEXT,
    ENCODING_OF_LABEL,
    GENDERS,
    PROFESSIONAL,
)
from storyface_assets.lib.studio.people import Sitter

PHOTOS, LABELS_DIR = "원천데이터", "라벨링데이터"
_FIRST_UPLOAD = datetime(2020, 11, 16, 9, 0, 0)


def photo_path(label: str, part: int, filename: str) -> str:
    """POSIX path of a photo below the set's folder."""
    return f"{PHOTOS}/EMOIMG_{label}_TRAIN_{part:02d}/{filename}"


def label_path(label: str) -> str:
    """POSIX path of a label's JSON below the set's folder."""
    return f"{LABELS_DIR}/EMOIMG_{label}_TRAIN/img_emotion_training_data({label}).json"


def file_name(
    sitter: Sitter, uploader: str, label: str, place: str, number: int, rng: np.random.Generator
) -> str:
    """``<uploader>_<gender>_<decade>_<label>_<place>_<time>-001-00n.jpg``."""
    moment = _FIRST_UPLOAD + timedelta(seconds=int(rng.integers(60 * 86_400)))
    decade = max(sitter.age // 10 * 10, 10)
    when = f"{moment:%Y%m%d%H%M%S}-001-{number:03d}"
    return f"{uploader}_{GENDERS[sitter.gender]}_{decade}_{label}_{place}_{when}.jpg"


def record(
    filename: str,
    sitter: Sitter,
    labels: GivenLabels,
    place: str,
    boxes: Iterable[np.ndarray],
    professional: bool,
) -> dict[str, Any]:
    """One entry of the label JSON; the age's type is set when the file is written."""
    annotations = {
        f"annot_{who}": {
            "boxes": dict(
                zip(("minX", "minY", "maxX", "maxY"), map(_coordinate, box), strict=True)
            ),
            "faceExp": face,
            "bg": place,
        }
        for who, face, box in zip("ABC", labels.annotators, boxes, strict=True)
    }
    return {
        "filename": filename,
        "gender": GENDERS[sitter.gender],
        "age": max(sitter.age // 10 * 10, 10),
        "isProf": PROFESSIONAL[professional],
        "faceExp_uploader": labels.uploader,
        "bg_uploader": place,
        **annotations,
    }


def _coordinate(value: float) -> float:
    return round(float(value), 6)


def write_label_files(root: Path, records: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Write every label's JSON in its encoding.

    Args:
        root: folder of the set.
        records: label (which names the file) and entry.
    """
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for label, entry in records:
        age = str(entry["age"]) if label in AGE_AS_TEXT else int(entry["age"])
        files[label].append(entry | {"age": age})
    for label, entries in files.items():
        # In no order that the photos' names have: who joins by position joins wrongly.
        entries.sort(key=lambda e: sha256(json.dumps(e).encode()).hexdigest())
        path = root / label_path(label)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(entries, ensure_ascii=False, indent=1)
        write_durably(path, text.encode(ENCODING_OF_LABEL[label]))
