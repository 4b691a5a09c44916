"""How StarGAN is trained on two sets at once: the official recipe, and its options."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

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
    guide_loss,
    paired_loss,
    r1_penalty,
    reconstruction_loss,
)
from storyface_assets.lib.stargan.networks import Discriminator
from storyface_assets.lib.stargan.painter import StrokeGenerator
from storyface_assets.lib.stargan.pair_critic import PairCritic, judged_pair
from storyface_assets.lib.stargan.pairs import PairBatch, PairedFaces
from storyface_assets.lib.stargan.recipe import StarGanRecipe
from storyface_assets.lib.training.team import ALONE, Team

#: A prime: seeds of neighbouring steps, shares and losses are not the same.
_STRIDE = 2_147_483_647


_Batch = tuple[Tensor, Tensor, Tensor]
Losses = dict[str, Tensor]


@dataclass
class _Drawn:
    """What one share of a step works on."""

    pairs: list[PairBatch]
    sets: dict[Domain, _Batch]
    seed: int
    made: dict[int, tuple[Tensor, Tensor, Tensor]] = field(default_factory=dict)

    def next_seed(self) -> int:
        """Another one for each of the step's losses."""
        self.seed += _STRIDE
        return self.seed % 2**63


LossOf = Callable[[_Drawn], tuple[Tensor, Losses]]


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
        team: the processes that train together, and how many shares each works through.
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
        team: Team = ALONE,
    ) -> None:
        self._device, self._recipe, self._sets = torch.device(device), recipe, sets
        self._team, self._share = team, team.share_of(recipe.batch)
        self._generator = generator.to(self._device)
        self._critic = critic.to(self._device)
        self._figures = figures
        lessons = {"expressions": 1, "hair": 1, "person": recipe.person_lessons}
        taught = pairs if recipe.paired else ()
        self._pairs = [one for one in taught for _ in range(lessons[one.part])]
        self._chances = {
            domain: even_or(chances[domain] if chances else None, data)
            for domain, data in sets.items()
        }
        self._adams = {
            "generator": Adam(generator.parameters(), recipe.rate, recipe.momentum),
            "critic": Adam(critic.parameters(), recipe.critic_rate, (0.5, 0.999)),
        }
        self._rates = {"generator": recipe.rate, "critic": recipe.critic_rate}
        networks: dict[str, nn.Module] = {"generator": generator, "critic": critic}
        self._pair_critic: PairCritic | None = None
        if self._pairs and recipe.pair_critic:
            networks["pair critic"] = self._pair_critic = PairCritic().to(self._device)
            parameters = self._pair_critic.parameters()
            self._adams["pair critic"] = Adam(parameters, recipe.critic_rate, (0.5, 0.999))
            self._rates["pair critic"] = recipe.critic_rate
        self.optimizers: Mapping[str, Optimizer] = self._adams
        self._average: AveragedModel | None = None
        if recipe.average:
            averaging = get_ema_multi_avg_fn(recipe.average)
            self._average = AveragedModel(generator, multi_avg_fn=averaging)
            networks["average"] = self._average
        self.networks: Mapping[str, nn.Module] = networks

    def step(self, number: int) -> dict[str, float]:
        """The critic learns in every step, the generator in every fifth, and from every pair."""
        recipe = self._recipe
        for name, adam in self._adams.items():
            for group in adam.param_groups:
                group["lr"] = self._rates[name] * recipe.share_of_rate(number)
        drawn = [self._draw(number) for _ in self._team.shares()]
        losses: dict[str, float] = {}
        for place in range(len(self._pairs)):
            losses |= self._learn("generator", drawn, partial(self._paired_loss, number, place))
            if self._judges_pairs(number):
                losses |= self._learn("pair critic", drawn, partial(self._pair_critic_loss, place))
        for domain in drawn[0].sets:
            losses |= self._learn("critic", drawn, partial(self._critic_loss, number, domain))
            if (number + 1) % recipe.critic_steps == 0:
                losses |= self._learn("generator", drawn, partial(self._joint_loss, domain))
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

    def _draw(self, number: int) -> _Drawn:
        device, size = self._device, self._recipe.size
        pairs = [one.draw(self._share, device, size) for one in self._pairs]
        sets: dict[Domain, _Batch] = {}
        if number >= self._recipe.critic_from:
            for domain, data in self._sets.items():
                pictures, labels = random_batch(data, self._chances[domain], self._share, device)
                # Laid out colour by colour: as they come, pixel by pixel, the slope of a critic's
                # slope takes a CPU nearly twice as long.
                pictures = resized(pictures.contiguous(), size)
                mirrored = torch.rand(len(labels), device=device) < 0.5
                pictures = torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures)
                # The official code's targets: the labels of other pictures of the batch.
                wanted = labels[torch.randperm(len(labels), device=device)]
                sets[domain] = (pictures, labels, wanted)
        return _Drawn(pairs, sets, torch.initial_seed())

    def _learn(self, name: str, drawn: Sequence[_Drawn], loss_of: LossOf) -> dict[str, float]:
        """One step of one network, from every share's gradients."""
        # The other network's gradients are thrown away before its own step.
        for adam in self._adams.values():
            adam.zero_grad(set_to_none=True)
        told: list[Losses] = []
        for share in drawn:
            if self._team.parts > 1:  # the chance of a share is its own, wherever it is worked on
                torch.manual_seed(share.next_seed())
            loss, parts = loss_of(share)
            (loss / self._team.accumulate).backward()
            told.append(parts)
        self._team.average_gradients(self.networks[name].parameters())
        self._adams[name].step()
        return {key: sum(float(t[key].detach()) for t in told) / len(told) for key in told[0]}

    def _critic_loss(self, number: int, domain: Domain, share: _Drawn) -> tuple[Tensor, Losses]:
        recipe, (pictures, labels, wanted) = self._recipe, share.sets[domain]
        with torch.no_grad():
            made = self._generator(pictures, wanted)
        real, classes = self._critic(self._shown(pictures))
        fake, _ = self._critic(self._shown(made))
        source = critic_loss(real, fake, recipe.adversarial)
        label = class_loss(classes, labels, domain)
        told = {f"{domain} critic": source, f"{domain} critic class": label}
        loss = source + recipe.classes * label
        if recipe.penalty != "spectral" and number % recipe.penalty_every == 0:
            slope = told[f"{domain} penalty"] = self._slope(pictures, made)
            loss = loss + recipe.penalty_every * recipe.penalty_weight * slope
        return loss, told

    def _slope(self, pictures: Tensor, made: Tensor) -> Tensor:
        def patches(x: Tensor) -> Tensor:
            found: Tensor = self._critic(x)[0]
            return found

        if self._recipe.penalty == "r1":
            return r1_penalty(patches, pictures)
        return gradient_penalty(patches, pictures, made)

    def _joint_loss(self, domain: Domain, share: _Drawn) -> tuple[Tensor, Losses]:
        recipe, (pictures, labels, wanted) = self._recipe, share.sets[domain]
        made = self._generator(pictures, wanted)
        fake, classes = self._critic(self._shown(made))
        source = generator_loss(fake, recipe.adversarial)
        label = class_loss(classes, wanted, domain)
        told = {"generator": source, "generator class": label}
        loss = source + recipe.classes * label
        if recipe.back:
            told["back"] = reconstruction_loss(pictures, self._generator(made, labels))
            loss = loss + recipe.back * told["back"]
        return loss, {f"{domain} {name}": value for name, value in told.items()}

    def _judges_pairs(self, number: int) -> bool:
        return self._pair_critic is not None and number >= self._recipe.pair_critic_from

    def _paired_loss(self, number: int, place: int, share: _Drawn) -> tuple[Tensor, Losses]:
        recipe, pair, part = self._recipe, share.pairs[place], self._pairs[place].part
        begin, end, marks = pair_varied(pair.begin, pair.end, pair.marks)
        told: Losses = {}
        loss = torch.zeros((), device=self._device)
        if isinstance(self._generator, StrokeGenerator):
            strokes = self._generator.strokes_for(begin, pair.labels, part)
            made = strokes.applied(begin)
            if marks is not None and recipe.guided:
                told[f"{part} guide"] = guide_loss(strokes.flow, marks)
                loss = loss + recipe.guided * told[f"{part} guide"]
        else:
            made = self._generator(begin, pair.labels)
        pixels = told[f"{part} pixels"] = paired_loss(made, begin, end)
        loss = loss + pixels
        if self._pair_critic is not None and self._judges_pairs(number):
            share.made[place] = (begin, made.detach(), end)
            fake = self._pair_critic(*judged_pair(begin, made, end), pair.labels)
            told[f"{part} critic"] = generator_loss(fake, "logistic")
            loss = loss + recipe.pair_critic * told[f"{part} critic"]
        return recipe.paired * loss, told

    def _pair_critic_loss(self, place: int, share: _Drawn) -> tuple[Tensor, Losses]:
        assert self._pair_critic is not None  # noqa: S101  (only called where there is one)
        (begin, made, end), labels = share.made[place], share.pairs[place].labels
        real = self._pair_critic(*judged_pair(begin, end, end), labels)
        fake = self._pair_critic(*judged_pair(begin, made, end), labels)
        loss = critic_loss(real, fake, "logistic")
        return loss, {f"{self._pairs[place].part} critic's own": loss}

    def _shown(self, pictures: Tensor) -> Tensor:
        return varied(pictures) if self._recipe.vary else pictures
