"""How readily each expression unit is used in the fit."""

import numpy as np

#: (name starts with, L1 weight, use it). Gaze moves by the eye joints, not by these units; the
#: jaw's and mouth's side moves are rare in portraits.
_RULES: tuple[tuple[str, float, bool], ...] = (
    ("eyeLook", 0.0, False),
    ("cheekPuff", 6.0, True),
    ("jawLeft", 6.0, True),
    ("jawRight", 6.0, True),
    ("jawForward", 6.0, True),
    ("mouthLeft", 4.0, True),
    ("mouthRight", 4.0, True),
    ("brow", 4.0, True),
    ("mouthRoll", 3.0, True),
    ("mouthShrug", 3.0, True),
    ("eyeBlink", 1.0, True),
    ("eyeWide", 1.5, True),
    ("eyeSquint", 2.0, True),
    ("noseSneer", 3.0, True),
)
_OTHERS = 1.5


def expression_prior(names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prior of the expression units.

    Args:
        names: the model's unit names.

    Returns:
        L1 weight ``(E,)``; allowed ``(E,)`` bool; pairs ``(P, 2)`` of left and right partners.
    """
    weight = np.full(len(names), _OTHERS)
    allowed = np.ones(len(names), bool)
    for start, value, use in _RULES:
        for i, name in enumerate(names):
            if name.startswith(start):
                weight[i], allowed[i] = value, use
    index = {name: i for i, name in enumerate(names)}
    pairs = [
        (i, index[name[:-4] + "Right"])
        for name, i in index.items()
        if name.endswith("Left") and name[:-4] + "Right" in index
    ]
    return weight, allowed, np.array(pairs, int).reshape(-1, 2)
