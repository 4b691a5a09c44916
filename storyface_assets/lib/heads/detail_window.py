"""The part of the open head's atlas that detail maps show: the face, from hairline to chin.

DECA's maps have 256 texels a side over FLAME's whole texture, most of which is face. The open
head's atlas has the whole head and neck on it; over its face alone a texel is .8 mm.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

#: Texels of a detail map's side, DECA's.
DETAIL_SIZE: Final = 256


@dataclass(frozen=True)
class DetailWindow:
    """A square of the atlas, in shares of its side.

    Attributes:
        left: of its left edge, from the left.
        top: of its upper edge, from the top.
        side: of its side.
    """

    left: float
    top: float
    side: float

    def places(self, uv: np.ndarray) -> np.ndarray:
        """Atlas coordinates ``(N, 2)``, origin at the lower left → map ``(N, 2)``, upper left, 0–1.

        What lies outside of the window comes out below 0 or above 1.
        """
        corner = np.array([self.left, self.top])
        return (np.stack([uv[:, 0], 1 - uv[:, 1]], 1) - corner) / self.side


#: 704 of the atlas's 1024 texels a side; its middle column is the face's.
WINDOW: Final = DetailWindow(160 / 1024, 110 / 1024, 704 / 1024)
