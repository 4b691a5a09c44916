"""Weights of other people's files."""

import cv2
import numpy as np
import pytest
import torch

from storyface_assets.lib.classifiers import GoogLeNet, efficientnet
from storyface_assets.lib.classifiers.pretrained import load_imagenet, load_lite0
from storyface_assets.lib.errors import BadInput


def test_imagenet_weights_load_for_another_number_of_classes(tmp_path):
    torch.manual_seed(0)
    theirs, ours = efficientnet("b0", 1000), efficientnet("b0", 5)
    torch.save(theirs.state_dict(), tmp_path / "b0.pth")
    head = ours.classifier[1].weight.clone()
    load_imagenet(ours, tmp_path / "b0.pth")
    assert torch.equal(ours.classifier[1].weight, head)
    pairs = zip(ours.features.state_dict().values(), theirs.features.state_dict().values())  # noqa: B905
    assert all(torch.equal(a, b) for a, b in pairs)


def test_googlenets_file_may_lack_auxiliary_classifiers(tmp_path):
    torch.save(GoogLeNet(1000, auxiliary=False).state_dict(), tmp_path / "g.pth")
    load_imagenet(GoogLeNet(5), tmp_path / "g.pth")


def test_weights_of_another_network_are_refused_and_the_array_is_named(tmp_path):
    torch.save(efficientnet("b1", 5).state_dict(), tmp_path / "b1.pth")
    with pytest.raises(BadInput, match=r"b1\.pth: features\.\d"):
        load_imagenet(efficientnet("b0", 5), tmp_path / "b1.pth")


@pytest.mark.parametrize("data", [b"", b"no weights"])
def test_damaged_files_are_refused_in_words(tmp_path, data):
    (tmp_path / "x.pth").write_bytes(data)
    with pytest.raises(BadInput, match=r"x\.pth"):
        load_imagenet(efficientnet("lite0", 5), tmp_path / "x.pth")
    with pytest.raises(BadInput, match="missing"):
        load_imagenet(efficientnet("lite0", 5), tmp_path / "gone.pth")


def clock():
    picture = np.full((224, 224, 3), 235, np.uint8)
    cv2.circle(picture, (112, 112), 95, (20, 20, 20), 6)
    for hour in range(1, 13):
        turn = hour * np.pi / 6
        place = int(100 + 75 * np.sin(turn)), int(120 - 75 * np.cos(turn))
        cv2.putText(picture, str(hour), place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (10, 10, 10), 2)
    cv2.line(picture, (112, 112), (112, 55), (10, 10, 10), 4)
    cv2.line(picture, (112, 112), (150, 130), (10, 10, 10), 5)
    return picture


def traffic_light():
    picture = np.full((224, 224, 3), (150, 190, 230), np.uint8)
    cv2.rectangle(picture, (80, 15), (144, 210), (30, 30, 30), -1)
    for n, colour in enumerate(((255, 30, 20), (120, 90, 10), (20, 80, 30))):
        cv2.circle(picture, (112, 48 + 64 * n), 24, colour, -1)
    return picture


@pytest.mark.parametrize(("draw", "name"), [(clock, 409), (traffic_light, 920)])
def test_lite0_of_the_registry_knows_what_it_sees(draw, name):
    """Fault: weights in the wrong layers, or in other pictures' scale, give noise."""
    network = efficientnet("lite0").eval()
    load_lite0(network)
    pixels = torch.from_numpy((draw().astype(np.float32) - 127) / 128)
    with torch.inference_mode():
        told = network(pixels.permute(2, 0, 1)[None]).softmax(1)[0]
    assert int(told.argmax()) == name and float(told.max()) > 0.5
