"""The corpora this project reads, and the folder in which each is looked for."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storyface_assets.lib.text.corpora.aihub_continuous import continuous_rows
from storyface_assets.lib.text.corpora.aihub_dialogues import dialogue_rows
from storyface_assets.lib.text.corpora.aihub_single import single_rows
from storyface_assets.lib.text.corpora.goemotions_korean import goemotions_rows
from storyface_assets.lib.text.corpora.kote import kote_rows
from storyface_assets.lib.text.corpora.kpoem import kpoem_rows
from storyface_assets.lib.text.corpora.row import Row
from storyface_assets.lib.text.corpora.tsv import SPLIT_OF_STEM

_SPLIT_FILES: Final = tuple(f"{stem}.tsv" for stem in SPLIT_OF_STEM)


@dataclass(frozen=True)
class Corpus:
    """A corpus and its reader.

    Attributes:
        name: also the name of its folder.
        title: what its publisher calls it.
        endings: how the names of its files end, lower case.
        rows: reads one file.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    rows: Callable[[Path], Iterator[Row]]

    def files(self, folder: Path) -> list[Path]:
        """Its files anywhere below a folder, sorted; hidden ones and Excel's locks are none."""
        found = (path for path in folder.rglob("*") if self._is_mine(path, folder))
        return sorted(found, key=lambda path: path.as_posix())

    def _is_mine(self, path: Path, folder: Path) -> bool:
        hidden = any(p.startswith((".", "~$", "__MACOSX")) for p in path.relative_to(folder).parts)
        name = unicodedata.normalize("NFC", path.name).lower()
        # One of SPLIT_FILES is a whole name: "original_train.tsv" is another file.
        fits = name in self.endings or any(e[0] == "." and name.endswith(e) for e in self.endings)
        return fits and not hidden and path.is_file()


CORPORA: Final = (
    Corpus("aihub_dialogues", "AI-Hub 감성대화 말뭉치", (".json", ".xlsx"), dialogue_rows),
    Corpus("aihub_single", "AI-Hub 단발성 대화", (".xlsx",), single_rows),
    Corpus("aihub_continuous", "AI-Hub 연속적 대화", (".xlsx",), continuous_rows),
    Corpus("kote", "KOTE", _SPLIT_FILES, kote_rows),
    Corpus("kpoem", "KPoEM", (".jsonl",), kpoem_rows),
    Corpus("goemotions_korean", "GoEmotions-Korean", _SPLIT_FILES, goemotions_rows),
)
