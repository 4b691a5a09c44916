"""How StarGAN is trained on two sets at once: the official recipe, and its options."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from storyface_assets.lib.classifiers.augment import resized
from storyface_assets.lib.dataset.batches import PackedDataset, even_or, random_batch
from storyface_assets.lib.stargan.augment import pair_varied, varied
from storyface_assets.lib.stargan.label_vectors import Domain
from storyface_assets.lib.stargan.losses import (
    class_loss,
    critic_loss,
    generator_loss,
    gradient_penalty,
    r1_penalty,
    reconstruction_loss,
)
from storyface_assets.lib.stargan.networks import Discriminator
from storyface_assets.lib.stargan.pairs import PairedFaces
from storyface_assets.lib.stargan.perceptual import PerceptualLoss
from storyface_assets.lib.stargan.recipe import StarGanRecipe

#: Weight of the perceptual loss beside the pixels' one.
_SEEN = 0.2


class StarGanTask:
    """One step takes a batch of each set (section 3.3 of the paper), and one of pairs.

    Args:
        generator: changed in place.
        critic: likewise; it never sees the mask.
        sets: pictures with label vectors ``(N, 11)`` by domain.
        recipe: how.
        figures: of the generator that is kept, for ``validate``.
        device: where.
        chances: ``(N,)`` by domain, chance of each picture to be drawn; ``None`` for even.
        pairs: for the paired loss.
    """

    def __init__(
        self,
        generator: nn.Module,
        critic: Discriminator,
        sets: Mapping[Domain, PackedDataset],
        recipe: StarGanRecipe,
        figures: Callable[[nn.Module], Mapping[str, float]],
        device: str = "cpu",
        chances: Mapping[Domain, np.ndarray] | None = None,
        pairs: Sequence[PairedFaces] = (),
    ) -> None:
        self._device, self._recipe, self._sets = torch.device(device), recipe, sets
        self._generator = generator.to(self._device)
        self._critic = critic.to(self._device)
        self._figures, self._pairs = figures, pairs if recipe.paired else ()
        self._seen = PerceptualLoss().to(self._device) if self._pairs else None
        self._chances = {
            domain: even_or(chances[domain] if chances else None, data)
            for domain, data in sets.items()
        }
        self._adams = {
            "generator": Adam(generator.parameters(), recipe.rate, (0.5, 0.999)),
            "critic": Adam(critic.parameters(), recipe.critic_rate, (0.5, 0.999)),
        }
        self._rates = {"generator": recipe.rate, "critic": recipe.critic_rate}
        networks: dict[str, nn.Module] = {"generator": generator, "critic": critic}
        self.optimizers: Mapping[str, Optimizer] = self._adams
        self._average: AveragedModel | None = None
        if recipe.average:
            averaging = get_ema_multi_avg_fn(recipe.average)
            self._average = AveragedModel(generator, multi_avg_fn=averaging)
            networks["average"] = self._average
        self.networks: Mapping[str, nn.Module] = networks

    def step(self, number: int) -> dict[str, float]:
        """The critic learns in every step, the generator in every fifth, and from every pair."""
        for name, adam in self._adams.items():
            for group in adam.param_groups:
                group["lr"] = self._rates[name] * self._recipe.share_of_rate(number)
        losses: dict[str, float] = {}
        for k, pairs in enumerate(self._pairs):
            losses |= self._paired_step(k, pairs)
        if number >= self._recipe.critic_from:
            for domain, data in self._sets.items():
                losses |= self._joint_step(number, domain, data)
        if self._average is not None:
            self._average.update_parameters(self._generator)
        return losses

    def validate(self) -> Mapping[str, float]:
        """The figures that were asked for."""
        return self._figures(self._kept())

    def weights(self) -> Mapping[str, nn.Module]:
        """The generator: all that a film needs."""
        return {"generator": self._kept()}

    def _kept(self) -> nn.Module:
        return self._generator if self._average is None else self._average.module

    def _joint_step(self, number: int, domain: Domain, data: PackedDataset) -> dict[str, float]:
        pictures, labels = self._draw(domain, data)
        # The official code's targets: the labels of other pictures of the batch.
        wanted = labels[torch.randperm(len(labels), device=self._device)]
        losses = self._critic_step(number, domain, pictures, labels, wanted)
        if (number + 1) % self._recipe.critic_steps == 0:
            losses |= self._generator_step(domain, pictures, labels, wanted)
        return losses

    def _critic_step(
        self, number: int, domain: Domain, pictures: Tensor, labels: Tensor, wanted: Tensor
    ) -> dict[str, float]:
        recipe = self._recipe
        with torch.no_grad():
            made = self._generator(pictures, wanted)
        real, classes = self._critic(self._shown(pictures))
        fake, _ = self._critic(self._shown(made))
        source = critic_loss(real, fake, recipe.adversarial)
        label = class_loss(classes, labels, domain)
        loss, told = source + recipe.classes * label, {"critic": source, "critic class": label}
        if recipe.penalty != "spectral" and number % recipe.penalty_every == 0:
            slope = self._slope(pictures, made)
            told["penalty"] = slope
            loss = loss + recipe.penalty_every * recipe.penalty_weight * slope
        self._learn("critic", loss)
        return {f"{domain} {name}": float(value.detach()) for name, value in told.items()}

    def _slope(self, pictures: Tensor, made: Tensor) -> Tensor:
        def patches(x: Tensor) -> Tensor:
            return self._critic(x)[0]

        if self._recipe.penalty == "r1":
            return r1_penalty(patches, pictures)
        return gradient_penalty(patches, pictures, made)

    def _generator_step(
        self, domain: Domain, pictures: Tensor, labels: Tensor, wanted: Tensor
    ) -> dict[str, float]:
        recipe = self._recipe
        made = self._generator(pictures, wanted)
        fake, classes = self._critic(self._shown(made))
        source = generator_loss(fake, recipe.adversarial)
        label = class_loss(classes, wanted, domain)
        back = reconstruction_loss(pictures, self._generator(made, labels))
        self._learn("generator", source + recipe.classes * label + recipe.back * back)
        told = {"generator": source, "generator class": label, "back": back}
        return {f"{domain} {name}": float(value.detach()) for name, value in told.items()}

    def _paired_step(self, number: int, pairs: PairedFaces) -> dict[str, float]:
        recipe = self._recipe
        begin, end, labels = pairs.draw(recipe.batch, self._device, recipe.size)
        begin, end = pair_varied(begin, end)
        made = self._generator(begin, labels)
        pixels = reconstruction_loss(end, made)
        loss = recipe.back * pixels
        told = {f"pairs {number} pixels": pixels}
        if self._seen is not None:
            seen = self._seen(made, end)
            told[f"pairs {number} seen"] = seen
            loss = loss + recipe.back * _SEEN * seen
        self._learn("generator", recipe.paired * loss)
        return {name: float(value.detach()) for name, value in told.items()}

    def _shown(self, pictures: Tensor) -> Tensor:
        return varied(pictures) if self._recipe.vary else pictures

    def _learn(self, name: str, loss: Tensor) -> None:
        # The other network's gradients are thrown away before its own step.
        for adam in self._adams.values():
            adam.zero_grad(set_to_none=True)
        loss.backward()
        self._adams[name].step()

    def _draw(self, domain: Domain, data: PackedDataset) -> tuple[Tensor, Tensor]:
        chances = self._chances[domain]
        pictures, labels = random_batch(data, chances, self._recipe.batch, self._device)
        pictures = resized(pictures, self._recipe.size)
        mirrored = torch.rand(len(labels), device=self._device) < 0.5
        return torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures), labels
