"""How StarGAN is trained on two sets at once: the official recipe, step by step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from storyface_assets.lib.dataset.batches import PackedDataset, even_or, random_batch
from storyface_assets.lib.stargan.label_vectors import Domain
from storyface_assets.lib.stargan.losses import (
    class_loss,
    critic_loss,
    generator_loss,
    gradient_penalty,
    reconstruction_loss,
)
from storyface_assets.lib.stargan.networks import Discriminator, Generator


@dataclass(frozen=True)
class StarGanRecipe:
    """The official settings.

    Attributes:
        steps: of the whole training.
        batch: pictures of each set a step.
        rate: of both networks.
        constant: share of the steps after which the rate falls to nothing, in a line.
        critic_steps: steps of the critic for one of the generator.
        classes: weight of the class losses.
        back: weight of the reconstruction.
        penalty: weight of the gradient penalty.
    """

    steps: int = 200_000
    batch: int = 16
    rate: float = 1e-4
    constant: float = 0.5
    critic_steps: int = 5
    classes: float = 1.0
    back: float = 10.0
    penalty: float = 10.0


class StarGanTask:
    """One step takes a batch of each set (section 3.3 of the paper).

    Args:
        generator: changed in place.
        critic: likewise; it never sees the mask.
        sets: pictures with label vectors ``(N, 11)`` by domain.
        recipe: how.
        figures: of the generator, for ``validate``.
        device: where.
        chances: ``(N,)`` by domain, chance of each picture to be drawn; ``None`` for even.
    """

    def __init__(
        self,
        generator: Generator,
        critic: Discriminator,
        sets: Mapping[Domain, PackedDataset],
        recipe: StarGanRecipe,
        figures: Callable[[nn.Module], Mapping[str, float]],
        device: str = "cpu",
        chances: Mapping[Domain, np.ndarray] | None = None,
    ) -> None:
        self._device, self._recipe, self._sets = torch.device(device), recipe, sets
        self._generator, self._critic = generator.to(device), critic.to(device)
        self._figures = figures
        self._chances = {
            domain: even_or(chances[domain] if chances else None, data)
            for domain, data in sets.items()
        }
        self._adams = {
            "generator": Adam(generator.parameters(), recipe.rate, (0.5, 0.999)),
            "critic": Adam(critic.parameters(), recipe.rate, (0.5, 0.999)),
        }
        self.networks: Mapping[str, nn.Module] = {"generator": generator, "critic": critic}
        self.optimizers: Mapping[str, Optimizer] = self._adams

    def step(self, number: int) -> dict[str, float]:
        """The critic learns in every step, the generator in every fifth."""
        for adam in self._adams.values():
            for group in adam.param_groups:
                group["lr"] = self._recipe.rate * _share_of_rate(number, self._recipe)
        losses: dict[str, float] = {}
        for domain, data in self._sets.items():
            pictures, labels = self._draw(domain, data)
            # The official code's targets: the labels of other pictures of the batch.
            wanted = labels[torch.randperm(len(labels), device=self._device)]
            losses |= self._critic_step(domain, pictures, labels, wanted)
            if (number + 1) % self._recipe.critic_steps == 0:
                losses |= self._generator_step(domain, pictures, labels, wanted)
        return losses

    def validate(self) -> Mapping[str, float]:
        """The figures that were asked for."""
        return self._figures(self._generator)

    def weights(self) -> Mapping[str, nn.Module]:
        """The generator: all that a film needs."""
        return {"generator": self._generator}

    def _critic_step(
        self, domain: Domain, pictures: Tensor, labels: Tensor, wanted: Tensor
    ) -> dict[str, float]:
        recipe = self._recipe
        with torch.no_grad():
            made = self._generator(pictures, wanted)
        real, classes = self._critic(pictures)
        fake, _ = self._critic(made)
        source = critic_loss(real, fake)
        label = class_loss(classes, labels, domain)
        slope = gradient_penalty(lambda x: self._critic(x)[0], pictures, made)
        self._learn("critic", source + recipe.classes * label + recipe.penalty * slope)
        told = {"critic": source, "critic class": label, "penalty": slope}
        return {f"{domain} {name}": float(value.detach()) for name, value in told.items()}

    def _generator_step(
        self, domain: Domain, pictures: Tensor, labels: Tensor, wanted: Tensor
    ) -> dict[str, float]:
        recipe = self._recipe
        made = self._generator(pictures, wanted)
        fake, classes = self._critic(made)
        source = generator_loss(fake)
        label = class_loss(classes, wanted, domain)
        back = reconstruction_loss(pictures, self._generator(made, labels))
        self._learn("generator", source + recipe.classes * label + recipe.back * back)
        told = {"generator": source, "generator class": label, "back": back}
        return {f"{domain} {name}": float(value.detach()) for name, value in told.items()}

    def _learn(self, name: str, loss: Tensor) -> None:
        # The other network's gradients are thrown away before its own step.
        for adam in self._adams.values():
            adam.zero_grad(set_to_none=True)
        loss.backward()
        self._adams[name].step()

    def _draw(self, domain: Domain, data: PackedDataset) -> tuple[Tensor, Tensor]:
        chances = self._chances[domain]
        pictures, labels = random_batch(data, chances, self._recipe.batch, self._device)
        mirrored = torch.rand(len(labels), device=self._device) < 0.5
        return torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures), labels


def _share_of_rate(number: int, recipe: StarGanRecipe) -> float:
    falling = recipe.steps * (1 - recipe.constant)
    left = recipe.steps - number
    return 1.0 if left > falling else max(left, 0) / max(falling, 1)
