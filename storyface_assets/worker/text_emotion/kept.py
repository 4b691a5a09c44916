"""Arrays that are kept, so that a training that was stopped goes on."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.store import content_hash


class KeptArrays:
    """Arrays in a folder, each by the name of what it was made of."""

    def __init__(self, folder: Path, recipe: Any) -> None:
        """Another recipe (what JSON can write) knows nothing of this one's arrays."""
        self._folder = folder / content_hash(recipe)[:16]

    def array(self, name: Any, make: Callable[[], np.ndarray]) -> np.ndarray:
        """What was made before under this name (what JSON can write), else made now."""
        path = self._folder / f"{content_hash(name)[:16]}.npy"
        if path.is_file():  # written durably: it is whole
            found: np.ndarray = np.load(path, allow_pickle=False)
            return found
        made = make()
        self._folder.mkdir(parents=True, exist_ok=True)
        write_durably(path, _bytes(made))
        return made


def _bytes(array: np.ndarray) -> bytes:
    stream = BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()
