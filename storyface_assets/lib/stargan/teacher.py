"""A network that knows StarGAN's nine classes, trained before the generator and then left alone.

In StarGAN the critic learns the classes beside its other work (equations 5 and 6 of the paper).
Where no critic takes part, this one says whether a made face shows what was asked: by the distance
of pictures alone, half of a change in age or gender is already half right. It is trained on the
training people, from other weights and draws than the networks that judge the result.
"""

from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from storyface_assets.lib.classifiers.googlenet import GoogLeNetOutput
from storyface_assets.lib.classifiers.task import ClassifierTask, predict
from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.dataset.joined_pictures import JoinedPictures
from storyface_assets.lib.dataset.picture_shards import INDEX_NAME, PackedPictures
from storyface_assets.lib.dataset.stargan_pairs import ATTRIBUTE_PAIRS
from storyface_assets.lib.stargan.label_vectors import (
    ATTRIBUTE_PART,
    EMOTION_PART,
    MASK_PART,
    NAMES,
    check_vectors,
)

NETWORK: Final = "lite0"
CLASSES: Final = EMOTION_PART.stop
_PARTS: Final = ("celeba", ATTRIBUTE_PAIRS, "custom")


class TeacherTask(ClassifierTask):
    """Trains a network with the critic's nine answers on both halves of the set at once."""

    def validate(self) -> dict[str, float]:
        """Share of right answers in each half, and the log-likelihood."""
        told = torch.from_numpy(predict(self._network, self._validation, self._recipe.size))
        labels = torch.from_numpy(np.asarray(self._validation.labels, np.float32))
        celeba, custom = (labels[:, MASK_PART] > 0).unbind(1)
        attributes = (told[:, ATTRIBUTE_PART] > 0) == (labels[:, ATTRIBUTE_PART] > 0.5)
        wanted = labels[:, EMOTION_PART].argmax(1)
        emotions = told[:, EMOTION_PART].argmax(1) == wanted
        return {
            "attributes": _share(attributes[celeba]),
            "emotions": _share(emotions[custom]),
            "log_likelihood": -float(taught_loss(told, labels).mean()),
        }

    def _loss(self, told: Tensor | GoogLeNetOutput, labels: Tensor) -> Tensor:
        logits = told.logits if isinstance(told, GoogLeNetOutput) else told
        return taught_loss(logits.float(), labels, self._recipe.smoothing).mean()


def taught_loss(logits: Tensor, labels: Tensor, smoothing: float = 0.0) -> Tensor:
    """How wrong nine answers are ``(B,)``: the class losses of StarGAN, for mixed batches.

    Args:
        logits: ``(B, 9)``: five attributes, four emotions.
        labels: ``(B, 11)`` label vectors; only the half that the mask names counts.
        smoothing: of the labels (Szegedy et al. 2016).
    """
    soft = labels[:, ATTRIBUTE_PART] * (1 - smoothing) + smoothing / 2
    given = logits[:, ATTRIBUTE_PART]
    attributes = functional.binary_cross_entropy_with_logits(given, soft, reduction="none").sum(1)
    emotions = functional.cross_entropy(
        logits[:, EMOTION_PART],
        labels[:, EMOTION_PART].argmax(1),
        reduction="none",
        label_smoothing=smoothing,
    )
    halves = torch.stack([attributes, emotions], 1)
    return (halves * labels[:, MASK_PART]).sum(1)


def taught_set(folder: Path, split: str) -> tuple[PackedDataset, np.ndarray]:
    """Pictures of both halves with their label vectors, and the chance of each to be drawn.

    Args:
        folder: what ``stargan_training_set`` stored.
        split: train (with the studio's attribute pairs) or validation.

    Returns:
        The set, and chances ``(N,)`` by which both halves are drawn as often.
    """
    paths = [folder / part / split for part in _PARTS]
    parts = [PackedPictures(path) for path in paths if (path / INDEX_NAME).is_file()]
    pictures = JoinedPictures(parts)
    vectors = np.stack([pictures.column(name) for name in NAMES], 1).astype(np.float32)
    check_vectors(vectors)
    halves = vectors[:, MASK_PART]
    return PackedDataset(pictures, vectors), (halves / halves.sum(0).clip(1)).sum(1)


def _share(right: Tensor) -> float:
    return float(right.float().mean()) if right.numel() else 1.0
