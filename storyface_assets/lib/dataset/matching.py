"""Which label belongs to which photo: by file name alone, never by the order of anything."""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from storyface_assets.lib.dataset.aihub_entry import NO_LABEL, UNKNOWN_LABEL
from storyface_assets.lib.dataset.aihub_labels import ARROW, LABELS
from storyface_assets.lib.dataset.schema import RAW

NO_PHOTO: Final = "label without photo"
UNLABELLED: Final = "photo without label"
SAME_NAME: Final = "duplicate filename"
SAME_LABEL: Final = "duplicate label"

_OF_PHOTO = ("photo", "sha256", "bytes", "width", "height")
_NULLABLE = {
    pa.float64(): pd.Float64Dtype(),
    pa.large_string(): pd.StringDtype("pyarrow", na_value=np.nan),
}


def match_labels(photos: pa.Table, labels: pa.Table) -> pd.DataFrame:
    """Join photos and labels by file name (in Unicode NFC).

    A name must say one photo and one label. Where photos with one name differ, or labels do, none
    of them is kept ("duplicate filename"), since nobody can know which label means which photo.
    Equal copies (an archive that was unpacked beside itself) are harmless: the first is kept.

    Args:
        photos: ``photo``, ``filename``, ``sha256``, ``bytes``, ``width``, ``height`` and
            ``fault``, sorted by ``photo``.
        labels: of ``aihub_labels.LABELS``.

    Returns:
        Table of ``schema.RAW``, sorted by ``photo``: a row a photo, and one for every label that
        has no photo of its own, named ``<label file>#<entry>``.
    """
    plan = _Plan(photos, labels)
    with_photo = _part(
        photos.select(_OF_PHOTO), labels.take(plan.label_of_photo), plan.photo_reasons()
    )
    # A photo without a label has at least the name.
    unlabelled = with_photo["filename"].combine_chunks().is_null()
    names = pc.if_else(unlabelled, photos["filename"], with_photo["filename"])
    with_photo = with_photo.set_column(
        with_photo.schema.get_field_index("filename"), "filename", names
    )
    alone = labels.take(plan.alone)
    text = pa.large_string()
    place = pc.binary_join_element_wise(
        alone["label_file"], alone["entry"].cast(text), pa.scalar("#", text)
    )
    nothing = pa.Table.from_arrays(
        [place, pa.nulls(alone.num_rows, text)] + [pa.nulls(alone.num_rows, pa.int64())] * 3,
        list(_OF_PHOTO),
    )
    without = _part(nothing, alone, plan.label_reasons())
    return _finished(pa.concat_tables([with_photo, without]))


def _part(photos: pa.Table, labels: pa.Table, reasons: pa.Array) -> pa.Table:
    """Photo and label columns side by side, in the order of RAW."""
    columns = {name: photos[name] for name in photos.column_names}
    columns |= {name: labels[name] for name in LABELS.names if name in RAW}
    columns |= {"reason": reasons, "kept": pc.equal(reasons, "")}
    schema = pa.schema([(name, ARROW[kind]) for name, kind in RAW.items()])
    return pa.Table.from_pydict({name: columns[name] for name in RAW}, schema=schema)


def _finished(table: pa.Table) -> pd.DataFrame:
    """Nulls of columns that must not have any filled, sorted, as pandas."""
    for at, (name, kind) in enumerate(RAW.items()):
        if kind in ("str", "int64"):
            filled = pc.fill_null(table[name], "" if kind == "str" else 0)
            table = table.set_column(at, name, filled)
    table = table.sort_by("photo")
    small = {"age": "Int64", "professional": "boolean"}
    frame = table.to_pandas(
        types_mapper=_NULLABLE.get, split_blocks=True, self_destruct=True, deduplicate_objects=False
    )
    return frame.astype(small)


