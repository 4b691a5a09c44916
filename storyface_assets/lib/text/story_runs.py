"""Where the stories lie in a list of sentences."""

from collections.abc import Sequence


def story_runs(stories: Sequence[str]) -> list[tuple[int, int]]:
    """First sentence of each story and the one after its last.

    Args:
        stories: of each sentence, in story order; one that another one interrupts is two.
    """
    changes = [i for i in range(1, len(stories)) if stories[i] != stories[i - 1]]
    edges = [0, *changes, len(stories)] if len(stories) else []
    return list(zip(edges, edges[1:], strict=False))
