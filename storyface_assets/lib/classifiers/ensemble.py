"""The expression classifier that is kept: several networks, their softmax averaged."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from torch import nn

from storyface_assets.lib.classifiers.efficientnet import EFFICIENTNETS, efficientnet
from storyface_assets.lib.classifiers.folded import folded
from storyface_assets.lib.classifiers.googlenet import GoogLeNet
from storyface_assets.lib.classifiers.task import predict
from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.state_dicts import load_weights, save_weights
from storyface_assets.vocabulary import FACE_EXPRESSIONS

CONFIG_NAME: Final = "config.json"
#: Parts that only training needs.
_AUXILIARY: Final = ("aux1.", "aux2.")
NETWORKS: Final = ("googlenet", *EFFICIENTNETS)


@dataclass(frozen=True)
class Member:
    """One network of the ensemble.

    Attributes:
        network: one of ``NETWORKS``.
        size: side of the pictures that it sees, pixels.
        temperature: that its scores are divided by (Guo et al. 2017).
    """

    network: str
    size: int
    temperature: float = 1.0


def build_network(name: str, auxiliary: bool = False) -> nn.Module:
    """A network for the five expressions, with random weights.

    Args:
        name: one of ``NETWORKS``.
        auxiliary: with GoogLeNet's auxiliary classifiers, which training needs.

    Raises:
        ValueError: no such network.
    """
    if name == "googlenet":
        return GoogLeNet(len(FACE_EXPRESSIONS), auxiliary)
    return efficientnet(name, len(FACE_EXPRESSIONS))


class EmotionClassifier:
    """Says how probable each of ``FACE_EXPRESSIONS`` is.

    Args:
        members: what the networks are.
        networks: likewise, trained.
    """

    def __init__(self, members: Sequence[Member], networks: Sequence[nn.Module]) -> None:
        self.members, self.networks = tuple(members), tuple(networks)

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> "EmotionClassifier":
        """What :meth:`save` wrote.

        Raises:
            BadInput: files are missing or damaged, or for other expressions.
        """
        mend = "Train image_emotion again, or check out data/open_models anew."
        path = folder / CONFIG_NAME
        try:
            config: dict[str, Any] = json.loads(path.read_text("utf-8"))
            members = [Member(**member) for member in config["members"]]
            classes = tuple(config["classes"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(path, "", f"cannot be read ({error}).", mend) from error
        if classes != FACE_EXPRESSIONS:
            raise BadInput(path, "classes", f"are {', '.join(classes)}.", mend)
        networks = []
        for member in members:
            network = build_network(member.network)
            file = folder / f"{member.network}.safetensors"
            load_weights(network, file, mend, _AUXILIARY)
            networks.append(network.to(device).eval())
        return cls(members, networks)

    def save(self, folder: Path) -> None:
        """Write weights, in half precision, and what they are."""
        folder.mkdir(parents=True, exist_ok=True)
        for member, network in zip(self.members, self.networks, strict=True):
            save_weights(network, folder / f"{member.network}.safetensors", _AUXILIARY)
        config = {
            "classes": list(FACE_EXPRESSIONS),
            "members": [asdict(member) for member in self.members],
        }
        text = json.dumps(config, indent=1, ensure_ascii=False) + "\n"
        write_durably(folder / CONFIG_NAME, text.encode())

    @cached_property
    def _readers(self) -> tuple[nn.Module, ...]:
        return tuple(folded(network) for network in self.networks)

    def member_probabilities(self, data: PackedDataset) -> np.ndarray:
        """Of each network for each picture ``(M, N, 5)``."""
        told = [
            _softmax(predict(network, data, member.size) / member.temperature)
            for member, network in zip(self.members, self._readers, strict=True)
        ]
        return np.stack(told)

    def probabilities(self, data: PackedDataset) -> np.ndarray:
        """The mean of all networks ``(N, 5)``; rows sum to one."""
        return np.asarray(self.member_probabilities(data).mean(0))


def _softmax(scores: np.ndarray) -> np.ndarray:
    """Of each row ``(N, K)``."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
