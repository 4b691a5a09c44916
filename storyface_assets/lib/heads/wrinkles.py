"""A head's wrinkles between its expressions."""

from collections.abc import Mapping
from typing import Final

import numpy as np

#: Name of the map that shows the skin as the photo does, and so as the texture has it.
PHOTO: Final = "photo"
#: What the mouth does while it speaks resembles an expression a little; so much of it is left out.
_RIDGE: Final = 0.1
#: No expression counts for more than this many times itself.
_MOST: Final = 1.3


class WrinkleBlend:
    """Displacement of any expression code, mixed from those of a head's expressions.

    Args:
        expressions: ``{expression: (50,)}``, ``neutral`` among them.
        displacement: ``{expression: (256, 256)}`` metres of each of these, and of the ``photo``.

    Raises:
        KeyError: an expression, or the photo, has no displacement.
    """

    def __init__(
        self, expressions: Mapping[str, np.ndarray], displacement: Mapping[str, np.ndarray]
    ) -> None:
        names = [name for name in expressions if name != "neutral"]
        self._rest = np.asarray(expressions["neutral"], np.float64)
        away = np.stack([expressions[name] for name in names]) - self._rest
        size = away @ away.T
        own = np.diagonal(size).copy()
        # An expression that hardly differs from rest has no wrinkles to be mixed in.
        size[np.diag_indices_from(size)] = (1 + _RIDGE) * np.maximum(own, 0.1 * own.mean() + 1e-9)
        self._weigh = np.linalg.solve(size, away)
        still = displacement["neutral"]
        self._still = (still - displacement[PHOTO]).astype(np.float32)
        self._moves = np.stack([displacement[name] - still for name in names]).astype(np.float32)

    def at(self, expression: np.ndarray) -> np.ndarray:
        """Metres that the skin stands out ``(256, 256)`` float32, beyond what the texture shows.

        Args:
            expression: ``(50,)``.
        """
        weights = np.clip(self._weigh @ (expression - self._rest), 0, _MOST)
        return self._still + np.tensordot(weights.astype(np.float32), self._moves, 1)
