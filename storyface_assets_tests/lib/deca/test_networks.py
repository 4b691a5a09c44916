"""The networks are DECA's: as many parameters, the same names, the same ranges."""

import pytest
import torch
from torch import nn

from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.detail_decoder import DetailDecoder, decoder_input
from storyface_assets.lib.deca.encoders import Encoder, coarse_encoder, detail_encoder
from storyface_assets.lib.deca.resnet50 import ResNet50
from storyface_assets.lib.deca.vgg19 import Vgg19Maps


def parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def test_parameters_are_as_many_as_published():
    with torch.device("meta"):
        # torchvision's resnet50 has 25,557,032, of which 2,049,000 are its last layer's.
        assert parameters(ResNet50()) == 25_557_032 - 2_049_000
        assert parameters(ResNet50(as_published=True)) == 25_557_032 - 2_049_000
        assert parameters(coarse_encoder()) == 25_848_108
        assert parameters(detail_encoder()) == 25_737_408
        assert parameters(DetailDecoder()) == 1_773_345
        # The paper's sixteen convolutions have 20,024,384; the last six, all 512 wide, are left.
        assert parameters(Vgg19Maps()) == 20_024_384 - 6 * (512 * 512 * 9 + 512)


def test_names_are_those_of_the_release():
    # Fault: weights that load by name into nothing leave a network random.
    with torch.device("meta"):
        encoder, decoder = coarse_encoder().state_dict(), DetailDecoder().state_dict()
        vgg = Vgg19Maps().state_dict()
    assert len(encoder) == 318 + 4  # torchvision's resnet50 has 320, two of them its last layer's
    for name, shape in {
        "encoder.conv1.weight": (64, 3, 7, 7),
        "encoder.bn1.running_var": (64,),
        "encoder.layer1.0.downsample.0.weight": (256, 64, 1, 1),
        "encoder.layer1.0.downsample.1.num_batches_tracked": (),
        "encoder.layer3.5.conv2.weight": (256, 256, 3, 3),
        "encoder.layer4.2.bn3.bias": (2048,),
        "layers.0.weight": (1024, 2048),
        "layers.2.bias": (236,),
    }.items():
        assert tuple(encoder[name].shape) == shape, name
    for name, shape in {
        "l1.0.weight": (8192, 181),
        "conv_blocks.0.running_mean": (128,),
        "conv_blocks.2.weight": (128, 128, 3, 3),
        "conv_blocks.6.weight": (64, 128, 3, 3),
        "conv_blocks.10.weight": (64, 64, 3, 3),
        "conv_blocks.14.weight": (32, 64, 3, 3),
        "conv_blocks.18.weight": (16, 32, 3, 3),
        "conv_blocks.19.weight": (16,),
        "conv_blocks.21.weight": (1, 16, 3, 3),
    }.items():
        assert tuple(decoder[name].shape) == shape, name
    assert len(decoder) == 2 + 6 * 5 + 6 * 2
    assert list(vgg)[-1] == "features.21.bias" and vgg["features.12.weight"].shape[:2] == (256, 256)


@pytest.mark.parametrize("as_published", [False, True])
def test_the_picture_halves_as_in_table_1(as_published):
    network, sides = ResNet50(as_published).eval(), []
    for name in ("conv1", "maxpool", "layer1", "layer2", "layer3", "layer4"):
        getattr(network, name).register_forward_hook(lambda *a: sides.append(a[2].shape[-1]))
    with torch.inference_mode():
        assert network(torch.zeros(1, 3, 224, 224)).shape == (1, 2048)
    assert sides == [112, 56, 56, 28, 14, 7]
    first = network.layer2[0]
    strides = first.conv1.stride[0], first.conv2.stride[0]
    assert strides == ((2, 1) if as_published else (1, 2))


def test_an_encoder_takes_another_backbone():
    small = nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    assert Encoder(236, small, 8)(torch.zeros(2, 3, 32, 32)).shape == (2, 236)


def test_displacement_stays_within_a_centimetre_and_follows_jaw_expression_and_person():
    torch.manual_seed(0)
    network = DetailDecoder().eval()
    codes, detail = Codes.split(torch.randn(1, 236)), torch.randn(1, 128)
    with torch.inference_mode():
        given = decoder_input(codes, detail)
        assert torch.equal(given, torch.cat([codes.pose[:, 3:], codes.expression, detail], 1))
        plain = network(given)
        assert plain.shape == (1, 1, 256, 256)
        assert network(given * 1e6).abs().max() <= 0.01
        for place in (0, 3, 53):
            other = given.clone()
            other[:, place] += 1
            assert not torch.equal(network(other), plain)


def test_the_decoders_norms_have_the_releases_eps():
    # Fault: with the usual eps the release's weights give other displacements.
    eps = [m.eps for m in DetailDecoder().modules() if isinstance(m, nn.BatchNorm2d)]
    assert eps == [1e-5, 0.8, 0.8, 0.8, 0.8, 0.8]
