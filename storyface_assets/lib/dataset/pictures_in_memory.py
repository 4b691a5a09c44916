"""Pictures in memory in the place of packed ones, for networks that read packed sets."""

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.batches import PackedDataset


class PicturesInMemory:
    """Pictures ``(N, H, W, 3)`` uint8.

    Attributes:
        index: a row a picture, without columns.
    """

    def __init__(self, pictures: np.ndarray) -> None:
        self._pictures, self.index = pictures, pd.DataFrame(index=range(len(pictures)))

    def __len__(self) -> int:
        return len(self._pictures)

    def take(self, places: np.ndarray) -> np.ndarray:
        """The pictures of given rows."""
        return np.asarray(self._pictures[places])


def unlabelled(pictures: np.ndarray) -> PackedDataset:
    """A set of pictures ``(N, H, W, 3)`` uint8 of which nothing is known."""
    return PackedDataset(PicturesInMemory(pictures), np.zeros(len(pictures), np.int64))
