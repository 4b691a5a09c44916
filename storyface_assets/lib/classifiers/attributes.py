"""Reads hair colour, gender and age from a face: what StarGAN's attributes are judged by."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from scipy.special import expit
from torch import Tensor, nn
from torch.nn import functional

from storyface_assets.lib.classifiers.efficientnet import EfficientNet, efficientnet
from storyface_assets.lib.classifiers.googlenet import GoogLeNetOutput
from storyface_assets.lib.classifiers.task import ClassifierTask, Recipe, predict
from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.dataset.joined_pictures import JoinedPictures
from storyface_assets.lib.dataset.picture_shards import INDEX_NAME, PackedPictures
from storyface_assets.lib.dataset.stargan_pairs import ATTRIBUTE_PAIRS
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan.label_vectors import (
    ATTRIBUTE_PART,
    ATTRIBUTES,
    NAMES,
    check_vectors,
)
from storyface_assets.lib.state_dicts import load_weights, save_weights

CONFIG_NAME: Final = "config.json"
WEIGHTS_NAME: Final = "lite0.safetensors"
NETWORK: Final = "lite0"

#: ``tiny`` proves that it runs; ``open`` is for two cores; ``research`` is for a GPU.
PROFILES: Final = {
    "tiny": Recipe(steps=80, size=64, batch=16, warm_up=8),
    "open": Recipe(steps=900, size=112, batch=32, smoothing=0.05),
    "research": Recipe(steps=20_000, size=128, batch=128, smoothing=0.05),
}


class AttributeTask(ClassifierTask):
    """Trains a network with one yes or no an attribute."""

    def validate(self) -> dict[str, float]:
        """Share of right answers, and their mean log-likelihood."""
        scores = torch.from_numpy(predict(self._network, self._validation, self._recipe.size))
        truth = torch.tensor(self._validation.labels, dtype=torch.float32)
        entropy = functional.binary_cross_entropy_with_logits(scores, truth)
        right = ((scores > 0) == (truth > 0.5)).float().mean()
        return {"accuracy": float(right), "log_likelihood": -float(entropy)}

    def _loss(self, told: Tensor | GoogLeNetOutput, labels: Tensor) -> Tensor:
        logits = told.logits if isinstance(told, GoogLeNetOutput) else told
        soft = labels.float() * (1 - self._recipe.smoothing) + self._recipe.smoothing / 2
        return functional.binary_cross_entropy_with_logits(logits.float(), soft)


class AttributeReader:
    """Says how probable each of ``ATTRIBUTES`` is.

    Args:
        network: trained.
        size: side of the pictures that it sees, pixels.
    """

    def __init__(self, network: EfficientNet, size: int) -> None:
        self.network, self.size = network.eval(), size

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> "AttributeReader":
        """What :meth:`save` wrote.

        Raises:
            BadInput: files are missing or damaged, or for other attributes.
        """
        mend = "Train face_attributes again, or check out data/open_models anew."
        path, weights = folder / CONFIG_NAME, folder / WEIGHTS_NAME
        try:
            config: dict[str, Any] = json.loads(path.read_text("utf-8"))
            size, attributes = int(config["size"]), tuple(config["attributes"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(path, "", f"cannot be read ({error}).", mend) from error
        if attributes != ATTRIBUTES:
            raise BadInput(path, "attributes", f"are {', '.join(map(str, attributes))}.", mend)
        network = efficientnet(NETWORK, len(ATTRIBUTES))
        load_weights(network, weights, mend)
        return cls(network.to(device), size)

    def save(self, folder: Path) -> None:
        """Write the weights, in half precision, and what they are."""
        folder.mkdir(parents=True, exist_ok=True)
        save_weights(self.network, folder / WEIGHTS_NAME)
        text = json.dumps({"size": self.size, "attributes": list(ATTRIBUTES)}, indent=1) + "\n"
        write_durably(folder / CONFIG_NAME, text.encode())

    def probabilities(self, data: PackedDataset) -> np.ndarray:
        """Of each attribute of each picture ``(N, 5)``."""
        return np.asarray(expit(predict(self.network, data, self.size)))

    def embeddings(self, data: PackedDataset) -> np.ndarray:
        """What the network sees before it decides ``(N, 1280)``, of length 1; no landmarks."""
        told = predict(_Features(self.network), data, self.size)
        return np.asarray(told / np.linalg.norm(told, axis=1, keepdims=True).clip(1e-9))


class _Features(nn.Module):
    def __init__(self, network: EfficientNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        return self.network.avgpool(self.network.features(pictures)).flatten(1)


def attribute_set(folder: Path, split: str) -> PackedDataset:
    """Pictures with the five attributes as 0 or 1.

    In training also the studio's pairs: there hair tells nothing of gender, so the face must.

    Args:
        folder: what ``stargan_training_set`` stored.
        split: train, validation or test.

    Raises:
        BadInput: it is missing, empty or damaged.
    """
    parts = [PackedPictures(folder / "celeba" / split)]
    if split == "train" and (folder / ATTRIBUTE_PAIRS / split / INDEX_NAME).is_file():
        parts.append(PackedPictures(folder / ATTRIBUTE_PAIRS / split))
    pictures = JoinedPictures(parts)
    if not len(pictures):
        raise BadInput(folder / "celeba", split, "has no pictures.", "Give the set more people.")
    vectors = np.stack([pictures.column(name) for name in NAMES], 1).astype(np.float32)
    check_vectors(vectors)
    return PackedDataset(pictures, vectors[:, ATTRIBUTE_PART])


def attribute_report(
    probabilities: np.ndarray, truth: np.ndarray
) -> Mapping[str, float | dict[str, float]]:
    """Share of right answers, and its mean over yes and no of each attribute (balanced)."""
    right = (probabilities > 0.5) == (truth > 0.5)
    balanced = [
        np.mean([right[truth[:, k] == v, k].mean() for v in (0, 1) if (truth[:, k] == v).any()])
        for k in range(truth.shape[1])
    ]
    return {
        "accuracy": round(float(right.mean()), 4),
        "balanced_accuracy": round(float(np.mean(balanced)), 4),
        "by_attribute": {n: round(float(b), 4) for n, b in zip(ATTRIBUTES, balanced, strict=True)},
    }


def face_attributes_figures(model: Path, data: Path) -> dict[str, float]:
    """The figures that a candidate and the champion are compared by, on the test people.

    Args:
        model: folder of a reader.
        data: what ``stargan_training_set`` stored.

    Raises:
        BadInput: the model cannot be loaded.
    """
    reader, test = AttributeReader.load(model), attribute_set(data, "test")
    report = attribute_report(reader.probabilities(test), test.labels)
    return {name: value for name, value in report.items() if isinstance(value, float)}