class _Plan:
    """Who goes with whom, as row numbers."""

    def __init__(self, photos: pa.Table, labels: pa.Table) -> None:
        self._photos, self._labels = photos, labels
        both = pa.chunked_array([*photos["filename"].chunks, *labels["filename"].chunks])
        codes, self._count = _codes(both)
        # Rows with a fault of the name or the entry are matched with nothing.
        name_faults = np.asarray(pc.equal(photos["name_fault"], ""))
        self._photo_code = np.where(name_faults, codes[: photos.num_rows], -1)
        fault = labels["fault"]
        usable = np.asarray(pc.is_in(fault, pa.array(["", NO_LABEL, UNKNOWN_LABEL], fault.type)))
        self._label_code = np.where(usable, codes[photos.num_rows :], -1)
        content = np.asarray(labels["content"])
        sums = _codes(photos["sha256"])[0]
        self._first_label, label_differs = self._firsts(self._label_code, content)
        self._first_photo, photo_differs = self._firsts(self._photo_code, sums)
        self._unclear = label_differs | photo_differs
        code = self._photo_code
        matched = (code >= 0) & (self._first_label[code] >= 0) & ~self._unclear[code]
        self._matched_photos = matched
        self.label_of_photo = pa.array(self._first_label[code], mask=~matched)
        own = self._label_code
        numbers = np.arange(len(own))
        used = (own >= 0) & (self._first_label[own] == numbers)
        used &= (self._first_photo[own] >= 0) & ~self._unclear[own]
        self.alone = pa.array(numbers[~used])

    def _firsts(self, codes: np.ndarray, content: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For every name: the first row that has it (else −1), and whether its rows differ."""
        first = np.full(max(self._count, 1), -1)
        rows = np.flatnonzero(codes >= 0)
        first[codes[rows[::-1]]] = rows[::-1]  # the last that is written stays
        differs = np.zeros(len(first), bool)
        differs[codes[rows[content[rows] != content[first[codes[rows]]]]]] = True
        return first, differs

    def photo_reasons(self) -> pa.Array:
        """Why each photo is left out, "" for those that are kept."""
        code, faults = self._photo_code, _texts(self._photos["fault"])
        label_faults = np.full(len(code), "", object)
        rows = self._first_label[code[self._matched_photos]]
        label_faults[self._matched_photos] = _texts(self._labels["fault"])[rows]
        copies = self._first_photo[code] != np.arange(len(code))
        return _reasons(
            (faults != "", faults),
            ((code >= 0) & self._unclear[code], SAME_NAME),
            (self._first_label[code] < 0, UNLABELLED),
            (copies, SAME_NAME),
            (label_faults != "", label_faults),
        )

    def label_reasons(self) -> pa.Array:
        """Why each label stands alone."""
        rows = np.asarray(self.alone)
        code, faults = self._label_code[rows], _texts(self._labels["fault"])[rows]
        return _reasons(
            (code < 0, faults),
            (self._unclear[code], SAME_NAME),
            (self._first_label[code] != rows, SAME_LABEL),
            (np.ones(len(rows), bool), NO_PHOTO),
        )


def _reasons(*rules: tuple[np.ndarray, np.ndarray | str]) -> pa.Array:
    """The first rule that holds gives the reason."""
    conditions = [condition for condition, _ in rules]
    reasons = [np.asarray(reason, object) for _, reason in rules]
    return pa.array(np.select(conditions, reasons, np.asarray("", object)), pa.large_string())


def _codes(texts: pa.ChunkedArray) -> tuple[np.ndarray, int]:
    """A number a distinct text, and how many there are."""
    encoded = texts.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return np.asarray(encoded.indices), len(encoded.dictionary)


def _texts(column: pa.ChunkedArray) -> np.ndarray:
    """Few different texts as Python objects, each of them made once."""
    encoded = column.combine_chunks().dictionary_encode()
    words = np.array([*encoded.dictionary.to_pylist(), ""], object)
    return words[np.asarray(encoded.indices)]
