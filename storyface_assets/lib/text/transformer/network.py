"""The network: an encoder, a head of six classes, a head of intensity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from storyface_assets.lib.text.transformer.batches import Batch
from storyface_assets.lib.text.transformer.bert import BertEncoder
from storyface_assets.vocabulary import TEXT_EMOTIONS

if TYPE_CHECKING:
    from transformers import PreTrainedModel

#: Where the emotion is read: see :class:`EmotionNetwork`.
Reads = Literal["first", "mean", "means"]
#: Units between the two means and the classes.
_BETWEEN: Final = 256
_DROPOUT: Final[dict[Reads, float]] = {"first": 0.1, "mean": 0.1, "means": 0.2}


@dataclass(frozen=True)
class Told:
    """What the network says of a batch.

    Attributes:
        scores: ``(n, 6)`` of each sentence before the softmax, in TEXT_EMOTIONS order.
        intensity: ``(n,)``, 0 to 1.
    """

    scores: Tensor
    intensity: Tensor


class EmotionHead(nn.Module):
    """ELECTRA's classification head (Clark et al. 2020): dense, GELU, out, dropout before both.

    Args:
        width: of what it reads.
        between: units between.
        dropout: share that is left out in training.
    """

    def __init__(self, width: int, between: int, dropout: float) -> None:
        super().__init__()
        self.dense = nn.Linear(width, between)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(between, len(TEXT_EMOTIONS))

    def forward(self, seen: Tensor) -> Tensor:
        """Scores ``(B, 6)`` of what the encoder saw ``(B, width)``."""
        hidden = functional.gelu(self.dense(self.dropout(seen)))
        scores: Tensor = self.out(self.dropout(hidden))
        return scores


class EmotionNetwork(nn.Module):
    """Reads the emotion at the place of the first piece, ``[CLS]``, or in means.

    Args:
        encoder: ``BertEncoder``, or a Hugging Face encoder (``AutoModel``).
        reads: ``first`` reads ``[CLS]``; ``mean`` the mean over the sentence that is read (its
            span; alone, all), for encoders that were trained by the mean of their pieces;
            ``means`` that mean and the one over all pieces of the input, each number brought to
            mean 0 and deviation 1 over the training (batch normalisation): e5's means all lie in
            one narrow direction, and heads learn from them slowly.
    """

    def __init__(self, encoder: PreTrainedModel | BertEncoder, reads: Reads = "first") -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.reads = reads
        wide = reads == "means"
        seen = 2 * width if wide else width
        self.norm = nn.BatchNorm1d(seen, affine=False, momentum=0.05) if wide else nn.Identity()
        self.emotion = EmotionHead(seen, _BETWEEN if wide else width, _DROPOUT[reads])
        self.intensity = nn.Linear(seen, 1)
        # RoBERTa's kind knows one segment only; there the separators alone mark the sentence.
        self._segments = getattr(encoder.config, "type_vocab_size", 0) >= 2

    def forward(self, batch: Batch) -> Told:
        """See :class:`Told`."""
        more = {"token_type_ids": batch.marks} if self._segments else {}
        hidden = self.encoder(
            input_ids=batch.pieces, attention_mask=batch.seen, **more
        ).last_hidden_state
        # Means differ by little, and are told apart by that: bfloat16 would round it away.
        with torch.autocast(hidden.device.type, enabled=False):
            found = self.norm(self._found(hidden.float(), batch))
        return Told(self.emotion(found), torch.sigmoid(self.intensity(found))[:, 0])

    def _found(self, hidden: Tensor, batch: Batch) -> Tensor:
        at = batch.spans[:, 0]
        if self.reads == "first":
            return hidden[at, 0]
        mean = _mean(hidden, batch.spans)
        if self.reads == "mean":
            return mean
        seen = batch.seen.to(hidden.dtype)
        whole = (seen[:, None] @ hidden)[:, 0] / seen.sum(dim=1, keepdim=True)
        return torch.cat([mean, whole[at]], 1)

    def begin_intensity(self, mean: float) -> None:
        """Let an untrained network answer the mean intensity of the training sentences."""
        with torch.no_grad():
            self.intensity.weight.zero_()
            self.intensity.bias.fill_(float(torch.logit(torch.tensor(mean), eps=0.01)))


def _mean(hidden: Tensor, spans: Tensor) -> Tensor:
    """``(n, width)`` mean over the pieces of each span; spans are in the order of the inputs."""
    at, first, end = spans.unbind(1)
    counts = torch.bincount(at, minlength=len(hidden))
    # Which of its input's spans each is.
    place = torch.arange(len(at), device=at.device) - (counts.cumsum(0) - counts)[at]
    pieces = torch.arange(hidden.shape[1], device=hidden.device)
    inside = (pieces >= first[:, None]) & (pieces < end[:, None])
    shape = (len(hidden), int(counts.max()) if len(at) else 0, hidden.shape[1])
    wanted = torch.zeros(shape, dtype=hidden.dtype, device=hidden.device)
    wanted[at, place] = inside.to(hidden.dtype)
    return (wanted @ hidden)[at, place] / (end - first)[:, None].to(hidden.dtype)
