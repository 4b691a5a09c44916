"""Where the network reads."""

import torch

from storyface_assets.lib.text.transformer.batches import Batch
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.pretrained import load_pretrained


def test_the_mean_is_over_the_sentence_that_is_read(encoder_folder):
    """Fault: neighbours, or what only fills up, are read as the sentence."""
    network = EmotionNetwork(load_pretrained(str(encoder_folder), 75).encoder, "mean").eval()
    pieces = torch.tensor([[2, 7, 3, 8, 9, 3, 0], [2, 7, 3, 0, 0, 0, 0]])
    marks = torch.tensor([[0, 0, 0, 1, 1, 1, 0], [0] * 7])
    seen = torch.tensor([[1] * 6 + [0], [1] * 3 + [0] * 4])
    with torch.inference_mode():
        hidden = network.encoder(
            input_ids=pieces, attention_mask=seen, token_type_ids=marks
        ).last_hidden_state
        told = network(Batch(pieces, marks, seen, torch.tensor([[0, 3, 6], [1, 0, 3]])))
        expected = network.emotion(torch.stack([hidden[0, 3:6].mean(0), hidden[1, :3].mean(0)]))
    assert torch.allclose(told.scores, expected, atol=1e-5)


def test_two_means_are_read_as_the_training_had_them(encoder_folder):
    """Fault: filling counts in a mean, or reading alone shifts what the heads see."""
    network = EmotionNetwork(load_pretrained(str(encoder_folder), 75).encoder, "means")
    pieces = torch.tensor([[2, 7, 3, 8, 9, 3, 0], [2, 7, 3, 9, 0, 0, 0]])
    marks = torch.tensor([[0, 0, 0, 1, 1, 1, 0], [0, 0, 1, 1, 0, 0, 0]])
    seen = torch.tensor([[1] * 6 + [0], [1] * 4 + [0] * 3])
    spans = torch.tensor([[0, 3, 6], [1, 2, 4]])
    batch = Batch(pieces, marks, seen, spans)
    with torch.no_grad():
        for _ in range(200):  # the running figures settle
            network.train()(batch)
        hidden = (
            network.eval()
            .encoder(input_ids=pieces, attention_mask=seen, token_type_ids=marks)
            .last_hidden_state
        )
        means = [
            [hidden[0, 3:6].mean(0), hidden[0, :6].mean(0)],
            [hidden[1, 2:4].mean(0), hidden[1, :4].mean(0)],
        ]
        wide = torch.stack([torch.cat(pair) for pair in means])
        norm = network.norm
        found = (wide - norm.running_mean) / (norm.running_var + norm.eps).sqrt()
        both = network(batch).scores
        alone = network(Batch(pieces[1:], marks[1:], seen[1:], torch.tensor([[0, 2, 4]]))).scores
    assert wide.shape[1] == 2 * network.encoder.config.hidden_size
    assert torch.allclose(both, network.emotion(found), atol=1e-4)
    assert torch.allclose(both[1:], alone, atol=1e-4)


def test_several_sentences_of_an_input_are_each_read_at_their_place(encoder_folder):
    """Fault: sentences of a story swap their answers, or get those of another story's."""
    network = EmotionNetwork(load_pretrained(str(encoder_folder), 75).encoder, "mean").eval()
    pieces = torch.tensor([[2, 7, 3, 8, 9, 3, 0], [2, 9, 9, 9, 3, 0, 0]])
    seen, marks = (pieces != 0).long(), torch.zeros_like(pieces)
    spans = torch.tensor([[0, 1, 3], [0, 3, 6], [1, 1, 5]])
    with torch.inference_mode():
        hidden = network.encoder(
            input_ids=pieces, attention_mask=seen, token_type_ids=marks
        ).last_hidden_state
        told = network(Batch(pieces, marks, seen, spans))
        means = [hidden[0, 1:3].mean(0), hidden[0, 3:6].mean(0), hidden[1, 1:5].mean(0)]
        expected = network.emotion(torch.stack(means))
    assert torch.allclose(told.scores, expected, atol=1e-5)
