"""How the network is trained, for the loop that trains every network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW, Optimizer

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.measures import accuracy, macro_f1
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.transformer.balance import class_weights
from storyface_assets.lib.text.transformer.batches import as_batch, of_like_length, of_like_size
from storyface_assets.lib.text.transformer.encoding import encode
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.passages import cut_by_chance
from storyface_assets.lib.text.transformer.predict import predict
from storyface_assets.lib.text.transformer.rates import parameter_groups, share_of_rate
from storyface_assets.lib.text.transformer.recipe import Recipe
from storyface_assets.lib.text.transformer.rows import Row
from storyface_assets.lib.text.transformer.tokens import Tokens
from storyface_assets.lib.training.precision import cpu_has_bfloat16, mixed_precision
from storyface_assets.lib.training.team import ALONE, Team
from storyface_assets.vocabulary import TEXT_EMOTIONS


@dataclass(frozen=True)
class EncodedSentences:
    """Labelled sentences as inputs.

    Attributes:
        rows: the inputs.
        emotions: ``(n,)`` int, index into TEXT_EMOTIONS.
        intensities: ``(n,)`` float, 0 to 1.
        truth: ``(n, 6)`` float, shares of the classes that are learnt.
    """

    rows: Sequence[Row]
    emotions: np.ndarray
    intensities: np.ndarray
    truth: np.ndarray

    @classmethod
    def of(cls, data: LabelledSentences, tokens: Tokens, recipe: Recipe) -> "EncodedSentences":
        """Encode sentences with as much of their stories as the recipe says."""
        rows = encode(tokens, data.texts, data.stories, recipe.window)
        return cls(rows, data.emotions, data.intensities, data.truth(recipe.doubt))

    def and_cut(
        self, data: LabelledSentences, tokens: Tokens, recipe: Recipe, seed: int
    ) -> "EncodedSentences":
        """These, and the sentences of some stories again, which are cut by chance.

        Args:
            data: that these were encoded of.
            tokens: likewise.
            recipe: likewise; says which share of the stories.
            seed: of the choice and of the cuts.
        """
        rng = np.random.default_rng(seed)
        names = sorted(set(data.stories))
        order = rng.permutation(len(names))[: ceil(recipe.cut * len(names))]
        places = np.flatnonzero(np.isin(data.stories, [names[story] for story in order]))
        stories = cut_by_chance([data.stories[place] for place in places], rng)
        more = encode(tokens, [data.texts[place] for place in places], stories, recipe.window)
        placed = [replace(row, answers=places[row.answers]) for row in more]
        return replace(self, rows=[*self.rows, *placed])


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
        BadInput: too little for a batch, or a batch that cannot be shared evenly.
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
        self._recipe, self._device, self._team = recipe, torch.device(device), team
        self._pad, self._seed = pad, seed
        self._training, self._validation = training, validation
        if not recipe.pieces:
            team.share_of(recipe.batch)
        every = [batch for epoch in range(recipe.epochs) for batch in self._epoch(epoch)]
        self._batches = [batch for batch in every if self._can_be_shared(batch)]
        self.steps = len(self._batches)
        if not self.steps:
            full = f"{recipe.pieces} pieces" if recipe.pieces else f"{recipe.batch}"
            problem = f"make {len(training.rows)} inputs; a batch has {full}."
            raise BadInput("training", "sentences", problem, "Give more stories.")
        network.begin_intensity(float(training.intensities.mean()))
        self._network = network.to(self._device)
        if recipe.half and self._device.type == "cpu" and cpu_has_bfloat16():
            _compute_plainly(network.encoder)
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
        places = self._batches[number]
        self._adam.zero_grad(set_to_none=True)
        losses = [self._learn_from(places, share) for share in self._team.shares()]
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

    def _epoch(self, epoch: int) -> list[np.ndarray]:
        """Inputs of each step: each epoch goes through all of them in an order of its own."""
        recipe, rows = self._recipe, self._training.rows
        rng = np.random.default_rng([self._seed, epoch])
        order, lengths = rng.permutation(len(rows)), np.array([len(row) for row in rows])
        if recipe.pieces:
            return of_like_size(order, lengths, recipe.pieces, rng)
        if recipe.alike:
            return list(of_like_length(order, lengths, recipe.batch, rng))
        full = order[: len(order) // recipe.batch * recipe.batch]
        return list(full.reshape(-1, recipe.batch))

    def _can_be_shared(self, batch: np.ndarray) -> bool:
        """Whether each share has sentences, and two where they are brought to a common scale."""
        least = 2 if self._recipe.reads == "means" else 1
        return all(self._answers(some) >= least for some in self._shares_of(batch))

    def _shares_of(self, batch: np.ndarray) -> list[np.ndarray]:
        return [batch[share :: self._team.parts] for share in range(self._team.parts)]

    def _answers(self, places: np.ndarray) -> int:
        return sum(len(self._training.rows[i].answers) for i in places)

    def _learn_from(self, places: np.ndarray, share: int) -> float:
        """Add the gradients of one share of the batch; returns its part of the loss.

        Every sentence of the batch counts alike, however many its share has.
        """
        rows = [self._training.rows[i] for i in self._shares_of(places)[share]]
        batch = as_batch(rows, self._pad, self._device, self._recipe.length)
        self._network.train()
        with mixed_precision(self._device, self._recipe.half):
            told = self._network(batch)
        answers = np.concatenate([row.answers for row in rows])
        loss = self._loss(told.scores.float(), told.intensity.float(), answers)
        loss = loss * (len(answers) * self._team.parts / self._answers(places))
        (loss / self._team.accumulate).backward()
        return float(loss.detach())

    def _loss(self, scores: Tensor, intensity: Tensor, answers: np.ndarray) -> Tensor:
        here, device = self._training, self._device
        emotions = torch.from_numpy(here.emotions[answers].astype(np.int64)).to(device)
        truth = torch.tensor(here.truth[answers], dtype=torch.float32, device=device)
        strength = torch.tensor(here.intensities[answers], dtype=torch.float32, device=device)
        # Not torch's weighted mean: that would let a rare class count less in a batch of its kind.
        entropy = functional.cross_entropy(
            scores, truth, reduction="none", label_smoothing=self._recipe.smoothing
        )
        balanced = (entropy * self._class_weights[emotions]).mean()
        return balanced + self._recipe.intensity * functional.mse_loss(intensity, strength)


def _compute_plainly(encoder: nn.Module) -> None:
    """Without torch's fused attention, whose way back is the slower one in bfloat16.

    ``BertEncoder`` has none anyway.
    """
    choose = getattr(encoder, "set_attn_implementation", None)
    if choose is not None:
        choose("eager")
