"""The two networks that learn together: one tells masked pieces, one finds what it told wrong."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from storyface_assets.lib.text.electra.recipe import ElectraRecipe


@dataclass(frozen=True)
class Told:
    """What both networks say of a batch.

    Attributes:
        generator: ``(m, vocabulary)`` float32 scores of every piece for each masked place.
        truth: ``(m,)`` int64 pieces that stood there.
        replaced: ``(B, L)`` bool, where the discriminator is shown another piece than the text's.
        discriminator: ``(B, L)`` float32 scores of being replaced.
        seen: ``(B, L)`` bool, what is no filling.
    """

    generator: Tensor
    truth: Tensor
    replaced: Tensor
    discriminator: Tensor
    seen: Tensor

    def losses(self) -> tuple[Tensor, Tensor]:
        """Cross-entropy of the masked pieces, and of what is replaced."""
        found = self.discriminator[self.seen]
        truth = self.replaced[self.seen].float()
        return (
            functional.cross_entropy(self.generator, self.truth),
            functional.binary_cross_entropy_with_logits(found, truth),
        )


class Electra(nn.Module):
    """Generator and discriminator, whose embeddings are one.

    Args:
        recipe: their sizes.
        vocabulary: number of pieces.
        pad: number of the piece that fills up.
    """

    def __init__(self, recipe: ElectraRecipe, vocabulary: int, pad: int = 0) -> None:
        super().__init__()
        # Imported late: it takes seconds.
        from transformers import ElectraConfig, ElectraForMaskedLM, ElectraForPreTraining

        def config(share: float) -> Any:
            return ElectraConfig(
                vocab_size=vocabulary,
                embedding_size=recipe.embedding,
                hidden_size=round(recipe.hidden * share),
                num_hidden_layers=recipe.layers,
                num_attention_heads=max(round(recipe.heads * share), 1),
                intermediate_size=round(recipe.intermediate * share),
                max_position_embeddings=recipe.max_len,
                hidden_dropout_prob=recipe.dropout,
                attention_probs_dropout_prob=recipe.dropout,
                pad_token_id=pad,
            )

        self.discriminator = ElectraForPreTraining(config(1.0))
        self.generator = ElectraForMaskedLM(config(recipe.generator))
        shared = self.discriminator.electra.embeddings
        self.generator.electra.embeddings = shared
        self.generator.generator_lm_head.weight = shared.word_embeddings.weight

    def forward(self, pieces: Tensor, seen: Tensor, masked: Tensor, shown: Tensor) -> Told:
        """Tell what is masked, put draws from that in its place, and find them.

        Args:
            pieces: ``(B, L)`` int64 of the text.
            seen: ``(B, L)`` bool, what is no filling.
            masked: ``(B, L)`` bool, what the generator is to tell.
            shown: ``(B, L)`` int64, what the generator sees.
        """
        attention = seen.long()
        hidden = self.generator.electra(shown, attention_mask=attention).last_hidden_state
        # Only where something is masked: scores of the whole vocabulary everywhere would be most
        # of the work.
        narrow = self.generator.generator_predictions(hidden[masked])
        scores = self.generator.generator_lm_head(narrow).float()
        with torch.no_grad():
            mixed = pieces.masked_scatter(masked, _drawn(scores))
        found = self.discriminator(mixed, attention_mask=attention).logits.float()
        return Told(scores, pieces[masked], mixed != pieces, found, seen)


def _drawn(scores: Tensor) -> Tensor:
    """``(m,)`` int64 pieces, each drawn from the softmax of its row of ``(m, vocabulary)`` scores.

    By the inverse of the distribution's sum, which needs one chance a row; on a CPU a chance for
    every score, as ``multinomial`` takes, is a seventh of a step. Of scores that are no number any
    piece is drawn: the loss tells of them.
    """
    # In double precision, for rounding else takes the last pieces' share.
    reached = scores.softmax(1).cumsum(1, dtype=torch.float64)
    chance = torch.rand_like(reached[:, :1]) * reached[:, -1:]
    return torch.searchsorted(reached, chance, right=True)[:, 0].clamp(max=scores.shape[1] - 1)
