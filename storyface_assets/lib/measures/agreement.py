"""How well two labellers agree."""

import numpy as np


def cohens_kappa(first: np.ndarray, second: np.ndarray, classes: int) -> float:
    """Agreement beyond what chance would give (Cohen 1960); NaN where chance explains all.

    Args:
        first: ``(n,)`` class numbers of one labeller.
        second: of the other.
        classes: number of classes.
    """
    shares = [np.bincount(said, minlength=classes) / max(1, len(said)) for said in (first, second)]
    by_chance = float(shares[0] @ shares[1])
    agreed = float(np.mean(first == second)) if len(first) else float("nan")
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")
