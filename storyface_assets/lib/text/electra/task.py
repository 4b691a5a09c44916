"""How both networks are trained, for the loop that trains every network."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.electra.networks import Electra, Told
from storyface_assets.lib.text.electra.recipe import ElectraRecipe
from storyface_assets.lib.text.transformer.batches import as_batch, of_like_size
from storyface_assets.lib.text.transformer.rates import share_of_rate
from storyface_assets.lib.text.transformer.rows import Row
from storyface_assets.lib.training.precision import mixed_precision

#: Under which it is kept.
DISCRIMINATOR: Final = "discriminator"


class ReplacedTokenDetection:
    """Pre-trains by replaced token detection (Clark et al. 2020, section 2).

    Args:
        networks: both.
        rows: inputs that are learnt from.
        held: inputs that validate.
        pad: number of the piece that fills up.
        mask: number of ``[MASK]``.
        recipe: how.
        device: where.
        seed: of the order.

    Raises:
        BadInput: nothing to learn from or to validate with.
    """

    def __init__(
        self,
        networks: Electra,
        rows: Sequence[Row],
        held: Sequence[Row],
        pad: int,
        mask: int,
        recipe: ElectraRecipe,
        device: str = "cpu",
        seed: int = 0,
    ) -> None:
        if not rows or not held:
            raise BadInput("text", "", "is too little to train and validate on.", "Give more.")
        self._rows, self._held, self._pad, self._mask = rows, held, pad, mask
        self._recipe, self._device = recipe, torch.device(device)
        self._batches: list[np.ndarray] = []
        for epoch in range(recipe.epochs):
            rng = np.random.default_rng([seed, epoch])
            self._batches += self._batches_of(rows, rng.permutation(len(rows)), rng)
        self.steps = len(self._batches)
        self._both = networks.to(self._device)
        decayed = [p for p in networks.parameters() if p.ndim > 1]
        plain = [p for p in networks.parameters() if p.ndim <= 1]
        groups: list[dict[str, Any]] = [{"params": decayed}, {"params": plain, "weight_decay": 0.0}]
        self._adam = AdamW(groups, recipe.rate, eps=1e-6, weight_decay=recipe.weight_decay)
        self.networks: Mapping[str, nn.Module] = {"electra": networks}
        self.optimizers: Mapping[str, Optimizer] = {"adam": self._adam}

    def step(self, number: int) -> dict[str, float]:
        """One batch; see :class:`~storyface_assets.lib.training.task.Task`."""
        rate = self._recipe.rate * share_of_rate(number, self.steps, self._recipe)
        for group in self._adam.param_groups:
            group["lr"] = rate
        self._both.train()
        self._adam.zero_grad(set_to_none=True)
        told, _ = self._tell([self._rows[i] for i in self._batches[number]])
        masked, found = told.losses()
        (masked + self._recipe.discriminator_weight * found).backward()
        nn.utils.clip_grad_norm_(self._both.parameters(), self._recipe.clip)
        self._adam.step()
        return {"generator": float(masked.detach()), "discriminator": float(found.detach())}

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """How well both do on text that is not learnt from.

        Returns:
            ``mlm_accuracy``: share of pieces hidden by ``[MASK]`` that the generator tells;
            ``recall``: share of the replaced pieces that the discriminator finds;
            ``false_positives``: share of the text's other pieces that it takes for replaced.
        """
        self._both.eval()
        right, hidden, found, replaced, wrong, kept = 0, 0, 0, 0, 0, 0
        order = np.arange(len(self._held))
        for places in self._batches_of(self._held, order, np.random.default_rng(0)):
            told, (words, masked, hides) = self._tell([self._held[i] for i in places])
            right += int((told.generator.argmax(1) == told.truth)[hides[masked]].sum())
            hidden += int(hides.sum())
            said, other = told.discriminator > 0, words & ~told.replaced
            found += int((said & told.replaced).sum())
            replaced += int(told.replaced.sum())
            wrong, kept = wrong + int((said & other).sum()), kept + int(other.sum())
        return {
            "mlm_accuracy": right / max(hidden, 1),
            "recall": found / max(replaced, 1),
            "false_positives": wrong / max(kept, 1),
        }

    def weights(self) -> Mapping[str, nn.Module]:
        """The discriminator, which is what is fine-tuned."""
        return {DISCRIMINATOR: self._both.discriminator}

    def _batches_of(
        self, rows: Sequence[Row], order: np.ndarray, rng: np.random.Generator
    ) -> list[np.ndarray]:
        lengths = np.array([len(row) for row in rows])
        return of_like_size(order, lengths, self._recipe.pieces, rng)

    def _tell(self, rows: Sequence[Row]) -> tuple[Told, tuple[Tensor, Tensor, Tensor]]:
        """What both say; which pieces are text, are masked, and are shown as ``[MASK]``."""
        batch = as_batch(rows, self._pad, self._device)
        seen = batch.seen.bool()
        words = seen.clone()
        words[:, 0] = False  # [CLS]
        words[torch.arange(len(rows)), seen.sum(1) - 1] = False  # [SEP]
        masked = words & (torch.rand(words.shape, device=self._device) < self._recipe.mask_share)
        if not masked.any():  # a tiny batch
            masked = words
        chance = torch.rand(words.shape, device=self._device)
        hides = masked & (chance < self._recipe.mask_token_share)
        shown = batch.pieces.masked_fill(hides, self._mask)
        with mixed_precision(self._device):
            told: Told = self._both(batch.pieces, seen, masked, shown)
        return told, (words, masked, hides)
