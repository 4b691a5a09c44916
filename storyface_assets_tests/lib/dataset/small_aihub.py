"""A set in AI-Hub 82's layout of a few photos, made by hand, with one of every fault."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

PHOTOS, LABELS = "원천데이터", "라벨링데이터"
PEOPLE = ("a1" * 32, "b2" * 32)
_RANDOM = np.random.default_rng(3)


def jpeg(seed: int = 0, size: tuple[int, int] = (96, 80)) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "JPEG", quality=85)
    return stream.getvalue()


def name_of(number: int, label: str = "기쁨", person: int = 0) -> str:
    return f"{PEOPLE[person]}_여_20_{label}_도심 환경_20201209180013-001-{number:03}.jpg"


def entry(filename: str, label: str = "기쁨", **changes) -> dict:
    box = {"maxX": 70.5, "maxY": 60.25, "minX": 10.0, "minY": -204.08}
    annotations = {f"annot_{who}": {"boxes": dict(box), "faceExp": label} for who in "ABC"}
    fields = {
        "filename": filename,
        "gender": "여",
        "age": 20,
        "isProf": "일반인",
        "faceExp_uploader": label,
        "bg_uploader": "도심 환경",
    }
    return fields | annotations | changes


def write_labels(
    root: Path, label: str, entries: list[dict], encoding: str = "utf-8", cut: int | None = None
) -> str:
    name = f"{LABELS}/img_emotion_training_data({label}).json"
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(entries, ensure_ascii=False, indent=1)
    path.write_bytes(text.encode(encoding)[:cut])
    return name


def write_photo(root: Path, filename: str, data: bytes, folder: str = "EMOIMG_기쁨_01") -> str:
    path = root / PHOTOS / folder / filename
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path.relative_to(root).as_posix()


def small_set(root: Path, count: int = 3) -> list[str]:
    """``count`` good photos with labels; their names."""
    names = [name_of(n) for n in range(count)]
    for n, name in enumerate(names):
        write_photo(root, name, jpeg(n))
    write_labels(root, "기쁨", [entry(name) for name in reversed(names)])
    return names


def write_zip(path: Path, members: dict[str, bytes], encoding: str | None = None) -> None:
    """An archive; with an encoding its names are written so, without the UTF-8 flag."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.encode(encoding).decode("cp437") if encoding else name, data)
    if encoding:
        _clear_utf8_flag(path)


def _clear_utf8_flag(path: Path) -> None:
    """Turn ``name`` bytes back to what a Korean Windows writes: no flag, names in CP949."""
    with zipfile.ZipFile(path) as archive:
        pairs = [(i.filename.encode("utf-8"), i.filename.encode("cp437")) for i in archive.filelist]
        members = [(archive.read(i), i.CRC) for i in archive.filelist]
    import struct

    body, central = b"", b""
    for (_, name), (data, crc) in zip(pairs, members, strict=True):
        common = struct.pack(
            "<HHHHHIIIHH", 20, 0, 0, 0, 33, crc, len(data), len(data), len(name), 0
        )
        offset = len(body)
        body += b"PK\3\4" + common + name + data
        central += b"PK\1\2" + struct.pack("<H", 20) + common
        central += struct.pack("<HHHII", 0, 0, 0, 0, offset) + name
    end = b"PK\5\6" + struct.pack(
        "<HHHHIIH", 0, 0, len(pairs), len(pairs), len(central), len(body), 0
    )
    path.write_bytes(body + central + end)
