"""Pictures in memory in the place of packed ones, for networks that read packed sets."""

import numpy as np

from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.errors import BadInput


class PicturesInMemory:
    """Pictures ``(N, H, W, 3)`` uint8, of which nothing else is known."""

    def __init__(self, pictures: np.ndarray) -> None:
        self._pictures = pictures

    def __len__(self) -> int:
        return len(self._pictures)

    def column(self, name: str) -> np.ndarray:
        """There is none."""
        raise BadInput("pictures in memory", name, "is not known.", "Read a packed set.")

    def take(self, places: np.ndarray) -> np.ndarray:
        """The pictures of given rows."""
        return np.asarray(self._pictures[places])


def unlabelled(pictures: np.ndarray) -> PackedDataset:
    """A set of pictures ``(N, H, W, 3)`` uint8 of which nothing is known."""
    return PackedDataset(PicturesInMemory(pictures), np.zeros(len(pictures), np.int64))
