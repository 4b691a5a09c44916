"""Untrained networks of a few units, of the words of some sentences."""

from collections.abc import Sequence

import torch

from storyface_assets.lib.text.emotion_features import FeatureSpace
from storyface_assets.lib.text.morphemes import terms
from storyface_assets.lib.text.story_network.network import StoryNetworks
from storyface_assets.lib.text.story_network.reader import NetworksReader
from storyface_assets.lib.text.story_network.sizes import Sizes

SIZES = Sizes(members=2, words=6, meaning=5, around=4, between=7)
TEXTS = [
    "토끼가 숲에 갔어요.",
    "늑대가 나와서 너무 무서웠어요.",
    "토끼가 엉엉 울었어요.",
    "다시 만나서 기뻤어요.",
    "토끼는 숲에 다시 갔어요.",
    "늑대가 토끼를 만나서 울었어요.",
]


def tiny_networks(texts: Sequence[str] = TEXTS, seed: int = 0) -> NetworksReader:
    """A reader whose answers differ much from sentence to sentence, though it knows nothing."""
    space = FeatureSpace.of(texts, terms(texts))
    torch.manual_seed(seed)
    networks = StoryNetworks(space, SIZES)
    with torch.no_grad():
        for parameter in networks.parameters():
            parameter.mul_(3)
    return NetworksReader(space, networks, SIZES, temperature=1.5)
