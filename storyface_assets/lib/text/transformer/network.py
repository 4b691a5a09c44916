"""The network: an encoder, a head of six classes, a head of intensity."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel

from storyface_assets.lib.text.transformer.batches import Batch
from storyface_assets.vocabulary import TEXT_EMOTIONS


@dataclass(frozen=True)
class Told:
    """What the network says of a batch.

    Attributes:
        scores: ``(B, 6)`` before the softmax, in TEXT_EMOTIONS order.
        intensity: ``(B,)``, 0 to 1.
    """

    scores: Tensor
    intensity: Tensor


class EmotionHead(nn.Module):
    """ELECTRA's classification head (Clark et al. 2020): dense, GELU, out, dropout before both.

    Args:
        width: of the encoder.
        dropout: share that is left out in training.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(width, len(TEXT_EMOTIONS))

    def forward(self, seen: Tensor) -> Tensor:
        """Scores ``(B, 6)`` of what the encoder saw ``(B, width)``."""
        hidden = functional.gelu(self.dense(self.dropout(seen)))
        scores: Tensor = self.out(self.dropout(hidden))
        return scores


class EmotionNetwork(nn.Module):
    """Reads the emotion at the place of the first piece, ``[CLS]``, or in the sentence's mean.

    Args:
        encoder: a Hugging Face encoder (``AutoModel``).
        dropout: of the heads.
        mean: read the mean over the sentence that is read (its marked pieces; alone, all), for
            encoders that were trained by the mean of their pieces.
    """

    def __init__(self, encoder: PreTrainedModel, dropout: float = 0.1, mean: bool = False) -> None:
        super().__init__()
        config = encoder.config
        self.encoder: PreTrainedModel = encoder
        self.mean = mean
        self.emotion = EmotionHead(config.hidden_size, dropout)
        self.intensity = nn.Linear(config.hidden_size, 1)
        # RoBERTa's kind knows one segment only; there the separators alone mark the sentence.
        self._segments = getattr(config, "type_vocab_size", 0) >= 2

    def forward(self, batch: Batch) -> Told:
        """See :class:`Told`."""
        more = {"token_type_ids": batch.marks} if self._segments else {}
        hidden = self.encoder(
            input_ids=batch.pieces, attention_mask=batch.seen, **more
        ).last_hidden_state
        found = _mean(hidden, batch) if self.mean else hidden[:, 0]
        return Told(self.emotion(found), torch.sigmoid(self.intensity(found))[:, 0])

    def begin_intensity(self, mean: float) -> None:
        """Let an untrained network answer the mean intensity of the training sentences."""
        with torch.no_grad():
            self.intensity.weight.zero_()
            self.intensity.bias.fill_(float(torch.logit(torch.tensor(mean), eps=0.01)))


def _mean(hidden: Tensor, batch: Batch) -> Tensor:
    """``(B, width)`` mean of the marked pieces, of all that are seen where none is marked."""
    marked = batch.marks.any(dim=1, keepdim=True)
    share = torch.where(marked, batch.marks, batch.seen).to(hidden.dtype)
    return (share[:, None] @ hidden)[:, 0] / share.sum(dim=1, keepdim=True)
