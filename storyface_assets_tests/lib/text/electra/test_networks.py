"""Generator and discriminator."""

import pytest
import torch

from storyface_assets.lib.text.electra.networks import Electra, Told
from storyface_assets.lib.text.electra.recipe import TINY

PIECES = 40


@pytest.fixture
def both():
    torch.manual_seed(0)
    return Electra(TINY, PIECES).eval()


def batch():
    pieces = torch.arange(5, 5 + 24).reshape(2, 12)
    seen = torch.ones(2, 12, dtype=torch.bool)
    seen[1, 9:] = False
    masked = torch.zeros(2, 12, dtype=torch.bool)
    masked[0, 3], masked[1, 5] = True, True
    return pieces, seen, masked, pieces.masked_fill(masked, 4)


def test_only_masked_places_can_be_replaced(both):
    """Fault: draws land in places that the text was not hidden in."""
    pieces, seen, masked, shown = batch()
    told = both(pieces, seen, masked, shown)
    assert told.generator.shape == (2, PIECES) and told.discriminator.shape == (2, 12)
    assert told.truth.tolist() == [8, 22]
    assert not (told.replaced & ~masked).any()


def test_what_the_generator_tells_right_is_not_replaced(both):
    """Fault: the discriminator learns to find what the text says (section 2 of the paper)."""
    pieces, seen, masked, shown = batch()
    with torch.no_grad():  # a generator that always says piece 8
        both.generator.generator_lm_head.bias[8] = 100.0
    told = both(pieces, seen, masked, shown)
    assert not told.replaced[0, 3] and told.replaced[1, 5]


def test_draws_follow_the_softmax(both):
    """Fault: the best piece is always taken, and the discriminator sees no other mistake."""
    pieces, seen, masked, shown = batch()
    with torch.no_grad():  # says piece 8 and 9 equally often, 8 being right in the first place
        both.generator.generator_lm_head.weight.zero_()
        both.generator.generator_lm_head.bias[8:10] = 100.0
    right = [not both(pieces, seen, masked, shown).replaced[0, 3] for _ in range(100)]
    assert 30 < sum(right) < 70


def test_a_score_that_is_no_number_reaches_the_loss(both):
    """Fault: drawing fails with an error of torch's in place of TrainingFailed."""
    with torch.no_grad():
        both.generator.generator_lm_head.bias[8] = float("nan")
    assert not torch.isfinite(both(*batch()).losses()[0])


def test_both_share_their_embeddings(both):
    """Fault: twice the weights, and pieces that the discriminator never learns."""
    words = both.discriminator.electra.embeddings.word_embeddings.weight
    assert both.generator.electra.embeddings is both.discriminator.electra.embeddings
    assert both.generator.generator_lm_head.weight is words
    both(*batch()).losses()[0].backward()
    assert words.grad is not None and words.grad.abs().sum() > 0
    assert both.discriminator.electra.encoder.layer[0].output.dense.weight.grad is None


def test_what_fills_up_is_not_learnt_from():
    """Fault: the loss is small because most places are filling."""
    told = Told(
        torch.zeros(1, 4),
        torch.tensor([1]),
        torch.tensor([[True, False, True]]),
        torch.tensor([[100.0, -100.0, -100.0]]),
        torch.tensor([[True, True, False]]),
    )
    assert told.losses()[1] < 1e-6


def test_nothing_is_drawn_that_the_softmax_leaves_out(both):
    """Fault: rounding of the distribution's sum gives the first or the last piece a share."""
    pieces, seen, masked, shown = batch()
    with torch.no_grad():  # says piece 8, or hardly ever one of the others
        both.generator.generator_lm_head.weight.zero_()
        both.generator.generator_lm_head.bias.fill_(-100.0)
        both.generator.generator_lm_head.bias[8] = 100.0
    assert not any(both(pieces, seen, masked, shown).replaced[0, 3] for _ in range(100))
