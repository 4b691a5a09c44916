"""Long stories in parts, as long as those that the networks learnt from.

Read at once, sentences of a book of 150 sentences are read much worse than in parts: the recurrent
layer has only seen stories of some fifteen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: Sentences that are read at once, and how many of them at an end that is not the story's are only
#: seen. Chosen on validating stories that were put one after the other, ten to a book.
LONGEST: Final = 20
MARGIN: Final = 5


@dataclass(frozen=True)
class Part:
    """Sentences that are read at once.

    Attributes:
        begin, stop: the first sentence that is seen and the one after the last.
        first, last: likewise, of those that are answered for.
    """

    begin: int
    stop: int
    first: int
    last: int


def parts(runs: Sequence[tuple[int, int]]) -> list[Part]:
    """Parts of stories, by which each sentence is answered for once, in order.

    Args:
        runs: first sentence of each story and the one after its last.
    """
    found: list[Part] = []
    for start, end in runs:
        first = start
        while first < end:
            begin = max(first - MARGIN, start)
            stop = min(begin + LONGEST, end)
            last = end if stop == end else stop - MARGIN
            found.append(Part(begin, stop, first, last))
            first = last
    return found
