"""The tiny encoder, written once a module."""

import pytest

from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets_tests.lib.text.transformer.tiny_encoder import write_encoder


@pytest.fixture(scope="module")
def encoder_folder(tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("hub") / "koelectra-tiny")


@pytest.fixture(scope="module")
def tokens(encoder_folder):
    return load_pretrained(str(encoder_folder), 75).tokens


@pytest.fixture
def network(encoder_folder):
    return EmotionNetwork(load_pretrained(str(encoder_folder), 75).encoder)
