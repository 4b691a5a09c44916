"""The light generator before this one, whose weights are shipped."""

import torch

from storyface_assets.lib.stargan.first_painter import FirstPainter


def test_its_parameter_count_is_known():
    assert sum(p.numel() for p in FirstPainter(32).parameters()) == 1_835_744


def test_paint_lies_where_the_mask_is_open():
    # Its mask and colour are told apart; paint that forgot the mask would cover the whole face.
    torch.manual_seed(0)
    network, photo = FirstPainter(8, blocks=1), torch.rand(2, 3, 32, 32) * 2 - 1
    with torch.no_grad():
        closed = network.strokes_for(photo, torch.zeros(2, 11))
        network.strokes.bias[5 * 16 :] = 20.0
        network.strokes.bias[2 * 16 : 5 * 16] = 20.0
        opened = network.strokes_for(photo, torch.zeros(2, 11))
    assert float(closed.paint.abs().max()) <= float(closed.mask.max()) < 0.5
    assert torch.allclose(opened.applied(photo), torch.ones_like(photo), atol=1e-3)
