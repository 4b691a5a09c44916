"""Convex fits; in the dual there are as many unknowns as sentences, not as features.

For a penalty on the squared weights the best weights are a combination of the training rows
(representer theorem), so 1,500 sentences with 13,000 features are solved from their 1,500 × 1,500
inner products. Float64 and a fixed start: the same data give the same weights.
"""

import numpy as np
from scipy.optimize import minimize


def fit_softmax_regression(
    rows: np.ndarray, classes: np.ndarray, n_classes: int, penalty: float
) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression with an L2 penalty.

    Minimises mean cross-entropy + ``penalty`` · ‖weights‖² by L-BFGS.

    Args:
        rows: ``(n, d)`` features.
        classes: ``(n,)`` class of each row.
        n_classes: number of classes.
        penalty: more is smoother.

    Returns:
        Weights ``(d, n_classes)`` and bias ``(n_classes,)``.
    """
    features = rows.astype(np.float64)
    target = np.eye(n_classes)[classes]
    n_weights = features.shape[1] * n_classes

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weight = flat[:n_weights].reshape(-1, n_classes)
        scores = features @ weight + flat[n_weights:]
        scores -= scores.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scores).sum(axis=1, keepdims=True))
        entropy = float(np.mean(log_sum[:, 0] - (scores * target).sum(axis=1)))
        slope = (np.exp(scores - log_sum) - target) / len(features)
        weight_slope = features.T @ slope + 2 * penalty * weight
        total = entropy + penalty * float((weight**2).sum())
        return total, np.concatenate([weight_slope.ravel(), slope.sum(axis=0)])

    start = np.zeros(n_weights + n_classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return found[:n_weights].reshape(-1, n_classes), found[n_weights:]


def dual_rows(products: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of n numbers each that have the same inner products as the wide rows.

    Args:
        products: ``(n, n)`` inner products of the training rows.

    Returns:
        ``rows (n, n)`` to fit on, and ``back (n, n)``: a fit's weights times ``back`` are dual
        coefficients, so that wide weights = wide rowsᵀ · (back · weights).
    """
    eigenvalues, eigenvectors = np.linalg.eigh(products)
    scale = np.sqrt(np.maximum(eigenvalues, 1e-10))
    return eigenvectors * scale, eigenvectors / scale


def fit_ridge(products: np.ndarray, values: np.ndarray, penalty: float) -> np.ndarray:
    """Dual coefficients ``(n, 1)`` of ridge regression on centred values."""
    system = products + penalty * np.eye(len(products))
    return np.linalg.solve(system, (values - values.mean())[:, None])
