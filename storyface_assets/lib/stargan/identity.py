"""Whether a changed face is still the same person: nearest neighbours by a network's features.

A changed face should be nearer to other pictures of its person than to anybody else's. How often
that holds for real pictures is the most that can be asked for.
"""

import numpy as np


def same_person_shares(
    real: np.ndarray, persons: np.ndarray, made: np.ndarray, sources: np.ndarray
) -> dict[str, float]:
    """How often the nearest real picture is of the same person.

    Args:
        real: ``(N, D)`` features of pictures, of length 1.
        persons: ``(N,)`` of these.
        made: ``(M, D)`` features of changed pictures.
        sources: ``(M,)`` rows of ``real`` that these were made from; never their own neighbours.

    Returns:
        ``identity_kept`` of the changed pictures, ``identity_real`` of the pictures themselves, and
        ``identity_distance``: how far a changed picture is from its source (cosine), in units of
        how far that is from other people's pictures.
    """
    kept = _nearest(made, real, sources, persons)
    rows = np.unique(sources)
    itself = _nearest(real[rows], real, rows, persons)
    others = persons[sources][:, None] != persons[None, :]
    # With one person alone there is nobody to compare with: the distance stays as it is.
    far = (1 - real[sources] @ real.T)[others].mean() if others.any() else 1.0
    moved = 1 - (made * real[sources]).sum(1)
    return {
        "identity_kept": float(kept.mean()),
        "identity_real": float(itself.mean()),
        "identity_distance": float(moved.mean() / far),
    }


def _nearest(
    asked: np.ndarray, real: np.ndarray, own: np.ndarray, persons: np.ndarray
) -> np.ndarray:
    """Whether the nearest real picture but the own one ``(M,)`` is of the same person."""
    near = asked @ real.T
    near[np.arange(len(own)), own] = -np.inf
    return np.asarray(persons[near.argmax(1)] == persons[own])
