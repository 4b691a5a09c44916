"""Whether a candidate takes the champion's place."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Standing(StrEnum):
    """What an evaluation ends in."""

    BETTER = "better"
    NOT_BETTER = "not better"
    BROKEN = "broken"


@dataclass(frozen=True)
class Verdict:
    """What was decided, and why in a sentence."""

    standing: Standing
    reason: str


def judge(
    candidate: Mapping[str, float],
    champion: Mapping[str, float] | None,
    goal: str,
    chance: float,
    floors: Mapping[str, float] = MappingProxyType({}),
) -> Verdict:
    """Compare two models by one figure on the same test set.

    Args:
        candidate: its figures.
        champion: the champion's; ``None`` where there is none yet.
        goal: the figure that decides; greater is better.
        chance: what guessing reaches; a candidate that is not above it is broken.
        floors: other figures that a candidate must have and be above.

    Returns:
        Equal figures leave the champion where it is: a change costs everybody downstream.
    """
    for name, value in candidate.items():
        if isinstance(value, float) and not math.isfinite(value):
            return Verdict(Standing.BROKEN, f"its {name} is {value}")
    if goal not in candidate:
        return Verdict(Standing.BROKEN, f"it has no {goal}")
    reached = candidate[goal]
    if reached <= chance:
        return Verdict(Standing.BROKEN, f"its {goal} {reached:.4f} is no more than chance")
    for name, floor in floors.items():
        if name not in candidate:
            return Verdict(Standing.BROKEN, f"it has no {name}")
        if candidate[name] <= floor:
            reason = f"its {name} {candidate[name]:.4f} is not above {floor}"
            return Verdict(Standing.BROKEN, reason)
    if champion is None:
        return Verdict(Standing.BETTER, f"the first: {goal} {reached:.4f}")
    told = f"{goal} {reached:.4f}, the champion's {champion[goal]:.4f}"
    is_better = reached > champion[goal]
    return Verdict(Standing.BETTER if is_better else Standing.NOT_BETTER, told)
