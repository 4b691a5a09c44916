"""The critic of pairs, and what of a pair it is shown."""

import torch
from torch.optim import Adam

from storyface_assets.lib.stargan.losses import critic_loss
from storyface_assets.lib.stargan.pair_critic import PairCritic, judged_pair


def test_it_says_something_of_patches_and_hears_the_label():
    torch.manual_seed(0)
    critic, pictures = PairCritic(8), torch.rand(2, 3, 32, 32)
    one, two = torch.eye(11)[[3, 3]], torch.eye(11)[[4, 4]]
    told = critic(pictures, pictures.flip(3), one)
    assert told.shape == (2, 1, 4, 4)
    assert not torch.allclose(told, critic(pictures, pictures.flip(3), two))


def test_where_the_pair_does_not_change_the_made_picture_is_not_judged():
    # Else the sensor's noise, which no generator can foretell, gives every made picture away.
    torch.manual_seed(0)
    begin = torch.zeros(1, 3, 32, 32)
    end = begin.clone()
    end[..., :12] = 1.0
    made = torch.full_like(begin, -1.0)
    _, shown = judged_pair(begin, made, end)
    assert float(shown[..., 10:].mean()) > -0.05 and float(shown[..., :4].mean()) < -0.9


def test_true_pairs_pass_through_but_for_noise():
    begin, end = torch.rand(2, 2, 3, 32, 32).unbind()
    seen, shown = judged_pair(begin, end, end)
    wanted = torch.nn.functional.avg_pool2d(end, 2)
    assert torch.equal(seen, torch.nn.functional.avg_pool2d(begin, 2))
    assert float((shown - wanted).abs().mean()) < 0.06


def test_it_learns_to_tell_pairs_with_the_wrong_label():
    # A critic that is deaf to the label lets the generator do the same for every wish.
    torch.manual_seed(0)
    critic = PairCritic(8)
    adam, begin = Adam(critic.parameters(), 2e-3, (0.5, 0.999)), torch.zeros(4, 3, 32, 32)
    light = torch.tensor([-1.0, -1.0, 1.0, 1.0])[:, None, None, None].expand(4, 3, 32, 32)
    right = torch.eye(11)[[0, 0, 1, 1]]

    def told():
        return critic(begin, light, right), critic(begin, light, right.flip(0))

    for _ in range(150):
        adam.zero_grad()
        critic_loss(*told(), "logistic").backward()
        adam.step()
    with torch.no_grad():
        true, wrong = told()
    assert bool((true.mean((1, 2, 3)) > wrong.mean((1, 2, 3))).all())
