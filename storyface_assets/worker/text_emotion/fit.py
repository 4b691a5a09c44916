"""Convex fits; in the dual there are as many unknowns as sentences, not as features.

For a penalty on the squared weights the best weights are a combination of the training rows
(representer theorem), so 1,500 sentences with 13,000 features are solved from their 1,500 × 1,500
inner products. Float64 and a fixed start: the same data give the same weights.
"""

import numpy as np
import torch


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
    features = torch.from_numpy(rows.astype(np.float64))
    target = torch.from_numpy(classes.astype(np.int64))
    weight = torch.zeros(rows.shape[1], n_classes, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(n_classes, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        entropy = torch.nn.functional.cross_entropy(features @ weight + bias, target)
        total = entropy + penalty * (weight**2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    return weight.detach().numpy(), bias.detach().numpy()


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


def fit_temperature(scores: np.ndarray, classes: np.ndarray) -> float:
    """The temperature that makes held-out scores likeliest (Guo et al. 2017).

    Args:
        scores: ``(n, k)`` held-out scores before the softmax.
        classes: ``(n,)`` true classes.
    """
    grid = np.geomspace(0.25, 4.0, 161)
    losses = []
    for temperature in grid:
        scaled = scores / temperature
        top = scaled.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scaled - top).sum(axis=1)) + top[:, 0]
        losses.append((log_sum - scaled[np.arange(len(classes)), classes]).mean())
    return float(grid[int(np.argmin(losses))])
