"""What is trained in each profile, and from which weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from torch import nn

from storyface_assets.lib.classifiers.ensemble import build_network
from storyface_assets.lib.classifiers.pretrained import load_imagenet, load_lite0
from storyface_assets.lib.classifiers.task import Recipe


@dataclass(frozen=True)
class MemberPlan:
    """How one network of the ensemble is made.

    Attributes:
        network: one of ``ensemble.NETWORKS``.
        begins: ``lite0`` (weights of the pip package), ``imagenet`` (torchvision's file that the
            user brings) or ``random``.
        recipe: of its training.
        validate_every: steps.
        patience: validations without a better one after which it stops.
    """

    network: str
    begins: str
    recipe: Recipe
    validate_every: int
    patience: int = 0


#: ``tiny`` proves that everything runs; ``open`` made the shipped weights on two cores;
#: ``research`` is the seeds' pair, from ImageNet, for a GPU.
PROFILES: Final = {
    "tiny": (
        MemberPlan("googlenet", "random", Recipe(steps=20, size=64, batch=16, warm_up=4), 10),
        MemberPlan("lite0", "lite0", Recipe(steps=40, size=64, batch=16, warm_up=4), 20),
    ),
    "open": (
        MemberPlan("googlenet", "random", Recipe(steps=2200, size=112, batch=32), 110),
        MemberPlan("lite0", "lite0", Recipe(steps=1000, size=112, batch=32), 100),
    ),
    "research": (
        MemberPlan("googlenet", "imagenet", Recipe(steps=20_000, batch=64, rate=5e-4), 1000, 5),
        MemberPlan("b0", "imagenet", Recipe(steps=20_000, batch=64, rate=5e-4), 1000, 5),
    ),
}


def begin(plan: MemberPlan, weights_dir: Path) -> nn.Module:
    """The network that a training begins with.

    Args:
        plan: which one.
        weights_dir: where the user puts torchvision's files: ``googlenet.pth``, ``b0.pth`` ….

    Raises:
        BadInput: weights are missing or of another network.
    """
    network = build_network(plan.network, auxiliary=True)
    if plan.begins == "lite0":
        load_lite0(network)
    elif plan.begins == "imagenet":
        load_imagenet(network, weights_dir / f"{plan.network}.pth")
    return network
