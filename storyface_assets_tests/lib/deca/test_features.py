"""Feature networks fit the losses' interfaces, and see pictures as they were trained to."""

import torch

from storyface_assets.lib.classifiers import efficientnet
from storyface_assets.lib.classifiers.pretrained import load_lite0
from storyface_assets.lib.deca.features import FaceFeatures, Lite0Vector, MapFeatures
from storyface_assets.lib.deca.vgg19 import Vgg19Maps
from storyface_assets.lib.deca.vggface2 import VggFace2


def test_the_open_vector_is_what_lite0_classifies_by():
    # Fault: pictures from 0 to 1 given to a network that was trained on −1 to 1.
    network = efficientnet("lite0").eval()
    load_lite0(network)
    photos = torch.rand(2, 3, 96, 96)
    with torch.inference_mode():
        found = Lite0Vector()(photos)
        wanted = network.avgpool(network.features((photos * 255 - 127) / 128)).flatten(1)
    assert found.shape == (2, 1280) and torch.allclose(found, wanted, atol=1e-5)


def test_vggface2_sees_blue_first_about_its_mean_without_the_margin():
    seen = []
    network = VggFace2()
    network.network.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    photo = torch.zeros(1, 3, 224, 224)
    photo[:, 0] = 1  # red
    photo[:, :, :10] = 0.5  # inside the margin
    with torch.inference_mode():
        network(photo)
    assert seen[0].shape == (1, 3, 224, 224)
    means = seen[0].mean((0, 2, 3))
    assert torch.allclose(means, torch.tensor([-91.4953, -103.8827, 255 - 131.0912]), atol=1e-3)


def test_all_four_are_frozen_and_let_gradients_through():
    maps: list[MapFeatures] = [Vgg19Maps()]
    faces: list[FaceFeatures] = [Lite0Vector(), VggFace2()]
    for network in (*maps, *faces):
        assert not network.training and not any(p.requires_grad for p in network.parameters())
        photo = torch.rand(1, 3, 64, 64, requires_grad=True)
        found = network(photo)
        (found if isinstance(found, torch.Tensor) else found[-1]).sum().backward()
        assert photo.grad.abs().max() > 0
