"""What an input of an encoder is, and how much of a story it holds."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    """How much of the story an input holds.

    Attributes:
        before: neighbouring sentences before the one that is read.
        after: likewise, after it.
        max_len: pieces of an input at most, special ones among them.
        whole: whether an input answers for all of its sentences at once: a story is one input, or,
            if it is longer, several, whose ends see ``before`` and ``after`` of their neighbours
            as far as they fit.
    """

    before: int = 0
    after: int = 0
    max_len: int = 75
    whole: bool = False

    @property
    def alone(self) -> bool:
        """Whether a sentence is read without its story."""
        return not (self.before or self.after or self.whole)

    @property
    def special(self) -> int:
        """Special pieces in an input of one sentence; of whole stories each sentence adds one."""
        return 2 if self.alone else 4


@dataclass(frozen=True)
class Row:
    """One input.

    Attributes:
        pieces: ``(length,)`` int64.
        marks: ``(length,)`` int64, 1 on the one sentence that is read where it has context, else 0.
        spans: ``(k, 2)`` first piece, and the one after the last, of each sentence that is read.
        answers: ``(k,)`` their places among the sentences that were encoded.
    """

    pieces: np.ndarray
    marks: np.ndarray
    spans: np.ndarray
    answers: np.ndarray

    def __len__(self) -> int:
        return len(self.pieces)
