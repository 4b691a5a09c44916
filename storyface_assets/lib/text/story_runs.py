"""Where the stories, or parts of them, lie in a list of sentences."""

from collections.abc import Sequence

import numpy as np


def story_runs(stories: Sequence[str]) -> list[tuple[int, int]]:
    """First sentence of each story and the one after its last.

    Args:
        stories: of each sentence, in story order; one that another one interrupts is two.
    """
    changes = [i for i in range(1, len(stories)) if stories[i] != stories[i - 1]]
    edges = [0, *changes, len(stories)] if len(stories) else []
    return list(zip(edges, edges[1:], strict=False))


def parts_by_chance(
    run: tuple[int, int], longest: int, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """A story in parts, one after the other, of 1 to ``longest`` sentences each.

    Args:
        run: first sentence of the story and the one after its last.
        longest: sentences of a part at most.
        rng: of the cuts.
    """
    first, end = run
    found: list[tuple[int, int]] = []
    while first < end:
        stop = min(first + int(rng.integers(1, longest + 1)), end)
        found.append((first, stop))
        first = stop
    return found
