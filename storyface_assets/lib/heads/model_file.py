"""Reading a model's ``.npz`` file."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from storyface_assets.lib.errors import BadInput

Model = TypeVar("Model")


def read_model(path: Path, what: str, build: Callable[[dict[str, np.ndarray]], Model]) -> Model:
    """Build a model from the arrays of a file.

    Args:
        path: the ``.npz``.
        what: "an albedo model": what it should be, for the error.
        build: from arrays by name.

    Raises:
        BadInput: the file is missing or is not such an archive.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return build({name: archive[name] for name in archive.files})
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadInput(
            path, "", f"is not {what} ({error}).", "Check out data/open_models anew."
        ) from error
