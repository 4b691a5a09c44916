"""Networks that are called GoogLeNet and EfficientNet must be these, to the last parameter."""

import pytest
import torch

from storyface_assets.lib.classifiers import EFFICIENTNETS, GoogLeNet, GoogLeNetOutput, efficientnet

#: As torchvision's documentation states them; lite0's is its authors'.
COUNTS = {
    "b0": 5_288_548,
    "b1": 7_794_184,
    "b2": 9_109_994,
    "b3": 12_233_232,
    "b4": 19_341_616,
    "b5": 30_389_784,
    "b6": 43_040_704,
    "b7": 66_347_960,
    "lite0": 4_652_008,
}
#: Channels and sides behind each stage of B0 at 224 pixels: table 1 of the paper.
B0_STAGES = [
    (32, 112),
    (16, 112),
    (24, 56),
    (40, 28),
    (80, 14),
    (112, 14),
    (192, 7),
    (320, 7),
    (1280, 7),
]
#: Likewise of GoogLeNet, by layer: table 1 of its paper.
GOOGLENET_LAYERS = {
    "conv1": (64, 112),
    "maxpool1": (64, 56),
    "conv3": (192, 56),
    "inception3a": (256, 28),
    "inception3b": (480, 28),
    "inception4a": (512, 14),
    "inception4d": (528, 14),
    "inception4e": (832, 14),
    "inception5b": (1024, 7),
}


def parameters(network):
    return sum(p.numel() for p in network.parameters())


@pytest.mark.parametrize("name", list(EFFICIENTNETS))
def test_efficientnets_have_the_published_number_of_parameters(name):
    with torch.device("meta"):
        assert parameters(efficientnet(name)) == COUNTS[name]


def test_googlenet_has_the_published_number_of_parameters():
    with torch.device("meta"):
        assert parameters(GoogLeNet()) == 13_004_888
        assert parameters(GoogLeNet(auxiliary=False)) == 6_624_904


@pytest.mark.parametrize("name", ["b0", "lite0"])
def test_stages_have_the_papers_shapes(name):
    network, x, shapes = efficientnet(name, 5).eval(), torch.zeros(1, 3, 224, 224), []
    with torch.inference_mode():
        for stage in network.features:
            x = stage(x)
            shapes.append((x.shape[1], x.shape[2]))
        assert network(torch.zeros(2, 3, 96, 128)).shape == (2, 5)
    assert shapes == B0_STAGES


def test_googlenets_layers_have_the_papers_shapes():
    network, shapes = GoogLeNet(5).eval(), {}
    for name in GOOGLENET_LAYERS:
        network.get_submodule(name).register_forward_hook(
            lambda _, __, out, name=name: shapes.__setitem__(name, tuple(out.shape[1:3]))
        )
    with torch.inference_mode():
        assert network(torch.zeros(1, 3, 224, 224)).shape == (1, 5)
    assert shapes == GOOGLENET_LAYERS


def test_auxiliary_classifiers_speak_in_training_alone():
    network, pictures = GoogLeNet(5), torch.zeros(2, 3, 224, 224)
    told = network.train()(pictures)
    assert isinstance(told, GoogLeNetOutput) and {t.shape for t in told} == {(2, 5)}
    assert isinstance(GoogLeNet(5, auxiliary=False).train()(pictures), torch.Tensor)


def test_stochastic_depth_acts_in_training_alone():
    torch.manual_seed(0)
    block, x = efficientnet("b0", 5).features[7 - 1][3], torch.randn(64, 192, 7, 7)
    assert block.is_residual and block.drop > 0.1
    made = block.train()(x)
    skipped = (made == x).flatten(1).all(1)
    assert 0 < int(skipped.sum()) < 64
    assert not (block.eval()(x) == x).flatten(1).all(1).any()


def test_another_size_is_refused_by_name():
    with pytest.raises(ValueError, match="b9"):
        efficientnet("b9")
