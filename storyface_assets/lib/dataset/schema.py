"""The columns of the dataset's tables, step by step; a step keeps the columns before it.

``raw_emotion_images`` has a row for every photo and for every label without a photo.
Each later step takes the rows that the step before kept, and adds its columns and its own
``kept`` and ``reason``. Beside them ``near_duplicates`` groups every photo that can be decoded.
Text columns are never null: "" says that nothing is known.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from storyface_assets.lib.errors import BadInput

if TYPE_CHECKING:  # the names alone are read by machines that only train
    import pandas as pd

ANNOTATORS: Final = ("a", "b", "c")
BOX_SIDES: Final = ("min_x", "min_y", "max_x", "max_y")

#: Column → pandas type (``Float64`` and ``Int64`` are the ones that can be null).
RAW: Final[Mapping[str, str]] = {
    "photo": "str",  # POSIX path below the set's folder, see ``PhotoSource``; unique
    "filename": "str",  # as the label file writes it
    "label_file": "str",  # POSIX path of the JSON; "" for a photo without label
    "sha256": "str",  # of the file; "" where there is no file
    "bytes": "int64",
    "width": "int64",
    "height": "int64",
    "person": "str",  # id from the file name; "" where it says none
    "gender": "str",  # female, male or ""
    "age": "Int64",
    "professional": "boolean",
    "background": "str",
    "label_uploader": "str",  # Korean, as given
    **{f"label_{who}": "str" for who in ANNOTATORS},
    **{f"box_{who}_{side}": "Float64" for who in ANNOTATORS for side in BOX_SIDES},
    "kept": "bool",
    "reason": "str",  # "" for kept rows, else a name of the fault, e.g. "truncated"
}
LABELLED: Final[Mapping[str, str]] = {
    "expression": "str",  # of FACE_EXPRESSIONS: what the annotators agree on (or a person decided)
    "agreement": "float64",  # share of the given labels that say so, 0–1
    "label_score": "Float64",  # probability of the label by a model that never saw the photo
    "suggested": "str",  # what that model would say; "" without a face
    "decided_by": "str",  # annotators, model or person
}
GROUPED: Final[Mapping[str, str]] = {
    "group": "str",  # the smallest sha256 of the near-duplicate group; a lone photo is its own
    "sharpness": "float64",  # of the Laplacian, relative, at a fixed size
    "pixels": "int64",  # of the original
    "problem": "str",  # why it cannot be decoded; "" if it can
}
UNIQUE: Final[Mapping[str, str]] = {
    "group": "str",
    "group_size": "int64",  # photos of the group among those with a label
    "sharpness": "float64",
    "duplicate_of": "str",  # the photo that was kept in its place; "" for kept ones
}
BOXED: Final[Mapping[str, str]] = {
    **{f"box_{side}": "float64" for side in BOX_SIDES},  # pixels, inside the picture
    "box_from": "str",  # annotator a, b or c; "" without a box
    "box_faults": "str",  # all that is wrong with it, ", " between
    "box_clipped": "bool",
}
CROPPED: Final[Mapping[str, str]] = {
    "picture": "str",  # blob: 256 × 256 JPEG
    "landmarks": "str",  # blob: (478, 3) float32 .npy, pixels of the picture
    **{f"face_{side}": "float64" for side in BOX_SIDES},  # in the photo, pixels
    "split": "str",  # train, validation or test, by person and duplicate group
}
AUGMENTED: Final[Mapping[str, str]] = {
    "turn": "str",  # "" for the crop itself; pitch_up, pitch_down, yaw_left, roll_right
    "turn_degrees": "float64",
}

SPLITS: Final = ("train", "validation", "test")


def require_columns(table: "pd.DataFrame", columns: Mapping[str, str], step: str) -> None:
    """Check that a table has the columns of a step.

    Raises:
        BadInput: columns are missing; they are named.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing:
        mend = f"Materialize {step} again."
        raise BadInput(step, ", ".join(missing), "are missing from the table.", mend)
