"""General emotion corpora as their publishers give them, merged to the six classes."""

from storyface_assets.lib.text.corpora.catalogue import CORPORA
from storyface_assets.lib.text.corpora.merge import MERGE, SILENT, class_of
from storyface_assets.lib.text.corpora.read import (
    COLUMNS,
    FoundCorpora,
    closed_files,
    read_corpora,
)

__all__ = [
    "COLUMNS",
    "CORPORA",
    "MERGE",
    "SILENT",
    "FoundCorpora",
    "class_of",
    "closed_files",
    "read_corpora",
]
