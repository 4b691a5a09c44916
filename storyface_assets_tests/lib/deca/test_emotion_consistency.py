"""EMOCA's loss pulls the rendering, never the network that judges it."""

from pathlib import Path

import pytest
import torch

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier, Member, build_network
from storyface_assets.lib.deca.emotion_consistency import EmotionConsistency

SHIPPED = Path(__file__).parents[3] / "data" / "open_models" / "image_emotion"


@pytest.fixture(scope="module")
def classifier() -> EmotionClassifier:
    torch.manual_seed(0)
    members = [Member("googlenet", 96), Member("lite0", 64)]
    return EmotionClassifier(members, [build_network(m.network).eval() for m in members])


@pytest.fixture(scope="module")
def shipped() -> EmotionConsistency:
    return EmotionConsistency(EmotionClassifier.load(SHIPPED))


def test_features_are_what_the_last_layers_read(classifier):
    loss = EmotionConsistency(classifier)
    with torch.inference_mode():
        googlenet, lite0 = loss.features(torch.rand(2, 3, 128, 128))
        assert googlenet.shape == (2, 1024) and lite0.shape == (2, 1280)
        same_size = torch.rand(1, 3, 96, 96)
        logits = classifier.networks[0].fc(loss.features(same_size)[0])
        assert torch.allclose(logits, classifier.networks[0](same_size * 2 - 1), atol=1e-5)
    assert classifier.networks[0].fc.out_features == 5  # the classifier itself still classifies


def test_the_rendering_gets_gradients_the_photo_and_the_networks_get_none(shipped):
    rendered = torch.rand(1, 3, 128, 128, requires_grad=True)
    photo = torch.rand(1, 3, 128, 128, requires_grad=True)
    before = {n: v.clone() for n, v in shipped.state_dict().items()}
    shipped.train()
    shipped(rendered, photo).backward()
    assert rendered.grad.abs().max() > 0 and photo.grad is None
    assert not any(p.requires_grad or p.grad is not None for p in shipped.parameters())
    # Fault: in training mode norms would learn the renderings' statistics.
    assert all(torch.equal(v, before[n]) for n, v in shipped.state_dict().items())


def test_it_is_zero_for_the_photo_itself_and_finite_for_nothing(shipped):
    photo = torch.rand(2, 3, 128, 128)
    assert shipped(photo, photo) == 0
    assert shipped(photo.flip(3) * 0.5, photo) > 0
    assert shipped(torch.zeros_like(photo), torch.zeros_like(photo)).isfinite()


def test_a_step_against_the_gradient_brings_the_rendering_nearer(shipped):
    torch.manual_seed(0)
    photo, rendered = torch.rand(1, 3, 96, 96), torch.rand(1, 3, 96, 96, requires_grad=True)
    before = shipped(rendered, photo)
    before.backward()
    step = rendered - 1e-3 * rendered.grad / rendered.grad.abs().max()
    assert shipped(step.detach(), photo) < before
