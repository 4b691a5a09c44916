"""What a StarGAN's training follows from: the official recipe, and the options beside it."""

from dataclasses import dataclass
from typing import Final, Literal

from torch import nn

from storyface_assets.lib.stargan.networks import Discriminator, Generator
from storyface_assets.lib.stargan.painter import Painter


@dataclass(frozen=True)
class StarGanRecipe:
    """The defaults are the official settings.

    Attributes:
        steps: of the whole training.
        size: side of the pictures, pixels.
        batch: pictures of each set a step.
        rate: of the generator.
        critic_rate: of the critic.
        constant: share of the steps after which the rates fall to nothing, in a line.
        critic_steps: steps of the critic for one of the generator.
        classes: weight of the class losses.
        back: weight of the reconstruction; 0 for none (pairs keep the person, too).
        adversarial: ``wasserstein`` (the official one) or ``logistic`` (Goodfellow et al. 2014,
            the non-saturating form).
        penalty: of the critic's slope: ``gradient`` between real and made pictures (Gulrajani et
            al. 2017), ``r1`` at real ones (Mescheder et al. 2018), or ``spectral`` for spectral
            norms instead (Miyato et al. 2018).
        penalty_weight: of it.
        penalty_every: steps; weighted up accordingly (Karras et al. 2020, lazy regularisation).
        average: decay of the weights' moving average that is kept; 0 keeps the last weights.
        vary: whether the critic sees its pictures through differentiable augmentation (Zhao et
            al. 2020).
        paired: weight of the loss on the studio's pairs; 0 for none.
        person_lessons: steps of the generator from pairs in gender and age for one from pairs in
            expressions, and one in hair.
        guided: weight, within the paired loss, of the landmarks' ways as a teacher of the
            painter's flow; 0 for none.
        critic_from: step from which the critic takes part; before it only pairs are learnt.
        pair_critic: weight, within the paired loss, of a critic of pairs (Isola et al. 2017); 0
            for none.
        pair_critic_from: step from which it takes part.
        momentum: of the generator's Adam.
        warm: steps over which the rates rise.
        generator: ``official``, or ``branches`` (the light one).
        width: channels of the generator's first layer.
        critic_width: of the critic's first layer.
        critic_layers: that halve the picture.
    """

    steps: int = 200_000
    size: int = 128
    batch: int = 16
    rate: float = 1e-4
    critic_rate: float = 1e-4
    constant: float = 0.5
    critic_steps: int = 5
    classes: float = 1.0
    back: float = 10.0
    adversarial: Literal["wasserstein", "logistic"] = "wasserstein"
    penalty: Literal["gradient", "r1", "spectral"] = "gradient"
    penalty_weight: float = 10.0
    penalty_every: int = 1
    average: float = 0.0
    vary: bool = False
    paired: float = 0.0
    person_lessons: int = 1
    guided: float = 0.0
    critic_from: int = 0
    pair_critic: float = 0.0
    pair_critic_from: int = 0
    momentum: tuple[float, float] = (0.5, 0.999)
    warm: int = 0
    generator: Literal["official", "branches"] = "official"
    width: int = 64
    critic_width: int = 64
    critic_layers: int = 6

    def share_of_rate(self, number: int) -> float:
        """What the learning rates are multiplied by in a step."""
        falling, left = self.steps * (1 - self.constant), self.steps - number
        share = 1.0 if left > falling else max(left, 0) / max(falling, 1)
        return share * min(1.0, (number + 1) / max(self.warm, 1))


def build_generator(kind: str, width: int) -> nn.Module:
    """A generator with random weights."""
    return Painter(width) if kind == "branches" else Generator(width)


def build_critic(recipe: StarGanRecipe) -> Discriminator:
    """A critic with random weights."""
    critic = Discriminator(recipe.size, recipe.critic_width, layers=recipe.critic_layers)
    if recipe.penalty == "spectral":
        for layer in critic.modules():
            if isinstance(layer, nn.Conv2d):
                nn.utils.parametrizations.spectral_norm(layer)
    return critic


#: ``tiny`` proves that everything runs; ``open`` is for two cores;
#: ``research`` is the paper's training, for a GPU.
PROFILES: Final = {
    "tiny": StarGanRecipe(
        steps=60,
        size=64,
        batch=8,
        rate=1e-3,
        critic_steps=1,
        adversarial="logistic",
        penalty="r1",
        penalty_weight=1.0,
        penalty_every=4,
        average=0.9,
        vary=True,
        paired=10.0,
        guided=0.005,
        critic_from=40,
        pair_critic=0.01,
        pair_critic_from=30,
        momentum=(0.9, 0.99),
        warm=10,
        generator="branches",
        width=16,
        critic_width=16,
        critic_layers=4,
    ),
    "open": StarGanRecipe(
        steps=6000,
        batch=8,
        rate=1e-3,
        critic_rate=4e-4,
        critic_steps=1,
        back=0.0,
        adversarial="logistic",
        penalty="r1",
        penalty_weight=1.0,
        penalty_every=8,
        average=0.998,
        vary=True,
        paired=10.0,
        person_lessons=2,
        guided=0.005,
        critic_from=6000,
        pair_critic=0.01,
        pair_critic_from=4000,
        momentum=(0.9, 0.99),
        warm=100,
        generator="branches",
        width=32,
        critic_width=24,
        critic_layers=5,
    ),
    "research": StarGanRecipe(),
}
