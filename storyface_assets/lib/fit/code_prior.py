"""What is thought of a head's codes before its landmarks are seen."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.model import N_EXPRESSION, N_SHAPE

#: L2 on an expression unit, of a photo that nothing else is known of.
_EXPRESSION_L2: Final = 0.5


@dataclass(frozen=True, eq=False)
class CodePrior:
    """Independent normals.

    Attributes:
        mean: ``(150,)`` shape, then expression.
        spread: ``(150,)`` standard deviations.
        sparse: whether a face is also thought to use few units (``expression_prior``), left and
            right alike. Not of one that was looked at.

    Raises:
        BadInput: a spread that is no positive number.
    """

    mean: np.ndarray
    spread: np.ndarray
    sparse: bool = False

    def __post_init__(self) -> None:
        """Refuse what no fit could be made with."""
        if not (np.isfinite(self.mean).all() and (self.spread > 0).all()):
            mend = "Train face_geometry again, or check out data/open_models anew."
            raise BadInput("face_geometry", "error", "holds what is no positive number.", mend)

    @classmethod
    def usual(cls) -> "CodePrior":
        """Of anybody: a standard normal shape, a face that is mostly at rest."""
        spread = np.ones(N_SHAPE + N_EXPRESSION)
        spread[N_SHAPE:] = _EXPRESSION_L2**-0.5
        return cls(np.zeros_like(spread), spread, sparse=True)

    @cached_property
    def precision(self) -> np.ndarray:
        """``(150,)``."""
        return 1 / np.square(self.spread)
