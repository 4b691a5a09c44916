"""The GLB container (glTF 2.0 specification, section 4): a header, JSON, binary data."""

import json
import struct
from pathlib import Path
from typing import Any

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput

_MAGIC, _VERSION = b"glTF", 2
_JSON, _BINARY = b"JSON", b"BIN\0"
_MEND = "Make the head's files again."


def write_glb(path: Path, document: dict[str, Any], data: bytes) -> None:
    """Write a document and the data of its one buffer."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    chunks = _chunk(_JSON, text, b" ") + _chunk(_BINARY, data, b"\0")
    header = _MAGIC + struct.pack("<II", _VERSION, 12 + len(chunks))
    write_durably(path, header + chunks)


def read_glb(path: Path) -> tuple[dict[str, Any], bytes]:
    """The document and the data of its buffer.

    Raises:
        BadInput: the file is missing, cut short or no GLB.
    """
    try:
        raw = path.read_bytes()
        version, length = struct.unpack_from("<II", raw, 4)
        if raw[:4] != _MAGIC or version != _VERSION or length != len(raw):
            raise ValueError("its header is wrong")
        text, rest = _take(raw, 12, _JSON)
        data, end = _take(raw, rest, _BINARY)
        if end != length:
            raise ValueError("something follows the data")
        return json.loads(text), data
    except (OSError, ValueError, struct.error) as error:
        raise BadInput(path, "", f"is not a GLB file ({error}).", _MEND) from error


def _chunk(kind: bytes, data: bytes, padding: bytes) -> bytes:
    padded = data + padding * (-len(data) % 4)
    return struct.pack("<I", len(padded)) + kind + padded


def _take(raw: bytes, at: int, kind: bytes) -> tuple[bytes, int]:
    """The chunk that begins at a place, and where it ends."""
    (length,) = struct.unpack_from("<I", raw, at)
    begin = at + 8
    if raw[at + 4 : begin] != kind or begin + length > len(raw):
        raise ValueError(f"its {kind[:3].decode()} chunk is missing or cut short")
    return raw[begin : begin + length], begin + length
