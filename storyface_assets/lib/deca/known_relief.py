"""The wrinkles that head shots were rendered with: what the detail stage learns from."""

from collections.abc import Sequence

import numpy as np

from storyface_assets.lib.deca.shot_set import cast_of
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.relief import DetailSpace, SkinRelief
from storyface_assets.lib.studio.head_shots import relief_of


class KnownRelief:
    """True displacement of a set's people, in whatever expression.

    Args:
        head: the model that they were rendered with.
        seed: of the set.
    """

    def __init__(self, head: OpenHead, seed: int) -> None:
        self._space, self._seed = DetailSpace.of(head), seed
        self._known: dict[int, SkinRelief] = {}

    @property
    def mask(self) -> np.ndarray:
        """``(256, 256)`` float32 0–1, where there is detail."""
        return self._space.mask

    def of(self, person: int) -> SkinRelief:
        """One person's; kept for the next call."""
        if person not in self._known:
            self._known[person] = relief_of(self._space, self._seed, *cast_of(person))
        return self._known[person]

    def displacement(self, persons: Sequence[int], expressions: np.ndarray) -> np.ndarray:
        """Metres ``(N, 1, 256, 256)`` float32 of N persons in expressions ``(N, 50)``."""
        shown = np.empty((len(persons), 1, DETAIL_SIZE, DETAIL_SIZE), np.float32)
        for row, (person, code) in enumerate(zip(persons, expressions, strict=True)):
            shown[row, 0] = self.of(int(person)).displacement(code[None])[0]
        return shown
