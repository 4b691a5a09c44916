"""The light generator: what it does not touch stays the photo's own."""

import pytest
import torch

from storyface_assets.lib.stargan.painter import Painter, Strokes


def strokes(flow=(0.0, 0.0), paint=0.0, mask=0.0, side=8):
    return Strokes(
        torch.tensor(flow).reshape(1, 2, 1, 1).expand(1, 2, side, side),
        torch.full((1, 3, side, side), paint),
        torch.full((1, 1, side, side), mask),
    )


def test_strokes_that_do_nothing_leave_every_pixel():
    photo = torch.rand(1, 3, 8, 8) * 2 - 1
    assert torch.allclose(strokes().applied(photo), photo, atol=1e-5)


def test_a_flow_moves_by_shares_of_the_side_whatever_the_size():
    # A flow in pixels would move four times less on a photo four times as large.
    for side in (8, 32):
        photo = torch.zeros(1, 3, side, side)
        photo[..., side // 2] = 1.0
        moved = strokes(flow=(0.25, 0.0)).applied(photo)
        assert int(moved[0, 0, side // 2].argmax()) == side // 2 - side // 4


def test_the_mask_takes_the_photo_away_and_paint_is_added():
    photo = torch.full((1, 3, 8, 8), -1.0)
    assert strokes(paint=0.5, mask=0.25).applied(photo).unique() == pytest.approx(-0.25)
    assert strokes(paint=0.5, mask=1.0).applied(photo).unique() == pytest.approx(0.5)


def test_an_edge_stays_where_the_photo_has_it_at_any_size():
    # Paint that replaced the pixels would blur a photo that is larger than the network's.
    photo = torch.zeros(1, 3, 32, 32)
    photo[..., 15:17] = 1.0
    made = strokes(paint=0.25, side=8).applied(photo)
    assert torch.allclose(made - photo, torch.full_like(photo, 0.25), atol=1e-5)


def test_an_untrained_network_leaves_faces_nearly_as_they_are():
    torch.manual_seed(0)
    photo = torch.rand(2, 3, 32, 32) * 2 - 1
    with torch.no_grad():
        made = Painter(8, blocks=1)(photo, torch.zeros(2, 11))
    assert made.shape == photo.shape and float((made - photo).abs().mean()) < 0.2


def test_the_label_reaches_the_picture():
    torch.manual_seed(0)
    network, photo = Painter(8, blocks=2), torch.rand(1, 3, 32, 32)
    labels = torch.zeros(2, 1, 11)
    labels[:, 0, -1] = 1
    labels[1, 0, 5] = 1
    for block in network.branches["expressions"].blocks:  # closed at first
        torch.nn.init.normal_(block.second.weight)
    assert not torch.equal(network(photo, labels[0]), network(photo, labels[1]))


def wish(*places):
    vector = torch.zeros(1, 11)
    vector[0, list(places)] = 1
    return vector


def opened(width=8):
    torch.manual_seed(0)
    network = Painter(width, blocks=1)
    for branch in network.branches.values():
        torch.nn.init.normal_(branch.strokes.weight, std=0.1)
    return network


def test_a_mixed_batch_gets_what_each_would_alone():
    # Fault: rows put back in the wrong order give one person's smile to another.
    network, photos = opened(), torch.rand(4, 3, 32, 32)
    labels = torch.cat([wish(5, 10), wish(0, 4, 9), wish(6, 10), wish(1, 3, 9)])
    with torch.no_grad():
        together = network(photos, labels)
        alone = [network(photos[k : k + 1], labels[k : k + 1]) for k in range(4)]
    assert torch.allclose(together, torch.cat(alone), atol=1e-5)


def test_hair_and_person_are_done_at_once():
    network, photo, label = opened(), torch.rand(1, 3, 32, 32), wish(0, 4, 9)
    with torch.no_grad():
        both = network.strokes_for(photo, label)
        hair, person = (network.strokes_for(photo, label, part) for part in ("hair", "person"))
    assert torch.allclose(both.paint, hair.paint + person.paint, atol=1e-6)
    assert (both.mask >= torch.maximum(hair.mask, person.mask) - 1e-6).all()


def test_a_part_learns_alone():
    network, photo = opened(), torch.rand(1, 3, 32, 32)
    network.strokes_for(photo, wish(0, 4, 9), "hair").applied(photo).mean().backward()
    learnt = {
        name: any(p.grad is not None and p.grad.any() for p in branch.parameters())
        for name, branch in network.branches.items()
    }
    assert learnt == {"expressions": False, "hair": True, "person": False}


def test_its_parameter_count_is_known():
    assert sum(p.numel() for p in Painter(32).parameters()) == 4_234_872
