"""Which part of a network learns how fast, and when."""

import re
from typing import Any, Protocol

from torch import nn

from storyface_assets.lib.text.transformer.recipe import Recipe

_LAYER = re.compile(r"\.layers?\.(\d+)\.")


class Slope(Protocol):
    """Recipes that say how the rate goes; see :class:`~.recipe.Recipe`."""

    @property
    def warm_up(self) -> float:
        """Share of the steps in which it rises."""

    @property
    def falls(self) -> bool:
        """Whether it falls afterwards."""


def share_of_rate(number: int, steps: int, recipe: Slope) -> float:
    """Of the highest rate, in step ``number`` (from 0): rises evenly, then falls or stays."""
    rising = round(recipe.warm_up * steps)
    if number < rising:
        return (number + 1) / (rising + 1)
    if not recipe.falls:
        return 1.0
    return (steps - number) / max(steps - rising, 1)


def depths_of(network: nn.Module) -> dict[str, int]:
    """Depth of each parameter of an ``EmotionNetwork``, from below.

    0 are the embeddings and what else belongs to no layer of the encoder, then come its layers
    from 1; the heads are one more than the last layer.
    """
    names = [name for name, _ in network.named_parameters()]
    layers = {name: int(m[1]) + 1 for name in names if (m := _LAYER.search(name))}
    top = max(layers.values(), default=0) + 1
    return {name: layers.get(name, 0) if name.startswith("encoder.") else top for name in names}


def parameter_groups(network: nn.Module, recipe: Recipe) -> list[dict[str, Any]]:
    """Parameters of like depth and decay, for an optimiser.

    The heads learn at their rate, the encoder's last layer at ``layer_decay`` of the recipe's, each
    one below at that share of the one above; the embeddings are lowest. What is frozen is in no
    group.

    Returns:
        Groups with ``params``, ``weight_decay``, ``lr``, and ``full``, their highest rate.
    """
    depths = depths_of(network)
    top = max(depths.values(), default=0)
    groups: dict[tuple[int, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((depths[name], parameter.ndim > 1), []).append(parameter)
    made = []
    for (depth, decays), parameters in sorted(groups.items(), key=lambda item: item[0]):
        rate = recipe.rate * recipe.layer_decay ** (top - depth)
        if depth == top:
            rate = recipe.head_rate or recipe.rate
        decay = recipe.weight_decay if decays else 0.0
        made.append({"params": parameters, "weight_decay": decay, "lr": rate, "full": rate})
    return made
