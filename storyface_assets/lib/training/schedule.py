"""How a learning rate changes over a training."""

import math


def warm_cosine(number: int, steps: int, warm_up: int) -> float:
    """Share of the highest rate: rises over the warm-up, then falls as a cosine to nothing.

    Loshchilov and Hutter, "SGDR", ICLR 2017, equation 5, without restarts.

    Args:
        number: of the step, from 0.
        steps: of the training.
        warm_up: steps in which it rises.
    """
    if number < warm_up:
        return (number + 1) / warm_up
    done = (number - warm_up) / max(steps - warm_up, 1)
    return (1 + math.cos(math.pi * min(done, 1.0))) / 2
