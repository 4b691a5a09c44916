"""How the open coarse encoder is trained on photos of known codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from storyface_assets.lib.classifiers.augment import lit
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.known_codes import KnownWeights, known_errors, known_loss
from storyface_assets.lib.deca.lite0_encoder import ScaledEncoder
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.training.precision import mixed_precision
from storyface_assets.lib.training.schedule import warm_cosine
from storyface_assets.lib.training.team import ALONE, Team

_AT_ONCE: Final = 16


@dataclass(frozen=True)
class CoarseRecipe:
    """What the training follows from.

    Attributes:
        people: rendered for it, those that validate and test among them.
        photos: of each.
        steps: of the training.
        batch: photos a step.
        rate: highest learning rate; it rises over ``warm_up`` steps and falls as a cosine.
        warm_up: steps.
        decay: of the weights.
        light: factor of brightness, contrast and colours of a photo, up or down.
        weights: of the errors.
    """

    people: int
    photos: int
    steps: int
    batch: int = 16
    rate: float = 1e-3
    warm_up: int = 50
    decay: float = 0.02
    light: float = 0.3
    weights: KnownWeights = field(default_factory=KnownWeights)


#: ``tiny`` proves that everything runs; ``open`` is for two cores.
PROFILES: Final = {
    "tiny": CoarseRecipe(people=10, photos=2, steps=12, batch=4, warm_up=2),
    "open": CoarseRecipe(people=700, photos=12, steps=5000),
}


class CoarseTask:
    """One step takes a batch of photos by torch's global chance.

    Args:
        encoder: changed in place; its scale is taken from the training's codes.
        training: photos of known codes.
        validation: likewise, of other people.
        points: of the head.
        recipe: how.
        device: where.
        team: the processes that train together.

    Raises:
        BadInput: the batch cannot be shared evenly.
    """

    def __init__(
        self,
        encoder: ScaledEncoder,
        training: Shots,
        validation: Shots,
        points: FacePoints,
        recipe: CoarseRecipe,
        device: str = "cpu",
        team: Team = ALONE,
    ) -> None:
        self._recipe, self._device, self._team = recipe, torch.device(device), team
        self._share, self._points = team.share_of(recipe.batch), points
        self._training, self._validation = training, validation
        encoder.scale_to(torch.from_numpy(training.codes))
        self._encoder = encoder.to(self._device)
        self._encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._adam = AdamW(encoder.parameters(), recipe.rate, weight_decay=recipe.decay)
        self.networks: Mapping[str, nn.Module] = {"encoder": encoder}
        self.optimizers: Mapping[str, Optimizer] = {"adam": self._adam}

    def step(self, number: int) -> dict[str, float]:
        """One batch; see :class:`~storyface_assets.lib.training.task.Task`."""
        recipe = self._recipe
        for group in self._adam.param_groups:
            group["lr"] = recipe.rate * warm_cosine(number, recipe.steps, recipe.warm_up)
        self._adam.zero_grad(set_to_none=True)
        told = [self._learn_from_share() for _ in self._team.shares()]
        self._team.average_gradients(self._encoder.parameters())
        nn.utils.clip_grad_norm_(self._encoder.parameters(), 5.0)
        self._adam.step()
        return {name: sum(one[name] for one in told) / len(told) for name in told[0]}

    def validate(self) -> dict[str, float]:
        """Errors of :func:`~storyface_assets.lib.deca.known_codes.known_errors`, and their sum."""
        codes = encoded(self._encoder, self._validation, self._device)
        true = Codes.split(torch.from_numpy(self._validation.codes))
        errors = known_errors(Codes.split(codes), true, self._points)
        loss = known_loss(errors, self._recipe.weights)
        return {"loss": float(loss)} | {name: float(value) for name, value in errors.items()}

    def weights(self) -> Mapping[str, nn.Module]:
        """The encoder."""
        return self.networks

    def _learn_from_share(self) -> dict[str, float]:
        rows = torch.randint(len(self._training), (self._share,)).numpy()
        photos = _lit(as_photos(self._training.photos[rows], self._device), self._recipe.light)
        self._encoder.train()
        with mixed_precision(self._device):
            told = self._encoder(photos.contiguous(memory_format=torch.channels_last))
        true = torch.from_numpy(self._training.codes[rows]).to(self._device)
        errors = known_errors(Codes.split(told.float()), Codes.split(true), self._points)
        loss = known_loss(errors, self._recipe.weights)
        (loss / self._team.accumulate).backward()
        kept = {name: float(value.detach()) for name, value in errors.items()}
        return {"loss": float(loss.detach())} | kept


def encoded(encoder: nn.Module, shots: Shots, device: torch.device) -> Tensor:
    """Codes ``(N, 236)`` that an encoder tells of photos, on the CPU."""
    encoder.eval()
    with torch.inference_mode():
        parts = [
            encoder(as_photos(shots.photos[k : k + _AT_ONCE], device)).float().cpu()
            for k in range(0, len(shots), _AT_ONCE)
        ]
    return torch.cat(parts)


def as_photos(pictures: np.ndarray, device: torch.device) -> Tensor:
    """``(B, 3, H, W)`` 0–1 of uint8 ``(B, H, W, 3)``."""
    return torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 255


def _lit(photos: Tensor, amount: float) -> Tensor:
    return (lit(2 * photos - 1, amount) + 1) / 2
