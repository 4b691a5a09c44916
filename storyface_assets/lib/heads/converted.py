"""Our own file of a converted head model: safetensors, with the model's kind in its header."""

from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput

_MEND = "Convert the model's own files again: storyface convert-head FILE… --out …"


def write_converted(file: Path, kind: str, arrays: dict[str, np.ndarray]) -> None:
    """Write a model's arrays in one step.

    Args:
        file: replaced whole; its folder is made.
        kind: ``flame`` or ``bfm09``.
        arrays: by name.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    write_durably(file, save(whole, metadata={"storyface_head": kind}))


def read_converted(file: Path) -> tuple[str, dict[str, np.ndarray]]:
    """The kind and the arrays that :func:`write_converted` wrote.

    Raises:
        BadInput: the file is missing, damaged or of another program.
    """
    try:
        with safe_open(file, "np") as opened:
            kind = (opened.metadata() or {}).get("storyface_head", "")
            arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    except Exception as error:  # safetensors has an exception class of its own
        raise BadInput(file, "", f"cannot be read ({error}).", _MEND) from error
    if not kind:
        raise BadInput(file, "", "is no converted head model.", _MEND)
    return kind, arrays
