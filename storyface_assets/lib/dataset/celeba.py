"""CelebA as it is published (folder or zip) → a row a picture with 40 attributes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.celeba_lists import (
    ATTRIBUTES,
    AttributeList,
    find_list,
    read_attributes,
    read_identities,
    read_splits,
)
from storyface_assets.lib.dataset.distinct import ATTRIBUTE_LIST, COPY, equal_copies
from storyface_assets.lib.dataset.listing import list_set
from storyface_assets.lib.dataset.manifest import photo_facts
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.memo import Memo

SPLIT_LIST, PERSON_LIST = "list_eval_partition", "identity_CelebA"
#: Two pictures, or two lines, of one name: nobody can know which belongs to which.
SAME_NAME: Final = "duplicate filename"
#: The set's other pictures (``img_celeba``: not aligned) have the same file names.
ALIGNED: Final = "img_align_celeba"

#: Column → pandas type; the attributes are −1 or 1, and 0 where unknown.
CELEBA: Final[Mapping[str, str]] = {
    "photo": "str",  # for ``PhotoSource``; ``<list>#<name>`` for a line without picture
    "filename": "str",
    "sha256": "str",
    "bytes": "int64",
    "width": "int64",
    "height": "int64",
    "person": "str",  # "" where the list of identities is missing or does not say
    "split": "str",  # CelebA's own partition: train, validation or test
    **{name: "int8" for name in ATTRIBUTES},
    "kept": "bool",
    "reason": "str",
}


@dataclass(frozen=True)
class CelebaPhotos:
    """A set that was read.

    Attributes:
        table: of ``CELEBA``, sorted by ``photo``.
        notes: what is odd but does not stop the work.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]


def read_celeba(root: Path, memo: Memo, workers: int | None = None) -> CelebaPhotos:
    """Read the aligned pictures, their attributes, partition and (where given) identities.

    Bad pictures and bad lines are rows with ``kept`` False and a reason.

    Args:
        root: folder with ``img_align_celeba/`` (or ``.zip``) and the lists, in any subfolders.
        memo: what is known of the files; see :func:`manifest.photo_facts`.
        workers: processes; ``None`` for one a core.

    Raises:
        BadInput: no pictures, a missing list, or a list that is none; names line and mend.
    """
    attributes, splits, persons, notes = _lists(root)
    listing = list_set(root)
    photos = listing.photos.to_pandas()
    aligned = photos["photo"].str.contains(rf"(?:^|/){ALIGNED}[^/]*/")
    if not aligned.any():
        broken = "".join(f" {name}: {why}." for name, why in listing.unreadable.items())
        mend = f"Put {ALIGNED}/ or {ALIGNED}.zip there; data/raw/README.md shows how."
        raise BadInput(root, ALIGNED, f"has no pictures.{broken}", mend)
    keep = aligned | photos["photo"].isin(list(listing.unreadable))
    rows = listing.photos.filter(keep.to_numpy())
    facts = photo_facts(root, rows, memo, workers).to_pandas()
    pictures = photos.loc[keep, ["photo", "filename", "bytes"]].reset_index(drop=True).join(facts)
    return CelebaPhotos(_joined(pictures, _lines(attributes, splits, persons)), tuple(notes))


def _lists(root: Path) -> tuple[AttributeList, dict[str, str], dict[str, str], list[str]]:
    notes = []
    attribute_path = find_list(root, ATTRIBUTE_LIST)
    split_path = find_list(root, SPLIT_LIST)
    person_path = find_list(root, PERSON_LIST, required=False)
    assert attribute_path and split_path  # noqa: S101 - required
    attributes = read_attributes(attribute_path)
    found = len(attributes.filenames)
    if attributes.declared not in (None, found):
        notes.append(
            f"{attribute_path.name} says {attributes.declared} pictures and lists {found}:"
            " it may be cut off."
        )
    if person_path is None:
        notes.append(f"{PERSON_LIST}.txt is missing: no picture has a person.")
    persons = read_identities(person_path) if person_path else {}
    return attributes, read_splits(split_path), persons, notes


def _lines(
    attributes: AttributeList, splits: dict[str, str], persons: dict[str, str]
) -> pd.DataFrame:
    """A row a line of the attribute list; ``line_fault`` says what is wrong with it."""
    lines = pd.DataFrame(attributes.values, columns=list(ATTRIBUTES))
    names = pd.Series(attributes.filenames, dtype="str")
    split = names.map(splits).fillna("").astype("str")
    fault = pd.Series(attributes.faults, dtype="str")
    fault = fault.mask((fault == "") & (split == ""), "no partition")
    twice = lines[names.duplicated(keep=False)].assign(name=names)
    contradict = twice.loc[~twice.duplicated() & twice["name"].duplicated(), "name"]
    return lines.assign(
        filename=names,
        person=names.map(persons).fillna("").astype("str"),
        split=split,
        line_fault=fault.mask(names.duplicated() | names.isin(contradict), SAME_NAME),
    )


def _joined(pictures: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    twice = lines["filename"].duplicated()
    table = pictures.merge(lines[~twice], on="filename", how="left")
    copies, unclear = equal_copies(table["filename"], table["sha256"])
    reasons: list[tuple[pd.Series, pd.Series | str]] = [
        (copies, COPY),
        (table["fault"] != "", table["fault"]),
        (unclear, SAME_NAME),
        (table["line_fault"].isna(), "photo without attributes"),
        (table["line_fault"].notna(), table["line_fault"]),
    ]
    table["reason"] = np.select([c for c, _ in reasons], [r for _, r in reasons], "")
    alone = lines[twice | ~lines["filename"].isin(pictures["filename"])]
    alone = alone.assign(
        photo=f"{ATTRIBUTE_LIST}#" + alone["filename"] + "#" + alone.index.astype("str"),
        reason=alone["line_fault"].mask(alone["line_fault"] == "", "attributes without photo"),
    )
    whole = pd.concat([table, alone], ignore_index=True)
    whole["kept"] = whole["reason"] == ""
    empty = {"str": "", "int64": 0, "int8": 0}
    filled = {name: empty[kind] for name, kind in CELEBA.items() if kind in empty}
    whole = whole.fillna(filled)[list(CELEBA)].astype(dict(CELEBA))
    return whole.sort_values("photo", kind="stable").reset_index(drop=True)
