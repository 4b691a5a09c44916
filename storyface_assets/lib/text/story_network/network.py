"""The network: words and meaning of each sentence, a recurrent layer over the story, two heads."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

from storyface_assets.lib.text.embedding import EMBEDDING_SIZE
from storyface_assets.lib.text.emotion_features import FeatureSpace
from storyface_assets.lib.text.story_network.inputs import Stories
from storyface_assets.lib.text.story_network.sizes import Sizes
from storyface_assets.vocabulary import TEXT_EMOTIONS

#: Bring both parts to the size of what the norm expects: rows of words are of length √2, of
#: embeddings of length 1.
_WORDS, _MEANING = 2.0, 4.0
_BEGIN: Final = 0.05


class StoryNetwork(nn.Module):
    """Reads all sentences of stories at once.

    Args:
        width: different words.
        sizes: see :class:`~storyface_assets.lib.text.story_network.sizes.Sizes`.
    """

    def __init__(self, width: int, sizes: Sizes) -> None:
        super().__init__()
        seen = sizes.words + sizes.meaning
        self.words = nn.EmbeddingBag(width, sizes.words, mode="sum")
        nn.init.normal_(self.words.weight, std=_BEGIN)
        self.meaning = nn.Linear(EMBEDDING_SIZE, sizes.meaning)
        self.norm = nn.LayerNorm(seen)
        self.around = nn.GRU(seen, sizes.around, batch_first=True, bidirectional=True)
        self.between = nn.Linear(seen + 2 * sizes.around, sizes.between)
        self.emotion = nn.Linear(sizes.between, len(TEXT_EMOTIONS))
        self.intensity = nn.Linear(sizes.between, 1)
        self.dropout = nn.Dropout(sizes.dropout)
        self._word_dropout = sizes.word_dropout

    def forward(self, stories: Stories) -> tuple[Tensor, Tensor]:
        """Scores ``(n, 6)`` before the softmax, and intensities ``(n,)``, 0 to 1."""
        counts = functional.dropout(stories.counts, self._word_dropout, self.training)
        words = _WORDS * self.words(stories.words, stories.begins, counts)
        meaning = self.meaning(_MEANING * stories.meanings)
        seen = self.dropout(functional.gelu(self.norm(torch.cat([words, meaning], 1))))
        found = self.dropout(torch.cat([seen, self._around(seen, stories)], 1))
        between = self.dropout(functional.gelu(self.between(found)))
        return self.emotion(between), torch.sigmoid(self.intensity(between))[:, 0]

    def _around(self, seen: Tensor, stories: Stories) -> Tensor:
        """What the recurrent layer says at each sentence, ``(n, 2 * around)``."""
        lengths = list(stories.lengths)
        packed = pack_sequence(list(torch.split(seen, lengths)), enforce_sorted=False)
        padded, _ = pad_packed_sequence(self.around(packed)[0], batch_first=True)
        return torch.cat([row[:length] for row, length in zip(padded, lengths, strict=True)])


class StoryNetworks(nn.Module):
    """Several networks that are averaged, with how rare each word is.

    Args:
        space: the words.
        sizes: see :class:`~storyface_assets.lib.text.story_network.sizes.Sizes`.
        members: trained ones; else untrained.
    """

    def __init__(
        self, space: FeatureSpace, sizes: Sizes, members: list[StoryNetwork] | None = None
    ) -> None:
        super().__init__()
        width = space.width
        made = members or [StoryNetwork(width, sizes) for _ in range(sizes.members)]
        self.members = nn.ModuleList(made)
        self.register_buffer("term_rarity", torch.from_numpy(space.term_rarity))
        self.register_buffer("letter_rarity", torch.from_numpy(space.letter_rarity))

    def forward(self, stories: Stories) -> tuple[Tensor, Tensor]:
        """Mean of the members' logarithms of probabilities ``(n, 6)`` and intensities ``(n,)``."""
        told = [member(stories) for member in self.members]
        scores = torch.stack([functional.log_softmax(one, 1) for one, _ in told]).mean(0)
        return scores, torch.stack([strength for _, strength in told]).mean(0)
