"""How the network is trained, for the loop that trains every network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW, Optimizer

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.measures import accuracy, macro_f1
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.transformer.balance import class_weights
from storyface_assets.lib.text.transformer.batches import as_batch, of_like_length
from storyface_assets.lib.text.transformer.encoding import Row, encode
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.predict import predict
from storyface_assets.lib.text.transformer.rates import parameter_groups, share_of_rate
from storyface_assets.lib.text.transformer.recipe import Recipe
from storyface_assets.lib.text.transformer.tokens import Tokens
from storyface_assets.lib.training.precision import mixed_precision
from storyface_assets.lib.training.team import ALONE, Team
from storyface_assets.vocabulary import TEXT_EMOTIONS


@dataclass(frozen=True)
class EncodedSentences:
    """Labelled sentences as inputs.

    Attributes:
        rows: the inputs.
        emotions: ``(n,)`` int, index into TEXT_EMOTIONS.
        intensities: ``(n,)`` float, 0 to 1.
    """

    rows: Sequence[Row]
    emotions: np.ndarray
    intensities: np.ndarray

    @classmethod
    def of(cls, data: LabelledSentences, tokens: Tokens, recipe: Recipe) -> "EncodedSentences":
        """Encode sentences with as much of their stories as the recipe says."""
        rows = encode(tokens, data.texts, data.stories, recipe.window)
        return cls(rows, data.emotions, data.intensities)

    def __len__(self) -> int:
        return len(self.rows)


class TextEmotionTask:
    """Fine-tunes an encoder and its two heads.

    Args:
        network: begins to answer the mean intensity of the training sentences.
        pad: number of the piece that fills up.
        training: the sentences.
        validation: likewise, of other stories.
        recipe: how.
        device: where.
        team: the processes that train together.
        seed: of the order of the sentences.

    Raises:
        BadInput: less sentences than a batch, or a batch that cannot be shared evenly.
    """

    def __init__(
        self,
        network: EmotionNetwork,
        pad: int,
        training: EncodedSentences,
        validation: EncodedSentences,
        recipe: Recipe,
        device: str = "cpu",
        team: Team = ALONE,
        seed: int = 0,
    ) -> None:
        if len(training) < recipe.batch:
            problem = f"are {len(training)}; a batch has {recipe.batch}."
            raise BadInput("training", "sentences", problem, "Give more stories.")
        team.share_of(recipe.batch)
        self._recipe, self._device, self._team = recipe, torch.device(device), team
        self._pad, self._seed = pad, seed
        self._training, self._validation = training, validation
        self._lengths = np.array([len(row) for row in training.rows])
        self.steps = recipe.steps(len(training))
        network.begin_intensity(float(training.intensities.mean()))
        self._network = network.to(self._device)
        weights = class_weights(training.emotions, len(TEXT_EMOTIONS), recipe.balance)
        self._class_weights = torch.from_numpy(weights).to(self._device)
        self._adam = AdamW(parameter_groups(network, recipe), recipe.rate)
        self.networks: Mapping[str, nn.Module] = {"network": network}
        self.optimizers: Mapping[str, Optimizer] = {"adam": self._adam}

    def step(self, number: int) -> dict[str, float]:
        """One batch; see :class:`~storyface_assets.lib.training.task.Task`."""
        share = share_of_rate(number, self.steps, self._recipe)
        for group in self._adam.param_groups:
            group["lr"] = share * group["full"]
        places = self._places(number)
        self._adam.zero_grad(set_to_none=True)
        parts = self._team.parts
        losses = [self._learn_from(places[share::parts]) for share in self._team.shares()]
        self._team.average_gradients(self._network.parameters())
        nn.utils.clip_grad_norm_(self._network.parameters(), self._recipe.clip)
        self._adam.step()
        return {"loss": sum(losses) / len(losses)}

    def validate(self) -> dict[str, float]:
        """Accuracy, macro F1, mean log-likelihood of the true class, mean error of intensity."""
        held = self._validation
        scores, intensity = predict(self._network, held.rows, self._pad, length=self._recipe.length)
        guess, truth = scores.argmax(1), torch.from_numpy(held.emotions.astype(np.int64))
        entropy = functional.cross_entropy(torch.from_numpy(scores), truth)
        return {
            "accuracy": accuracy(held.emotions, guess),
            "macro_f1": macro_f1(held.emotions, guess, len(TEXT_EMOTIONS)),
            "log_likelihood": -float(entropy),
            "intensity_error": float(np.abs(intensity - held.intensities).mean()),
        }

    def weights(self) -> Mapping[str, nn.Module]:
        """The network."""
        return self.networks

    def _places(self, number: int) -> np.ndarray:
        """Sentences of a step: each epoch goes through all of them in an order of its own."""
        batch, every = self._recipe.batch, len(self._training) // self._recipe.batch
        epoch, place = divmod(number, every)
        rng = np.random.default_rng([self._seed, epoch])
        order = rng.permutation(len(self._training))
        if self._recipe.alike:
            batches = of_like_length(order, self._lengths, batch, rng)
            return np.asarray(batches[place])
        return order[place * batch : (place + 1) * batch]

    def _learn_from(self, places: np.ndarray) -> float:
        """Add the gradients of one share of the batch; returns its loss."""
        rows = [self._training.rows[i] for i in places]
        batch = as_batch(rows, self._pad, self._device, self._recipe.length)
        self._network.train()
        with mixed_precision(self._device):
            told = self._network(batch)
        loss = self._loss(told.scores.float(), told.intensity.float(), places)
        (loss / self._team.accumulate).backward()
        return float(loss.detach())

    def _loss(self, scores: Tensor, intensity: Tensor, places: np.ndarray) -> Tensor:
        truth = torch.from_numpy(self._training.emotions[places].astype(np.int64)).to(self._device)
        strength = torch.tensor(
            self._training.intensities[places], dtype=torch.float32, device=self._device
        )
        # Not torch's weighted mean: that would let a rare class count less in a batch of its kind.
        entropy = functional.cross_entropy(
            scores, truth, reduction="none", label_smoothing=self._recipe.smoothing
        )
        balanced = (entropy * self._class_weights[truth]).mean()
        return balanced + self._recipe.intensity * functional.mse_loss(intensity, strength)
