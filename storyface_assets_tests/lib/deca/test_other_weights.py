"""Other people's files: by name, and without running what is in them."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from storyface_assets.lib.deca.resnet50 import ResNet50
from storyface_assets.lib.deca.vgg19 import Vgg19Maps
from storyface_assets.lib.deca.vggface2 import VggFace2
from storyface_assets.lib.errors import BadInput


@pytest.fixture(scope="module")
def vggface2_state() -> dict[str, torch.Tensor]:
    """The layout of ``resnet50_ft_weight.pkl``: no counters, a last layer of 8,631 people."""
    torch.manual_seed(0)
    state = ResNet50(as_published=True).state_dict()
    kept = {n: v for n, v in state.items() if not n.endswith("num_batches_tracked")}
    return kept | {"fc.weight": torch.zeros(8631, 2048), "fc.bias": torch.zeros(8631)}


def test_vggface2_loads_from_a_state_dict_or_safetensors(vggface2_state, tmp_path):
    torch.save(vggface2_state, tmp_path / "a.pth")
    save_file(vggface2_state, tmp_path / "a.safetensors")
    photos = torch.rand(1, 3, 224, 224)
    one = VggFace2.load(tmp_path / "a.pth")
    other = VggFace2.load(tmp_path / "a.safetensors")
    assert torch.equal(one.network.conv1.weight, vggface2_state["conv1.weight"])
    found = one(photos)
    assert found.shape == (1, 2048) and torch.equal(found, other(photos))
    assert not one.train().training


def test_a_raw_pickle_is_refused_unopened_and_the_mend_says_how_to_convert(tmp_path):
    # Fault: the authors' pickle read as such would run whatever somebody put into it.
    class Harmful:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    for content in ({"conv1.weight": np.zeros(3)}, Harmful()):
        (tmp_path / "resnet50_ft_weight.pkl").write_bytes(pickle.dumps(content, 2))
        with pytest.raises(BadInput, match=r"without running code.*save its arrays once"):
            VggFace2.load(tmp_path / "resnet50_ft_weight.pkl")
    assert not (tmp_path / "ran").exists()
    torch.save({"x": Harmful()}, tmp_path / "harmful.pth")
    with pytest.raises(BadInput, match="without running code"):
        VggFace2.load(tmp_path / "harmful.pth")
    assert not (tmp_path / "ran").exists()


def test_vgg19_loads_torchvisions_file(tmp_path):
    torch.manual_seed(0)
    theirs = Vgg19Maps().state_dict()
    later = {f"features.{n}.weight": torch.zeros(1) for n in (23, 25, 28, 30, 32, 34)}
    torch.save({**theirs, **later, "classifier.0.weight": torch.zeros(1)}, tmp_path / "vgg19.pth")
    ours = Vgg19Maps.load(tmp_path / "vgg19.pth")
    assert torch.equal(ours.features[21].weight, theirs["features.21.weight"])
    fine, coarse = ours(torch.rand(2, 3, 64, 48))
    assert fine.shape == (2, 256, 16, 12) and coarse.shape == (2, 512, 8, 6)
    assert fine.min() == 0 and coarse.min() == 0  # rectified, as ID-MRF's authors take them
    with pytest.raises(BadInput, match=r"vgg16\.pth: features\.16\.weight: is not in the file"):
        del theirs["features.16.weight"]
        torch.save(theirs, tmp_path / "vgg16.pth")
        Vgg19Maps.load(tmp_path / "vgg16.pth")


@pytest.mark.parametrize("data", [b"", b"no weights"])
@pytest.mark.parametrize("name", ["x.pth", "x.safetensors"])
def test_damaged_and_missing_files_are_refused_in_words(tmp_path, data, name):
    with pytest.raises(BadInput, match=f"{name}: is missing"):
        Vgg19Maps.load(tmp_path / name)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInput, match=f"{name}: cannot be read"):
        Vgg19Maps.load(tmp_path / name)
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(BadInput, match="holds no names"):
        Vgg19Maps.load(tmp_path / "list.pth")
