"""How much each class counts where some are rare."""

import numpy as np


def class_weights(classes: np.ndarray, count: int, beta: float) -> np.ndarray:
    """Weights by the effective number of samples (Cui et al. 2019, "Class-Balanced Loss").

    ``(1 - beta) / (1 - beta ** n)`` for a class of n sentences, scaled so that the mean over the
    classes that occur is 1.

    Args:
        classes: ``(n,)`` class of each sentence.
        count: number of classes.
        beta: 0 for equal weights, towards 1 for the inverse of n.

    Returns:
        ``(count,)`` float32; 0 for a class that does not occur.
    """
    sizes = np.bincount(classes, minlength=count)
    occurs = sizes > 0
    weights = np.where(occurs, (1 - beta) / (1 - beta ** np.maximum(sizes, 1)), 0.0)
    return np.asarray(weights / weights[occurs].mean(), np.float32)
