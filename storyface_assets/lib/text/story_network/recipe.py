"""How the networks are trained."""

from dataclasses import dataclass, field
from typing import Final

from storyface_assets.lib.text.story_network.sizes import Sizes


@dataclass(frozen=True)
class Recipe:
    """What a training follows from beside its data.

    Attributes:
        sizes: of the networks.
        epochs: times that the stories are gone through.
        batch: stories a step.
        rate: learning rate, which falls evenly to nothing, and over the first ``warm_up`` steps
            rises to that.
        warm_up: steps.
        weight_decay: of AdamW (Loshchilov & Hutter 2019).
        cut: share of the stories that are cut by chance in an epoch, into parts of 1 to 10
            sentences: else neither a single sentence nor a part of a long book is read as in
            training.
        smoothing: share of the truth that is spread over all classes (Szegedy et al. 2016).
        intensity: weight of the squared error of the intensity beside the cross-entropy.
        clip: largest norm of the gradient.
    """

    sizes: Sizes = field(default_factory=Sizes)
    epochs: int = 14
    batch: int = 32
    rate: float = 3e-3
    warm_up: int = 100
    weight_decay: float = 0.01
    cut: float = 0.3
    smoothing: float = 0.05
    intensity: float = 0.5
    clip: float = 1.0


#: Tried on the stories that validate, one setting after another.
OPEN: Final = Recipe()
#: Proves that everything runs.
TINY: Final = Recipe(Sizes(2, 4, 4, 4, 4), epochs=2, batch=4, warm_up=2)
RECIPES: Final = {"open": OPEN, "tiny": TINY}
