"""How one network is trained, for the loop that trains every network."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.optim import AdamW, Optimizer

from storyface_assets.lib.measures import accuracy, mean_log_likelihood
from storyface_assets.lib.text.emotion_reader import softmax
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.story_network.inputs import StoryInputs
from storyface_assets.lib.text.story_network.network import StoryNetwork
from storyface_assets.lib.text.story_network.recipe import Recipe
from storyface_assets.lib.text.story_runs import parts_by_chance, story_runs

#: Sentences of the parts that a story is cut into by chance, at most.
_CUT = 10
_VALIDATED_AT_ONCE = 64
Run = tuple[int, int]


@dataclass(frozen=True, eq=False)
class TaughtStories:
    """Labelled sentences as a network sees them.

    Attributes:
        inputs: of all sentences.
        data: the sentences, in story order.
        truth: ``(n, 6)`` shares of the classes that are learnt.
    """

    inputs: StoryInputs
    data: LabelledSentences
    truth: np.ndarray


class StoryNetworkTask:
    """Trains one network.

    Args:
        network: untrained.
        taught: the sentences of the corpus.
        learnt: stories that it learns from.
        held: stories that validate.
        recipe: how.
        seed: of the order of the stories.
        epochs: in the place of the recipe's, where there is less to learn from.
    """

    def __init__(
        self,
        network: StoryNetwork,
        taught: TaughtStories,
        learnt: set[str],
        held: set[str],
        recipe: Recipe,
        seed: int = 0,
        epochs: int = 0,
    ) -> None:
        self._network, self._taught, self._recipe, self._seed = network, taught, recipe, seed
        stories = taught.data.stories
        runs = story_runs(stories)
        self._learnt = [run for run in runs if stories[run[0]] in learnt]
        self._held = [run for run in runs if stories[run[0]] in held]
        self._per_epoch = max(len(self._learnt) // recipe.batch, 1)
        self.steps = (epochs or recipe.epochs) * self._per_epoch
        self._adam = AdamW(network.parameters(), recipe.rate, weight_decay=recipe.weight_decay)
        self.networks: Mapping[str, nn.Module] = {"network": network}
        self.optimizers: Mapping[str, Optimizer] = {"adam": self._adam}

    def step(self, number: int) -> dict[str, float]:
        """One batch; see :class:`~storyface_assets.lib.training.task.Task`."""
        recipe = self._recipe
        rising = min(1.0, (number + 1) / max(recipe.warm_up, 1))
        for group in self._adam.param_groups:
            group["lr"] = recipe.rate * rising * (1 - number / self.steps)
        runs = self._batch(number)
        rows = np.concatenate([np.arange(first, end) for first, end in runs])
        self._network.train()
        scores, intensity = self._network(self._taught.inputs.stories(runs))
        truth = torch.from_numpy(self._taught.truth[rows].astype(np.float32))
        strength = torch.from_numpy(self._taught.data.intensities[rows].astype(np.float32))
        loss = functional.cross_entropy(scores, truth, label_smoothing=recipe.smoothing)
        loss = loss + recipe.intensity * functional.mse_loss(intensity, strength)
        self._adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), recipe.clip)
        self._adam.step()
        return {"loss": float(loss.detach())}

    def validate(self) -> dict[str, float]:
        """Accuracy, and mean log-likelihood of the true class."""
        scores = self.scores()
        truth = np.concatenate([self._taught.data.emotions[slice(*run)] for run in self._held])
        return {
            "accuracy": accuracy(truth, scores.argmax(1)),
            "log_likelihood": mean_log_likelihood(softmax(scores), truth),
        }

    def weights(self) -> Mapping[str, nn.Module]:
        """The network."""
        return self.networks

    def scores(self) -> np.ndarray:
        """Of the stories that validate, ``(n, 6)``."""
        self._network.eval()
        with torch.inference_mode():
            told = [
                self._network(
                    self._taught.inputs.stories(self._held[first : first + _VALIDATED_AT_ONCE])
                )[0].numpy()
                for first in range(0, len(self._held), _VALIDATED_AT_ONCE)
            ]
        return np.concatenate(told)

    def _batch(self, number: int) -> list[Run]:
        """The stories of a step, some of them cut."""
        epoch, place = divmod(number, self._per_epoch)
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._learnt))
        mine = order[place * self._recipe.batch : (place + 1) * self._recipe.batch]
        rng = np.random.default_rng([self._seed, epoch, place])
        runs: list[Run] = []
        for run in (self._learnt[story] for story in mine):
            cut = rng.random() < self._recipe.cut
            runs += parts_by_chance(run, _CUT, rng) if cut else [run]
        return runs
