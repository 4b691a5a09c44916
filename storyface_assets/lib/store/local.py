"""Versions in a local folder: one writer at a time, any number of readers."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.atomic import copy_durably, fsync_folder, write_durably
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
    manifest_sha256,
    new_version,
)

_STAGING = ".staging"


def write_local(
    target: Path, files: Mapping[str, Path], kind: Kind, content: str | None
) -> Manifest:
    """Store files as the target's new current version.

    Content that is there already, undamaged, is left as it is.

    Args:
        target: the target's folder; made if missing.
        files: local source of each file by its relative path.
        kind: ``folder`` or ``table``.
        content: data version; ``None`` to take it from the files.

    Raises:
        OSError: cannot write (disk full …); the version before stays current and whole.
    """
    versions = target / VERSIONS_NAME
    versions.mkdir(parents=True, exist_ok=True)
    # The kernel drops the lock of a killed writer, so whatever it left can be swept by the next.
    with FileLock(target / ".lock"):
        before = _pointer_or_none(target)
        _sweep(versions, before)
        staging = versions / _STAGING
        try:
            manifest = _fill(staging, files, kind, content)
            if before and _is_intact(target, before, manifest):
                return manifest
            version = new_version(manifest.content)
            staging.rename(versions / version)
            fsync_folder(versions)
            after = Pointer.to_new(version, manifest, before)
            write_durably(target / POINTER_NAME, after.to_json().encode())
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        fsync_folder(target.parent)
        _sweep(versions, after)
    return manifest


def read_pointer(target: Path) -> Pointer | None:
    """The target's pointer; ``None`` if nothing was ever stored there.

    Raises:
        BadInput: the pointer is damaged.
    """
    path = target / POINTER_NAME
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Pointer.from_json(text, str(path))


def check_version(folder: Path, manifest_hash: str) -> Manifest:
    """Check a version's files against its manifest.

    Raises:
        BadInput: a file is missing, of another size or changed; the file is named.
    """
    manifest = _read_manifest(folder, manifest_hash)
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BadInput(path, "", "is missing from the store.", MEND)
        size = path.stat().st_size
        if size != entry.bytes:
            problem = f"has {size} bytes in the store instead of {entry.bytes}."
            raise BadInput(path, "", problem, MEND)
        if file_entry(path) != entry:
            raise BadInput(path, "", "was changed after it was stored.", MEND)
    return manifest


def _read_manifest(folder: Path, manifest_hash: str) -> Manifest:
    path = folder / MANIFEST_NAME
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise BadInput(path, "", "is missing from the store.", MEND) from error
    if manifest_sha256(text) != manifest_hash:
        raise BadInput(path, "", "was changed after it was stored.", MEND)
    return Manifest.from_json(text, str(path))


def _fill(staging: Path, files: Mapping[str, Path], kind: Kind, content: str | None) -> Manifest:
    """Copy the files and their manifest into a new folder, all flushed."""
    staging.mkdir()
    entries = {}
    for name, source in files.items():
        (staging / name).parent.mkdir(parents=True, exist_ok=True)
        entries[name] = copy_durably(source, staging / name)
    manifest = Manifest(kind, entries, content or folder_content(entries))
    write_durably(staging / MANIFEST_NAME, manifest.to_json().encode())
    for folder in [p for p in staging.rglob("*") if p.is_dir()]:
        fsync_folder(folder)
    return manifest


def _pointer_or_none(target: Path) -> Pointer | None:
    """The pointer for a writer, who replaces a damaged one."""
    try:
        return read_pointer(target)
    except BadInput:
        return None


def _is_intact(target: Path, pointer: Pointer, manifest: Manifest) -> bool:
    """Whether the current version has this very content and all of it can be read."""
    try:
        stored = check_version(target / VERSIONS_NAME / pointer.version, pointer.manifest_sha256)
    except BadInput:
        return False
    return stored.content == manifest.content and stored.kind == manifest.kind


def _sweep(versions: Path, pointer: Pointer | None) -> None:
    """Remove what no pointer names; call it with the lock held."""
    for folder in versions.iterdir():
        if pointer is None or not pointer.names(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
