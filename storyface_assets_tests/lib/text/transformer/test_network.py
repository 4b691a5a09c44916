"""Where the network reads."""

import torch

from storyface_assets.lib.text.transformer.batches import Batch
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.pretrained import load_pretrained


def test_the_mean_is_over_the_sentence_that_is_read(encoder_folder):
    """Fault: neighbours, or what only fills up, are read as the sentence."""
    network = EmotionNetwork(load_pretrained(str(encoder_folder), 75).encoder, mean=True).eval()
    pieces = torch.tensor([[2, 7, 3, 8, 9, 3, 0], [2, 7, 3, 0, 0, 0, 0]])
    marks = torch.tensor([[0, 0, 0, 1, 1, 1, 0], [0] * 7])
    seen = torch.tensor([[1] * 6 + [0], [1] * 3 + [0] * 4])
    with torch.inference_mode():
        hidden = network.encoder(
            input_ids=pieces, attention_mask=seen, token_type_ids=marks
        ).last_hidden_state
        told = network(Batch(pieces, marks, seen))
        expected = network.emotion(torch.stack([hidden[0, 3:6].mean(0), hidden[1, :3].mean(0)]))
    assert torch.allclose(told.scores, expected, atol=1e-5)
