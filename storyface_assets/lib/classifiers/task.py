"""How an expression classifier is trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW, Optimizer

from storyface_assets.lib.classifiers.augment import Changes, changed, resized
from storyface_assets.lib.classifiers.googlenet import AUXILIARY_WEIGHT, GoogLeNetOutput
from storyface_assets.lib.dataset.batches import (
    PackedDataset,
    as_network_input,
    even_or,
    random_batch,
)
from storyface_assets.lib.training.batch_step import BatchRecipe, batch_step
from storyface_assets.lib.training.precision import mixed_precision
from storyface_assets.lib.training.team import ALONE, Team


@dataclass(frozen=True, kw_only=True)
class Recipe(BatchRecipe):
    """What a training follows from beside network and data; norms and biases do not decay.

    Attributes:
        size: side of the pictures that the network sees, pixels.
        smoothing: of the labels (Szegedy et al. 2016).
        changes: of the training pictures.
    """

    batch: int = 32
    size: int = 224
    smoothing: float = 0.1
    changes: Changes = field(default_factory=Changes)


class ClassifierTask:
    """Trains one network on packed pictures.

    Args:
        network: takes pictures, returns logits (or those of GoogLeNet with auxiliary ones).
        training: pictures with class numbers as labels.
        validation: likewise, of other people.
        recipe: how.
        device: where.
        weights: ``(N,)`` chance of each training picture to be drawn; ``None`` for even.
        team: the processes that train together, and how many shares each works through.
        compiled: let ``torch.compile`` make one program of the network; the first step takes a
            minute then.

    Raises:
        BadInput: the batch cannot be shared evenly.
    """

    def __init__(
        self,
        network: nn.Module,
        training: PackedDataset,
        validation: PackedDataset,
        recipe: Recipe,
        device: str = "cpu",
        weights: np.ndarray | None = None,
        team: Team = ALONE,
        compiled: bool = False,
    ) -> None:
        self._recipe, self._device = recipe, torch.device(device)
        self._team, self._share = team, team.share_of(recipe.batch)
        self._network = network.to(self._device)
        self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._run = torch.compile(self._network) if compiled else self._network
        self._training, self._validation = training, validation
        self._chances = even_or(weights, training)
        self._adam = AdamW(_groups(network, recipe.decay), recipe.rate, fused=True)
        self.networks: Mapping[str, nn.Module] = {"network": network}
        self.optimizers: Mapping[str, Optimizer] = {"adam": self._adam}

    def step(self, number: int) -> dict[str, float]:
        """One batch; see :class:`~storyface_assets.lib.training.task.Task`."""
        return batch_step(
            number,
            self._recipe,
            self._adam,
            self._network.parameters(),
            self._team,
            self._learn_from_share,
        )

    def _learn_from_share(self) -> dict[str, float]:
        """Add the gradients of one share of the batch; returns its loss."""
        recipe = self._recipe
        pictures, labels = random_batch(self._training, self._chances, self._share, self._device)
        pictures = changed(pictures, recipe.size, recipe.changes)
        self._network.train()
        with mixed_precision(self._device):
            told = self._run(pictures.contiguous(memory_format=torch.channels_last))
            loss = self._loss(told, labels)
        (loss / self._team.accumulate).backward()
        return {"loss": float(loss.detach())}

    def validate(self) -> dict[str, float]:
        """Accuracy, and the mean log-likelihood of the true class."""
        scores = torch.from_numpy(predict(self._network, self._validation, self._recipe.size))
        labels = torch.from_numpy(self._validation.labels.astype(np.int64))
        likelihood = functional.log_softmax(scores, 1).gather(1, labels[:, None]).mean()
        hits = (scores.argmax(1) == labels).float().mean()
        return {"accuracy": float(hits), "log_likelihood": float(likelihood)}

    def weights(self) -> Mapping[str, nn.Module]:
        """The network."""
        return self.networks

    def _loss(self, told: Tensor | GoogLeNetOutput, labels: Tensor) -> Tensor:
        def entropy(logits: Tensor) -> Tensor:
            return functional.cross_entropy(
                logits.float(), labels, label_smoothing=self._recipe.smoothing
            )

        if isinstance(told, GoogLeNetOutput):
            aside = entropy(told.auxiliary1) + entropy(told.auxiliary2)
            return entropy(told.logits) + AUXILIARY_WEIGHT * aside
        return entropy(told)


#: Pictures at once in prediction. On a CPU what more of them leave between the layers outgrows its
#: caches: of 64 each takes up to twice as long.
_AT_ONCE: Final = {"cpu": 8, "cuda": 256}


def predict(
    network: nn.Module, data: PackedDataset, size: int, at_once: int | None = None
) -> np.ndarray:
    """Logits ``(N, classes)`` float32 of all pictures, mirrored and not, averaged.

    Args:
        network: on any device.
        data: the pictures.
        size: side that the network sees, pixels.
        at_once: pictures that it gets together, mirrored ones included; ``None`` for what suits
            the device.
    """
    device = next(network.parameters()).device
    step = max((at_once or _AT_ONCE.get(device.type, 64)) // 2, 1)
    network.eval()
    parts = []
    with torch.inference_mode():
        for first in range(0, len(data), step):
            rows = list(range(first, min(first + step, len(data))))
            raw = data.__getitems__(rows)["pictures"].to(device)
            pictures = resized(as_network_input(raw), size)
            both = torch.cat([pictures, pictures.flip(3)])
            told = network(both.contiguous(memory_format=torch.channels_last)).float().cpu()
            parts.append((told[: len(rows)] + told[len(rows) :]) / 2)
    return torch.cat(parts).numpy() if parts else np.zeros((0, 0), np.float32)


def _groups(network: nn.Module, decay: float) -> list[dict[str, object]]:
    parameters = [p for p in network.parameters() if p.requires_grad]
    wide = [p for p in parameters if p.ndim > 1]
    narrow = [p for p in parameters if p.ndim <= 1]
    return [{"params": wide, "weight_decay": decay}, {"params": narrow, "weight_decay": 0.0}]
