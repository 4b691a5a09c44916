"""The network's answers do not depend on how its inputs were put together."""

import numpy as np
import pytest
import torch
from transformers import RobertaConfig, RobertaModel

from storyface_assets.lib.text.transformer.batches import as_batch
from storyface_assets.lib.text.transformer.encoding import encode
from storyface_assets.lib.text.transformer.int8 import in_int8
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.predict import predict
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets.lib.text.transformer.rows import Window
from storyface_assets_tests.lib.text.transformer.tiny_encoder import telling_stories


def rows_of(tokens, window):
    data = telling_stories(4, 9, 5, "s")
    # Of many lengths, so that sorting changes the order and filling differs.
    texts = [f"{text} " * (1 + place % 4) for place, text in enumerate(data.texts)]
    return encode(tokens, texts, data.stories, window)


def test_filled_up_to_75_or_to_the_longest_the_answers_are_the_same(network, tokens):
    """Fault: filling is attended to, or takes positions."""
    for window in (Window(max_len=75), Window(1, 1, 75)):
        rows = rows_of(tokens, window)
        short, long = (predict(network, rows, tokens.pad, length=n) for n in (None, 75))
        assert np.abs(short[0] - long[0]).max() < 1e-5
        assert np.abs(short[1] - long[1]).max() < 1e-5
        assert np.ptp(short[0]) > 0.01  # and they are answers


@pytest.mark.parametrize("window", [Window(1, 1, 75), Window(2, 1, 75, whole=True)])
def test_answers_come_in_the_order_of_the_questions(encoder_folder, tokens, window):
    """Fault: sorted by length and never put back."""
    network = EmotionNetwork(load_pretrained(str(encoder_folder), 75).encoder, "mean")
    rows = rows_of(tokens, window)
    together = predict(network, rows, tokens.pad, at_once=5)
    network.eval()
    for row in rows:
        with torch.inference_mode():
            told = network(as_batch([row], tokens.pad, torch.device("cpu")))
        assert np.allclose(together[0][row.answers], told.scores, atol=1e-5)
        assert np.allclose(together[1][row.answers], told.intensity, atol=1e-5)
    assert len(np.unique(together[0].round(4), axis=0)) > 6


def test_no_rows_no_answers(network, tokens):
    scores, intensity = predict(network, [], tokens.pad)
    assert scores.shape == (0, 6) and intensity.shape == (0,)


def test_the_mark_reaches_the_network(network, tokens):
    """Fault: the segment is computed and thrown away."""
    batch = as_batch(rows_of(tokens, Window(1, 1, 75))[1:2], tokens.pad, torch.device("cpu"))
    network.eval()
    with torch.inference_mode():
        marked = network(batch).scores
        batch.marks.zero_()
        assert not torch.allclose(marked, network(batch).scores, atol=1e-6)


def test_an_encoder_of_one_segment_is_read_by_its_separators(tokens):
    """Fault: klue/roberta, whose kind knows one segment, ends with an index error."""
    config = RobertaConfig(
        vocab_size=tokens.size,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=90,
        type_vocab_size=1,
        pad_token_id=tokens.pad,
    )
    network = EmotionNetwork(RobertaModel(config))
    scores, _ = predict(network, rows_of(tokens, Window(1, 1, 75)), tokens.pad)
    assert np.isfinite(scores).all() and scores.shape == (36, 6)


def test_int8_changes_little_and_leaves_the_network_as_it_is(network, tokens):
    """Fault: quantisation of the wrong layers, or in place."""
    rows = rows_of(tokens, Window(max_len=75))
    before = predict(network, rows, tokens.pad)
    rounded = predict(in_int8(network), rows, tokens.pad)
    away = np.abs(rounded[0] - before[0]).max()
    assert 0 < away < 0.1 * np.ptp(before[0])
    assert np.array_equal(predict(network, rows, tokens.pad)[0], before[0])


def test_untrained_it_answers_the_mean_intensity(network, tokens):
    """Fault: the intensity begins at one half and has to be unlearnt."""
    network.begin_intensity(0.3)
    _, intensity = predict(network, rows_of(tokens, Window(max_len=75)), tokens.pad)
    assert np.allclose(intensity, 0.3, atol=1e-5)
