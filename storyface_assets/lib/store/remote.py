"""Versions in an object store (``s3://…``, ``memory://…``): upload everything, then the pointer.

An object store has no rename and no lock, but it replaces one object in one step: the pointer.
"""

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from upath import UPath

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.local import check_version
from storyface_assets.lib.store.manifest import (
    MANIFEST_NAME,
    MEND,
    Kind,
    Manifest,
    file_entry,
    folder_content,
)
from storyface_assets.lib.store.pointer import (
    POINTER_NAME,
    VERSIONS_NAME,
    Pointer,
    is_recent,
    manifest_sha256,
    new_version,
)


def write_remote(
    target: UPath, files: Mapping[str, Path], kind: Kind, content: str | None
) -> Manifest:
    """Store files as the target's new current version; see ``write_local``."""
    entries = {name: file_entry(source) for name, source in files.items()}
    manifest = Manifest(kind, entries, content or folder_content(entries))
    try:
        before = read_remote_pointer(target)
    except BadInput:
        before = None
    version = new_version(manifest.content)
    folder = target / VERSIONS_NAME / version
    for name, source in files.items():
        target.fs.put_file(str(source), (folder / name).path)
    target.fs.pipe_file((folder / MANIFEST_NAME).path, manifest.to_json().encode())
    after = Pointer.to_new(version, manifest, before)
    target.fs.pipe_file((target / POINTER_NAME).path, after.to_json().encode())
    _sweep(target / VERSIONS_NAME, after)
    return manifest


def read_remote_pointer(target: UPath) -> Pointer | None:
    """The target's pointer; ``None`` if nothing was ever stored there."""
    path = target / POINTER_NAME
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    return Pointer.from_json(text, str(path))


def fetch_version(target: UPath, pointer: Pointer, cache: Path) -> Path:
    """A verified local copy of a remote version; downloaded once, checked every time.

    Raises:
        BadInput: a file is missing or damaged in the store.
    """
    kept = cache / pointer.version
    if kept.is_dir():
        try:
            check_version(kept, pointer.manifest_sha256)
            return kept
        except BadInput:
            shutil.rmtree(kept, ignore_errors=True)
    partial = cache / f".{pointer.version}.{uuid.uuid4().hex[:8]}"
    partial.mkdir(parents=True)
    try:
        _download(target / VERSIONS_NAME / pointer.version, pointer, partial)
        check_version(partial, pointer.manifest_sha256)
        try:
            partial.rename(kept)
        except OSError:  # another process was quicker
            check_version(kept, pointer.manifest_sha256)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return kept


def _download(source: UPath, pointer: Pointer, folder: Path) -> None:
    text = _fetch(source / MANIFEST_NAME).decode("utf-8", "replace")
    if manifest_sha256(text) != pointer.manifest_sha256:
        raise BadInput(str(source / MANIFEST_NAME), "", "was changed after it was stored.", MEND)
    manifest = Manifest.from_json(text, str(source / MANIFEST_NAME))
    (folder / MANIFEST_NAME).write_bytes(text.encode())
    for name in manifest.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            source.fs.get_file((source / name).path, str(folder / name))
        except FileNotFoundError as error:
            raise BadInput(str(source / name), "", "is missing from the store.", MEND) from error


def _fetch(path: UPath) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput(str(path), "", "is missing from the store.", MEND) from error


def _sweep(versions: UPath, pointer: Pointer) -> None:
    """Remove versions that nobody can be using: not named, and too old to be an upload."""
    for folder in list(versions.iterdir()):
        if not pointer.names(folder.name) and not is_recent(folder.name):
            folder.fs.rm(folder.path, recursive=True)
