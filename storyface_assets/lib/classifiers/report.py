"""What an expression classifier is worth, on people that it never saw."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from storyface_assets.lib.measures import (
    accuracy,
    calibration_error,
    confusion,
    f1_by_class,
    macro_f1,
    with_intervals,
)
from storyface_assets.vocabulary import FACE_EXPRESSIONS


def classifier_report(
    probabilities: np.ndarray, truth: np.ndarray, persons: Sequence[str]
) -> dict[str, Any]:
    """Figures for ``metrics.json``.

    Args:
        probabilities: ``(N, 5)``.
        truth: ``(N,)`` numbers in ``FACE_EXPRESSIONS``.
        persons: who is in each picture; intervals go by person.

    Returns:
        ``accuracy`` and ``macro_f1`` with ``_low`` and ``_high``, ``f1`` by expression,
        ``calibration_error``, ``confusion`` ``[true][read]``, ``pictures``, ``people``.
    """
    classes, guess = len(FACE_EXPRESSIONS), probabilities.argmax(1)
    figures = with_intervals(
        {
            "accuracy": lambda rows: accuracy(truth[rows], guess[rows]),
            "macro_f1": lambda rows: macro_f1(truth[rows], guess[rows], classes),
        },
        persons,
    )
    by_class = f1_by_class(truth, guess, classes)
    return {
        **{name: round(value, 4) for name, value in figures.items()},
        "f1": {e: round(value, 4) for e, value in zip(FACE_EXPRESSIONS, by_class, strict=True)},
        "calibration_error": round(calibration_error(probabilities, truth), 4),
        "confusion": confusion(truth, guess, classes),
        "pictures": len(truth),
        "people": len(set(persons)),
    }
