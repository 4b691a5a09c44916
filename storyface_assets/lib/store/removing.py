"""Deletes everything of a target: a person took back what it was made of."""

import shutil
from pathlib import Path

from upath import UPath

from storyface_assets.lib.store.pointer import VERSIONS_NAME
from storyface_assets.lib.store.versions import local_path


def remove_stored(target: UPath | Path, cache: Path | None = None) -> bool:
    """Delete a target with all its versions, and the local copies of remote versions.

    Args:
        target: local or remote folder of one artifact.
        cache: where remote versions are kept.

    Returns:
        Whether there was anything.

    Raises:
        OSError: cannot delete it.
    """
    local = local_path(target)
    if local is not None:
        if not local.is_dir():
            return False
        shutil.rmtree(local)
        return True
    remote = UPath(target)
    if not remote.exists():
        return False
    versions = remote / VERSIONS_NAME
    if cache is not None and versions.exists():
        for version in versions.iterdir():
            shutil.rmtree(cache / version.name, ignore_errors=True)
    remote.fs.rm(remote.path, recursive=True)
    return True
