"""What a training step gets: bytes turned into numbers, each with its own label."""

import numpy as np
import pandas as pd
import pytest
import torch

from storyface_assets.lib.dataset.batches import PackedDataset, balanced_sampler, device_batches
from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures

SIZE, COUNT = 16, 50


def read(row):
    # The number is in the pixels, brighter from left to right: mirrored ones can be told.
    out = np.full((SIZE, SIZE, 3), row.name, np.uint8)
    out[:, : SIZE // 2] = 0
    return out


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packed") / "set"
    table = pd.DataFrame({"name": range(1, COUNT + 1)})
    pack_pictures(table, read, folder, SIZE, shard_bytes=7 * SIZE * SIZE * 3)
    return PackedDataset(PackedPictures(folder), table["name"].to_numpy(np.float32))


@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_every_picture_comes_once_with_its_label(dataset, workers):
    seen = []
    for batch in device_batches(dataset, 10, "cpu", workers=workers):
        assert batch.pictures.shape == (10, 3, SIZE, SIZE)
        assert batch.pictures.dtype == torch.float32
        brightest = (batch.pictures.amax((1, 2, 3)) + 1) * 127.5
        assert torch.allclose(brightest, batch.labels, atol=1e-3)
        seen += batch.places.tolist()
    assert sorted(seen) == list(range(COUNT))


def test_half_is_mirrored_and_only_when_asked(dataset):
    def mirrored(flip):
        batches = device_batches(dataset, 10, "cpu", flip=flip)
        return torch.cat([b.pictures[:, 0, 0, 0] > -1 for b in batches]).float().mean()

    assert mirrored(False) == 0 and 0.2 < mirrored(True) < 0.8


def test_the_same_seed_gives_the_same_epoch(dataset):
    # A run that goes on from a checkpoint must see what it would have seen.
    def epoch(seed):
        return torch.cat([b.places for b in device_batches(dataset, 10, "cpu", seed=seed)])

    assert torch.equal(epoch(1), epoch(1)) and not torch.equal(epoch(1), epoch(2))


def test_weights_decide_how_often(dataset):
    weights = np.zeros(COUNT)
    weights[[3, 7]] = (1, 3)
    drawn = np.array(list(balanced_sampler(weights, 4000, 0)))
    assert set(drawn) == {3, 7} and 0.7 < (drawn == 7).mean() < 0.8
    batches = device_batches(dataset, 10, "cpu", weights=weights, count=40)
    assert set(torch.cat([b.places for b in batches]).tolist()) == {3, 7}


def test_labels_must_match(dataset):
    with pytest.raises(ValueError, match="labels for"):
        PackedDataset(dataset.pictures, np.zeros(3))
