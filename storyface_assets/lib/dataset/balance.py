"""How often each class and attribute comes, and sampling weights that make up for it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

#: No picture is drawn more often than this times the average: a rare one would be learnt by heart.
MAX_WEIGHT = 10.0
_ROUNDS, _CLOSE = 100, 1e-4
#: Upper ends of the age classes, years.
_AGES = (10, 20, 30, 40, 50, 60)


def balanced_weights(
    table: pd.DataFrame, columns: Sequence[str], max_weight: float = MAX_WEIGHT
) -> np.ndarray:
    """Weights under which every value of each column is drawn equally often.

    One column gives inverse frequencies; several are raked (iterative proportional fitting,
    Deming and Stephan 1940), which balances each without asking for every combination. Where
    that is impossible, or a weight would leave its bounds, balance is only approached.

    Args:
        table: a row a picture.
        columns: names of columns of few values.
        max_weight: over the average, which is 1; and no picture is drawn less often than one in
            as many.

    Returns:
        ``(N,)`` float32 with a mean of about 1, exactly where no weight was cut.
    """
    if not len(table):
        return np.zeros(0, np.float32)
    # Same values, same weight: work on the combinations, which are few.
    combination, _ = pd.factorize(pd.MultiIndex.from_frame(table[list(columns)].astype("str")))
    size = np.bincount(combination).astype(float)
    first = np.unique(combination, return_index=True)[1]
    codes = [pd.factorize(table[name].astype("str"))[0][first] for name in columns]
    weight = np.ones(len(size))
    for _ in range(_ROUNDS):
        before = weight.copy()
        for code in codes:
            total = np.bincount(code, weight * size)
            weight *= (len(table) / len(total) / total)[code]
        # Columns that exclude each other would drive some weights to 0.
        weight = np.clip(weight, 1 / max_weight, max_weight)
        weight *= len(table) / (weight * size).sum()
        if np.abs(weight - before).max() < _CLOSE:
            break
    # Rounded, so that the last digit of a sum never makes a new data version.
    bounded = np.round(np.clip(weight, 1 / max_weight, max_weight), 4)
    return np.asarray(bounded[combination], np.float32)


def count_by(table: pd.DataFrame, rows: str, columns: str = "split") -> pd.DataFrame:
    """Counts of one column's values over another's, with sums.

    Args:
        table: a row a picture.
        rows: column whose values become rows; "" and nulls are "unknown".
        columns: column whose values become columns.

    Returns:
        ``rows``, a column a value, and ``all``; text and integers.
    """
    values = table[rows].astype("str").fillna("").replace({"": "unknown", "<NA>": "unknown"})
    counts = pd.crosstab(values, table[columns].astype("str"))
    counts = counts.assign(all=counts.sum(axis=1))
    counts.columns.name = None
    return counts.rename_axis(rows).reset_index()


def age_class(ages: pd.Series) -> pd.Series:
    """``0–9``, ``10–19`` … ``60+``, or ``unknown``."""
    years = pd.to_numeric(ages, errors="coerce").to_numpy(float, na_value=np.nan)
    names = [f"{low}–{high - 1}" for low, high in zip((0, *_AGES), _AGES, strict=False)]
    names += [f"{_AGES[-1]}+", "unknown"]
    place = np.where(np.isnan(years), len(names) - 1, np.digitize(years, _AGES))
    return pd.Series(np.array(names, object)[place], index=ages.index, dtype="str", name="age")
