"""Lower layers that stay as they were pre-trained."""

from torch import nn

from storyface_assets.lib.text.transformer.rates import depths_of


def frozen_names(network: nn.Module, layers: int) -> list[str]:
    """Names of the parameters of the embeddings and of the encoder's lowest layers.

    Args:
        network: an ``EmotionNetwork``.
        layers: how many; 0 freezes nothing, the embeddings neither.
    """
    return [name for name, depth in depths_of(network).items() if layers and depth <= layers]


def freeze(network: nn.Module, layers: int) -> None:
    """Let those learn no more, nor anything be computed for their learning.

    Args:
        network: an ``EmotionNetwork``, changed in place.
        layers: see :func:`frozen_names`.
    """
    names = set(frozen_names(network, layers))
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name not in names)
