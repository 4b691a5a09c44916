"""What the critic sees, and pairs that are changed alike."""

import torch

from storyface_assets.lib.stargan.augment import pair_varied, varied


def test_gradients_reach_the_generator_through_it():
    torch.manual_seed(0)
    pictures = torch.rand(4, 3, 32, 32, requires_grad=True)
    varied(pictures).square().sum().backward()
    assert pictures.grad is not None and (pictures.grad.abs().sum((1, 2, 3)) > 0).all()


def test_each_picture_is_varied_in_its_own_way():
    torch.manual_seed(0)
    same = torch.rand(1, 3, 32, 32).expand(6, -1, -1, -1)
    made = varied(same)
    assert made.shape == same.shape and len({round(float(m.sum()), 3) for m in made}) == 6


def test_both_pictures_of_a_pair_are_changed_alike():
    # Another turn or light on one side would be learnt as part of the expression.
    torch.manual_seed(0)
    pictures = torch.rand(5, 3, 32, 32) * 2 - 1
    begin, end, marks = pair_varied(pictures, pictures.clone())
    assert (
        marks is None and torch.equal(begin, end) and not torch.allclose(begin, pictures, atol=0.1)
    )


def test_landmarks_go_where_their_pictures_go():
    """Fault: marks that are turned the other way, or not mirrored, teach the flow nonsense."""
    torch.manual_seed(0)
    size = 65
    pictures = torch.full((12, 3, size, size), -1.0)
    row, column = 20, 40
    pictures[:, :, row - 1 : row + 2, column - 1 : column + 2] = 1.0
    at = torch.tensor([column + 0.5, row + 0.5]) / size * 2 - 1
    marks = at.expand(12, 2, 1, 2)
    begin, _, moved = pair_varied(pictures, pictures, marks)
    for picture, mark in zip(begin, moved[:, 1, 0], strict=True):
        y, x = divmod(int(picture.sum(0).argmax()), size)
        seen = (torch.tensor([x, y]) + 0.5) / size * 2 - 1
        assert torch.allclose(seen, mark, atol=4 / size)
