"""AI-Hub 82 (한국인 감정인식을 위한 복합 영상) as it is delivered → the raw table."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from storyface_assets.lib.dataset.aihub_entry import person_of
from storyface_assets.lib.dataset.aihub_labels import LabelFile, read_labels
from storyface_assets.lib.dataset.listing import Listing, list_set
from storyface_assets.lib.dataset.manifest import photo_facts
from storyface_assets.lib.dataset.matching import match_labels
from storyface_assets.lib.dataset.photo_source import PhotoSource
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.memo import Memo


@dataclass(frozen=True)
class EmotionPhotos:
    """A set that was read.

    Attributes:
        table: of ``schema.RAW``, sorted by ``photo``.
        label_files: what was found in each label file.
        unreadable: archives and folders that cannot be read, with the reason.
    """

    table: pd.DataFrame
    label_files: list[LabelFile]
    unreadable: dict[str, str]


def read_emotion_photos(root: Path, memo: Memo, workers: int | None = None) -> EmotionPhotos:
    """Read a set in AI-Hub 82's layout; folders and zip archives may be mixed.

    Every ``*.json`` below the root is a label file and every picture a photo; which folder they
    lie in does not matter, since a label names its photo by the file name. Bad photos, entries
    and label files are rows with ``kept`` False and a reason.

    Args:
        root: folder of the set.
        memo: what is known of the files; see :func:`manifest.photo_facts`.
        workers: processes; ``None`` for one a core.

    Raises:
        BadInput: there is no photo or no label file below the folder.
    """
    listing = list_set(root)
    names = [name for name in listing.others if name.lower().endswith(".json")]
    _require_both(root, listing, names)
    labels, files = read_labels(PhotoSource(root), names)
    facts = photo_facts(root, listing.photos, memo, workers)
    table = match_labels(with_facts(listing.photos, facts), labels)
    # A photo without a label is still somebody's.
    nobody = table["person"] == ""
    table.loc[nobody, "person"] = table.loc[nobody, "filename"].map(person_of).astype("str")
    return EmotionPhotos(table, files, listing.unreadable)


def with_facts(photos: pa.Table, facts: pa.Table) -> pa.Table:
    """The listing's columns and what was read; ``fault`` is then the file's or the name's."""
    renamed = photos.rename_columns({"fault": "name_fault"})
    for name in facts.column_names:
        renamed = renamed.append_column(name, facts[name])
    return renamed


def _require_both(root: Path, listing: Listing, label_files: list[str]) -> None:
    broken = "".join(f" {name}: {why}." for name, why in listing.unreadable.items())
    mend = "Put the pictures and the JSON label files there; data/raw/README.md shows how."
    if not pc.any(pc.equal(listing.photos["fault"], "")).as_py():
        raise BadInput(root, "", f"has no photos.{broken}", mend)
    if not label_files:
        raise BadInput(root, "", f"has no label file (*.json).{broken}", mend)
