"""Which label belongs to which photo: by file name alone, never by the order of anything."""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from storyface_assets.lib.dataset.aihub_entry import NO_LABEL, UNKNOWN_LABEL
from storyface_assets.lib.dataset.distinct import COPY
from storyface_assets.lib.dataset.schema import RAW

NO_PHOTO: Final = "label without photo"
UNLABELLED: Final = "photo without label"
SAME_NAME: Final = "duplicate filename"
SAME_LABEL: Final = "duplicate label"

_OF_PHOTO = ("sha256", "bytes", "width", "height")
_PANDAS: Final = {
    "str": pd.StringDtype("pyarrow", na_value=np.nan),
    "Int64": pd.Int64Dtype(),
    "Float64": pd.Float64Dtype(),
    "boolean": pd.BooleanDtype(),
}
_EMPTY: Final = {"str": "", "int64": 0}


def match_labels(photos: pa.Table, labels: pa.Table) -> pd.DataFrame:
    """Join photos and labels by file name (in Unicode NFC).

    A name must say one photo and one label. Where photos with one name differ, or labels do, none
    of them is kept ("duplicate filename"), since nobody can know which label means which photo.
    Equal copies (an archive that was unpacked beside itself) are harmless: the first is kept, the
    others are "equal copy".

    Args:
        photos: ``photo``, ``filename``, ``sha256``, ``bytes``, ``width``, ``height`` and
            ``fault``, sorted by ``photo``.
        labels: of ``aihub_labels.LABELS``.

    Returns:
        Table of ``schema.RAW``, sorted by ``photo``: a row a photo, and one for every label that
        has no photo of its own, named ``<label file>#<entry>``.
    """
    plan = _Plan(photos, labels)
    text = pa.large_string()
    places = pc.binary_join_element_wise(
        labels["label_file"].take(plan.alone),
        labels["entry"].take(plan.alone).cast(text),
        pa.scalar("#", text),
    )
    names = pa.chunked_array([*photos["photo"].chunks, *places.chunks], text)
    order = pc.sort_indices(names)
    nobody = pa.nulls(len(plan.alone), pa.int64())
    of_photo = pa.concat_arrays([pa.array(np.arange(photos.num_rows)), nobody]).take(order)
    of_label = pa.concat_arrays([plan.label_of_photo, plan.alone]).take(order)
    reasons = pa.concat_arrays([plan.photo_reasons(), plan.label_reasons()]).take(order)

    def column(name: str) -> pa.Array | pa.ChunkedArray:
        if name in _OF_PHOTO:
            return photos[name].take(of_photo)
        if name == "filename":  # a photo without a label has at least the name
            return pc.coalesce(labels[name].take(of_label), photos[name].take(of_photo))
        made = {"photo": lambda: names.take(order), "reason": lambda: reasons}
        made["kept"] = lambda: pc.equal(reasons, "")
        return made[name]() if name in made else labels[name].take(of_label)

    # Column by column: half a million rows are in memory once, not three times.
    columns = {name: _series(column(name), kind) for name, kind in RAW.items()}
    return pd.DataFrame(columns, copy=False)


def _series(column: pa.Array | pa.ChunkedArray, kind: str) -> pd.Series:
    if kind in _EMPTY:
        column = pc.fill_null(column, pa.scalar(_EMPTY[kind], column.type))
    return column.to_pandas(types_mapper=lambda _: _PANDAS.get(kind))


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
        copies = np.asarray(pc.not_equal(self._photos["sha256"], ""))  # "": could not be read
        copies = copies & (code >= 0) & ~self._unclear[code]
        copies &= self._first_photo[code] != np.arange(len(code))
        return _reasons(
            (copies, COPY),  # before its faults: a broken photo counts once too
            (faults != "", faults),
            ((code >= 0) & self._unclear[code], SAME_NAME),
            (self._first_label[code] < 0, UNLABELLED),
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
    numbers, words = _encoded(texts)
    return numbers, len(words)


def _texts(column: pa.ChunkedArray) -> np.ndarray:
    """Few different texts as Python objects, each of them made once."""
    numbers, words = _encoded(column)
    return np.array([*words.to_pylist(), ""], object)[numbers]


def _encoded(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Row numbers of a list of the distinct texts (Arrow gives all chunks the same list)."""
    chunks = column.dictionary_encode().chunks
    if not chunks:
        return np.zeros(0, int), pa.array([], column.type)
    return np.concatenate([np.asarray(c.indices) for c in chunks]), chunks[-1].dictionary
