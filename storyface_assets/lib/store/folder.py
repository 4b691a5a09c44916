"""Folders of files in the store: what an asset returns for anything that is not a table."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from upath import UPath

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.manifest import MANIFEST_NAME, MEND, Manifest, files_under
from storyface_assets.lib.store.versions import read_version, write_version
from storyface_assets.lib.temporary import make_temporary, remove_temporary


@dataclass(frozen=True)
class Folder:
    """A local folder that an asset returns, or that an asset gets from upstream (read-only).

    Attributes:
        path: the folder.
        temporary: made by :meth:`scratch`; removed once it is stored, or when the process ends
            (after a kill by the next process that makes one).
    """

    path: Path
    temporary: bool = False

    @classmethod
    def scratch(cls, parent: Path | None = None) -> "Folder":
        """A new empty folder to fill and return; those of killed processes are removed.

        Args:
            parent: where to make it; ``None`` for the system's temporary folder.
        """
        return cls(make_temporary("storyface-scratch-", parent), temporary=True)

    def copy(self) -> "Folder":
        """A scratch folder with the same files, to store under another name."""
        made = Folder.scratch()
        ignore = shutil.ignore_patterns(MANIFEST_NAME)
        shutil.copytree(self.path, made.path, dirs_exist_ok=True, ignore=ignore)
        return made

    def discard(self) -> None:
        """Remove a scratch folder; a folder that is not temporary stays."""
        if self.temporary:
            remove_temporary(self.path)


def write_folder(target: UPath | Path, source: Path) -> Manifest:
    """Store a local folder as the target's new current version.

    Raises:
        BadInput: the source is no folder, is empty, or holds links or devices.
        OSError: cannot write; the version before stays current and whole.
    """
    files = files_under(source)
    if not files:
        raise BadInput(source, "", "has no files to store.", "Write the files before storing it.")
    return write_version(target, files, "folder")


def read_folder(target: UPath | Path, cache: Path | None = None) -> Path:
    """A verified local folder with the target's current files; do not write into it.

    Args:
        target: local or remote place of the artifact.
        cache: where copies of remote versions are kept; ``None`` for a folder of this process.

    Raises:
        BadInput: nothing is stored there, it is a table, or it is damaged (the file is named).
    """
    path, manifest = read_version(target, cache)
    if manifest.kind != "folder":
        raise BadInput(str(target), "", "holds a table, not a folder of files.", MEND)
    return path
