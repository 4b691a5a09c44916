"""Several packed sets read as one."""

from collections.abc import Sequence

import numpy as np

from storyface_assets.lib.dataset.packed_pictures import PackedPictures


class JoinedPictures:
    """Packed sets one after the other.

    Args:
        parts: of pictures of one size.
    """

    def __init__(self, parts: Sequence[PackedPictures]) -> None:
        self.parts = tuple(parts)
        self._ends = np.cumsum([len(part) for part in parts])

    def __len__(self) -> int:
        return int(self._ends[-1]) if self.parts else 0

    def column(self, name: str) -> np.ndarray:
        """See ``PackedPictures.column``; one part's after the other's."""
        return np.concatenate([part.column(name) for part in self.parts])

    def take(self, places: np.ndarray) -> np.ndarray:
        """Pictures ``(N, H, W, 3)`` uint8 of given rows, see ``PackedPictures.take``."""
        which = np.searchsorted(self._ends, places, side="right")
        found: np.ndarray | None = None
        for number, part in enumerate(self.parts):
            mine = np.flatnonzero(which == number)
            if len(mine):
                begin = self._ends[number] - len(part)
                taken = part.take(places[mine] - begin)
                if found is None:
                    found = np.empty((len(places), *taken.shape[1:]), np.uint8)
                found[mine] = taken
        return np.zeros((0, 0, 0, 3), np.uint8) if found is None else found
