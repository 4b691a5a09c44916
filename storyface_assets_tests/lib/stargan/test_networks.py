"""The networks are StarGAN's, and official checkpoints load into them."""

import pytest
import torch
from torch import nn

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan.networks import Discriminator, Generator
from storyface_assets.lib.stargan.official import load_official


def parameters(network):
    return sum(p.numel() for p in network.parameters())


def test_parameters_are_as_many_as_published():
    with torch.device("meta"):
        assert parameters(Generator(label=11)) == 8_449_344
        assert parameters(Discriminator(128, classes=9)) == 44_794_816


@pytest.mark.parametrize("size", [64, 128])
def test_shapes(size):
    made = Generator(8)(torch.zeros(2, 3, size, size), torch.zeros(2, 11))
    assert made.shape == (2, 3, size, size) and made.abs().max() <= 1
    patches, classes = Discriminator(size, 8, layers=5)(made)
    assert patches.shape == (2, 1, size // 32, size // 32) and classes.shape == (2, 9)


def test_the_label_changes_the_picture():
    torch.manual_seed(0)
    generator, pictures = Generator(8), torch.randn(1, 3, 32, 32)
    one, other = torch.zeros(1, 11), torch.zeros(1, 11)
    other[0, 6] = 1
    assert not torch.allclose(generator(pictures, one), generator(pictures, other))


def official_file(path, network):
    """What the official code saves: names of layers that track statistics nobody uses."""
    state = dict(network.state_dict())
    for name, module in network.named_modules():
        if isinstance(module, nn.InstanceNorm2d):
            state[f"{name}.running_mean"] = torch.full((module.num_features,), 7.0)
            state[f"{name}.running_var"] = torch.full((module.num_features,), 9.0)
            state[f"{name}.num_batches_tracked"] = torch.tensor(200_000)
    torch.save(state, path)


def test_an_official_checkpoint_gives_the_same_picture_in_either_mode(tmp_path):
    # Its running statistics would ruin faces where they are used.
    torch.manual_seed(1)
    theirs, ours = Generator(8), Generator(8)
    official_file(tmp_path / "200000-G.ckpt", theirs)
    load_official(ours, tmp_path / "200000-G.ckpt")
    pictures, labels = torch.randn(1, 3, 32, 32), torch.ones(1, 11)
    wanted = theirs(pictures, labels)
    assert torch.equal(ours(pictures, labels), wanted)
    assert torch.equal(ours.eval()(pictures, labels), wanted)
    critic = Discriminator(32, 8, layers=3)
    torch.save(critic.state_dict(), tmp_path / "200000-D.ckpt")
    load_official(Discriminator(32, 8, layers=3), tmp_path / "200000-D.ckpt")


def test_a_checkpoint_of_another_label_is_refused_and_named(tmp_path):
    official_file(tmp_path / "1-G.ckpt", Generator(8, label=5))
    with pytest.raises(BadInput, match=r"1-G.ckpt: main.0.weight: has shape"):
        load_official(Generator(8), tmp_path / "1-G.ckpt")
    official_file(tmp_path / "2-G.ckpt", Generator(8, blocks=5))
    with pytest.raises(BadInput, match="not in the file"):
        load_official(Generator(8), tmp_path / "2-G.ckpt")
