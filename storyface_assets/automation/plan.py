"""What to make again: pure decisions over a graph, without Dagster's instance.

An asset is *due* when it has a reason of its own (missing, new code, an input that changed). An
asset below one that is due *may* become due: only when the upper one has been made is it known
whether its content changed. So due assets are made in waves, and work stops early where a new
result equals the old one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True)
class Wave(Generic[Key]):
    """What to make now, and what to look at again afterwards.

    Attributes:
        now: assets that are certainly due and that nothing undecided lies above, in order.
        later: assets that are undecided until ``now`` is made, in order.
    """

    now: tuple[Key, ...]
    later: tuple[Key, ...]


def next_wave(
    order: Sequence[Key], parents: Mapping[Key, set[Key]], due: Mapping[Key, str]
) -> Wave[Key]:
    """Split a graph into what to make now, later, and not at all.

    Args:
        order: every asset, parents before children.
        parents: direct inputs of each asset; keys outside ``order`` are ignored.
        due: the reason of each asset that has one of its own.
    """
    now: list[Key] = []
    later: list[Key] = []
    for key in order:
        above = parents.get(key, set())
        if key in due and not above.intersection(later):
            now.append(key)
        elif key in due or above.intersection(now) or above.intersection(later):
            later.append(key)
    return Wave(tuple(now), tuple(later))
