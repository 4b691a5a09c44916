"""The current version of a target, wherever the store is."""

import functools
from collections.abc import Mapping
from pathlib import Path

from upath import UPath

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.local import check_version, read_pointer, write_local
from storyface_assets.lib.store.manifest import MANIFEST_NAME, Kind, Manifest
from storyface_assets.lib.store.pointer import VERSIONS_NAME, Pointer
from storyface_assets.lib.store.remote import fetch_version, read_remote_pointer, write_remote
from storyface_assets.lib.temporary import make_temporary


def local_path(target: UPath | Path) -> Path | None:
    """The target as a local path, or ``None`` if it is remote."""
    protocol = getattr(target, "protocol", "")
    return (
        Path(target.path if isinstance(target, UPath) else target)
        if (protocol in ("", "file", "local"))
        else None
    )


def write_version(
    target: UPath | Path, files: Mapping[str, Path], kind: Kind, content: str | None = None
) -> Manifest:
    """Store local files as the target's new current version.

    Args:
        target: local or remote folder of one artifact; made if missing.
        files: source of each file by its relative POSIX path.
        kind: ``folder`` or ``table``.
        content: data version; ``None`` to take it from the files.

    Raises:
        OSError: cannot write; the version before stays current and whole.
    """
    local = local_path(target)
    if local is not None:
        return write_local(local, files, kind, content)
    return write_remote(UPath(target), files, kind, content)


def read_version(target: UPath | Path, cache: Path | None = None) -> tuple[Path, Manifest]:
    """A verified local folder with the target's current version, and its manifest.

    Args:
        target: local or remote folder of one artifact.
        cache: where remote versions are kept; ``None`` for a folder of this process.

    Raises:
        BadInput: nothing was stored there, or what was stored is damaged.
    """
    pointer = _pointer(target)
    while True:
        if pointer is None:
            problem = "is not in the store: it was never materialized."
            raise BadInput(str(target), "", problem, "Materialize it first.")
        try:
            return _read(target, pointer, cache)
        except BadInput:
            # A slow reader may have lost the version it looked up; then there is a newer one.
            newer = _pointer(target)
            if newer == pointer:
                raise
            pointer = newer


def is_stored(target: UPath | Path) -> bool:
    """Whether the target holds anything (not whether it is undamaged)."""
    try:
        return _pointer(target) is not None
    except BadInput:
        return True


def _pointer(target: UPath | Path) -> Pointer | None:
    local = local_path(target)
    return read_pointer(local) if local is not None else read_remote_pointer(UPath(target))


def _read(target: UPath | Path, pointer: Pointer, cache: Path | None) -> tuple[Path, Manifest]:
    local = local_path(target)
    if local is not None:
        folder = local / VERSIONS_NAME / pointer.version
        return folder, check_version(folder, pointer.manifest_sha256)
    folder = fetch_version(UPath(target), pointer, cache or _process_cache())
    text = (folder / MANIFEST_NAME).read_text("utf-8")
    return folder, Manifest.from_json(text, str(folder / MANIFEST_NAME))


@functools.cache
def _process_cache() -> Path:
    return make_temporary("storyface-store-")
