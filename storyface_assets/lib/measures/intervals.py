"""Bootstrap intervals over groups: what one person or one story gave is not independent."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

#: Takes row numbers (some of them several times), returns the figure on these.
Measure = Callable[[np.ndarray], float]


def with_intervals(
    measures: Mapping[str, Measure], groups: Sequence[str], draws: int = 1000, seed: int = 0
) -> dict[str, float]:
    """Each figure on all rows, and its 95 % interval when groups are drawn with replacement.

    Args:
        measures: by name.
        groups: of each row.
        draws: of the bootstrap.
        seed: of its chance.

    Returns:
        For each name also ``_low`` and ``_high`` (Efron & Tibshirani 1993, percentile method).
    """
    names = np.array(groups)
    members = [np.flatnonzero(names == name) for name in sorted(set(groups))]
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(draws):
        rows = np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        drawn.append([measure(rows) for measure in measures.values()])
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    everything, figures = np.arange(len(names)), {}
    for k, (name, measure) in enumerate(measures.items()):
        figures[name] = measure(everything)
        figures[f"{name}_low"], figures[f"{name}_high"] = float(low[k]), float(high[k])
    return figures
