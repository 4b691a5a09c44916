"""Names inside zip archives as they were meant, and which of them are safe to use."""

import zipfile
from pathlib import Path
from typing import IO

#: Bit of a zip entry's flags that says its name is UTF-8.
_UTF8_NAME = 0x800


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of an archive's member, where a Korean packer did not say how it wrote it.

    Without the UTF-8 flag a name is CP437 by the standard (APPNOTE.TXT, D.1), and so Python reads
    it; but Windows in Korea writes CP949 (EUC-KR and more) there, and macOS UTF-8.
    """
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        written = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "cp949"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def is_safe(name: str) -> bool:
    """Whether a path stays below the folder that it is relative to, on every system."""
    parts = name.replace("\\", "/").split("/")
    return (
        bool(name)
        and ".." not in parts
        and parts[0] != ""
        and "\0" not in name
        and (":" not in parts[0])
    )


class OpenArchive:
    """A zip archive whose members are found by their meant names.

    Args:
        path: of the archive.

    Raises:
        zipfile.BadZipFile: it is damaged or cut off.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        # Names that are already right take no entry: an archive has tens of thousands.
        self._meant = {
            meant: info.filename
            for info in self._zip.infolist()
            if (meant := member_name(info)) != info.filename
        }

    def info(self, name: str) -> zipfile.ZipInfo:
        """The member of this name.

        Raises:
            KeyError: there is none.
        """
        return self._zip.getinfo(self._meant.get(name, name))

    def read(self, name: str) -> bytes:
        """A member's bytes; see ``zipfile.ZipFile.read`` for what it raises."""
        return self._zip.read(self.info(name))

    def stream(self, name: str) -> IO[bytes]:
        """A member, to read it piece by piece."""
        return self._zip.open(self.info(name))

    def members(self) -> dict[str, zipfile.ZipInfo]:
        """Every file in it by its meant name; of members with one name the last, as it is read."""
        return {member_name(i): i for i in self._zip.infolist() if not i.is_dir()}
