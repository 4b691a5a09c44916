"""BERT's encoder (Devlin et al. 2019), as much of it as reading needs, without transformers.

Importing transformers takes a process seconds, which everybody who reads a story would wait for.
Names of the weights, sums and what chance leaves out are those of its
``BertModel``; a test compares both.
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass
class BertSizes:
    """A configuration, under transformers' names.

    Attributes:
        vocab_size: pieces.
        hidden_size: width of a vector.
        num_hidden_layers: layers.
        num_attention_heads: heads of each.
        intermediate_size: width between a layer's two products.
        max_position_embeddings: pieces of an input, at most.
        type_vocab_size: segments.
        layer_norm_eps: added to the variance.
        hidden_dropout_prob: share left out in training after embeddings and products.
    """

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float
    hidden_dropout_prob: float = 0.1


@dataclass(frozen=True)
class BertOutput:
    """What :class:`BertEncoder` says.

    Attributes:
        last_hidden_state: ``(B, L, width)``.
    """

    last_hidden_state: Tensor


class BertEncoder(nn.Module):
    """Vectors of pieces in their sentence.

    Args:
        config: sizes.
        words: vectors of the pieces; not part of it otherwise.
    """

    def __init__(self, config: BertSizes, words: nn.Module) -> None:
        super().__init__()
        self.config = config
        self.embeddings = _Embeddings(config, words)
        self.encoder = _Layers(config)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> BertOutput:
        """Vectors of pieces ``(B, L)``.

        Args:
            input_ids: ``(B, L)`` int64.
            attention_mask: ``(B, L)``, 0 on what only fills up.
            token_type_ids: ``(B, L)`` int64 segments; all 0 if left out.
        """
        hidden = self.embeddings(input_ids, token_type_ids)
        unseen = (attention_mask == 0)[:, None, None]
        bias = torch.zeros_like(unseen, dtype=hidden.dtype).masked_fill(
            unseen, torch.finfo(hidden.dtype).min
        )
        for layer in self.encoder.layer:
            hidden = layer(hidden, bias)
        return BertOutput(hidden)


class _Embeddings(nn.Module):
    def __init__(self, config: BertSizes, words: nn.Module) -> None:
        super().__init__()
        self.word_embeddings = words
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, pieces: Tensor, segments: Tensor | None) -> Tensor:
        places = torch.arange(pieces.shape[1], device=pieces.device)
        kinds = self.token_type_embeddings(
            torch.zeros_like(pieces) if segments is None else segments
        )
        summed = self.word_embeddings(pieces) + kinds + self.position_embeddings(places)
        found: Tensor = self.dropout(self.LayerNorm(summed))
        return found


class _Layers(nn.Module):
    def __init__(self, config: BertSizes) -> None:
        super().__init__()
        self.layer = nn.ModuleList(_Layer(config) for _ in range(config.num_hidden_layers))


class _Layer(nn.Module):
    def __init__(self, config: BertSizes) -> None:
        super().__init__()
        self.attention = _Attention(config)
        dense = nn.Linear(config.hidden_size, config.intermediate_size)
        self.intermediate = nn.ModuleDict({"dense": dense})
        self.output = _Added(config, config.intermediate_size)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        seen = self.attention(hidden, bias)
        between = functional.gelu(self.intermediate["dense"](seen))
        found: Tensor = self.output(between, seen)
        return found


class _Attention(nn.Module):
    def __init__(self, config: BertSizes) -> None:
        super().__init__()
        self.self = _Heads(config)
        self.output = _Added(config, config.hidden_size)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        found: Tensor = self.output(self.self(hidden, bias), hidden)
        return found


class _Heads(nn.Module):
    def __init__(self, config: BertSizes) -> None:
        super().__init__()
        width = config.hidden_size
        self._heads = config.num_attention_heads
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        query, key, value = (
            part(hidden).unflatten(-1, (self._heads, -1)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        if not self.training:
            found = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
            return found.transpose(1, 2).flatten(2)
        # Plain products: going back through torch's fused attention is slow on a CPU in bfloat16.
        scores = query @ key.transpose(2, 3) / sqrt(query.shape[-1]) + bias
        return (scores.softmax(-1) @ value).transpose(1, 2).flatten(2)


class _Added(nn.Module):
    """A product, added to what came before, and normed."""

    def __init__(self, config: BertSizes, inner: int) -> None:
        super().__init__()
        self.dense = nn.Linear(inner, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, found: Tensor, before: Tensor) -> Tensor:
        added: Tensor = self.LayerNorm(self.dropout(self.dense(found)) + before)
        return added
