"""Pairs of pictures that differ in nothing but what a label asks for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from storyface_assets.lib.classifiers.augment import resized
from storyface_assets.lib.dataset.batches import PackedDataset, as_network_input
from storyface_assets.lib.dataset.face_marks import load_marks
from storyface_assets.lib.dataset.picture_shards import INDEX_NAME, PackedPictures
from storyface_assets.lib.dataset.stargan_pairs import ATTRIBUTE_PAIRS, GREY, PAIRS
from storyface_assets.lib.stargan.label_vectors import (
    ATTRIBUTE_PART,
    HAIR,
    LENGTH,
    MASK_PART,
    NAMES,
    check_vectors,
    emotion_vector,
)

#: How often pairs are drawn: of a picture with itself, that keep the hair's colour, and that dye
#: it. With more of the second, whose hair lies a little elsewhere, no hair was learnt in 900 steps.
SHARES: Final = (0.1, 0.2, 0.7)


@dataclass(frozen=True)
class PairBatch:
    """Pairs as the training takes them.

    Attributes:
        begin: pictures to begin from ``(B, 3, H, W)`` from −1 to 1.
        end: pictures to arrive at, likewise.
        labels: ``(B, 11)`` that lead there.
        marks: landmarks of both ``(B, 2, K, 2)``, x and y from −1 to 1, not numbers where a
            picture has none; ``None`` where none of the set has.
    """

    begin: Tensor
    end: Tensor
    labels: Tensor
    marks: Tensor | None


class PairedFaces:
    """Draws pairs: a picture of a scene, and what it would be with another label.

    Args:
        data: pictures with label vectors ``(N, 11)``; all 0 for a face that no label asks for
            (a neutral one): it is a picture to begin from, never one to arrive at.
        scenes: ``(N,)`` the scene of each.
        held_out: share of the scenes that is never drawn.
        marks: ``(N, K, 2)`` landmarks in shares of the side, not numbers where there are none.
        grey: ``(N,)`` whose hair is grey and who is old: the label, without a hair colour, says so.

    Attributes:
        pairs: ``(P, 2)`` rows to begin from and to arrive at, drawn as :data:`SHARES` says.
        held_out: likewise, of the scenes kept apart.
    """

    def __init__(
        self,
        data: PackedDataset,
        scenes: np.ndarray,
        held_out: float = 0.1,
        marks: np.ndarray | None = None,
        grey: np.ndarray | None = None,
    ) -> None:
        self.data, self._marks = data, marks
        grey = np.zeros(len(scenes), bool) if grey is None else grey
        names, numbers = np.unique(scenes, return_inverse=True)
        apart = np.random.default_rng(0).random(len(names)) < held_out
        pairs: list[tuple[int, int]] = []
        kept: list[tuple[int, int]] = []
        for scene in range(len(names)):
            rows = np.flatnonzero(numbers == scene)
            into = [
                (int(a), int(b))
                for a in rows
                for b in rows
                if _leads(data.labels[a], data.labels[b], grey[a], grey[b])
            ]
            (kept if apart[scene] else pairs).extend(into)
        self.pairs, self.held_out = (np.array(p, np.int64).reshape(-1, 2) for p in (pairs, kept))
        self._chances = _chances(_kinds(data.labels, grey, self.pairs))

    def draw(self, count: int, device: torch.device, size: int) -> PairBatch:
        """Pairs drawn by torch's global chance.

        Args:
            count: how many.
            device: where to.
            size: side of the pictures, pixels.
        """
        drawn = torch.multinomial(self._chances, count, replacement=True).numpy()
        return self.read(self.pairs[drawn], device, size)

    def read(self, pairs: np.ndarray, device: torch.device, size: int) -> PairBatch:
        """Given pairs ``(B, 2)``."""
        raw = self.data.__getitems__(pairs.T.reshape(-1).tolist())
        begin, end = resized(as_network_input(raw["pictures"].to(device)), size).chunk(2)
        marks = None
        if self._marks is not None:
            marks = torch.from_numpy(2 * self._marks[pairs] - 1).to(device)
        return PairBatch(begin, end, raw["labels"][len(pairs) :].to(device), marks)


def open_pairs(folder: Path) -> list[PairedFaces]:
    """The pairs of a training set: in expressions and in attributes, whichever there are."""
    found = []
    for name in (PAIRS, ATTRIBUTE_PAIRS):
        if not (folder / name / "train" / INDEX_NAME).is_file():
            continue
        pictures = PackedPictures(folder / name / "train")
        if not len(pictures):
            continue
        index = pictures.index
        if name == PAIRS:
            vectors = np.stack([_expression(e) for e in index["expression"]])
        else:
            vectors = index[list(NAMES)].to_numpy(np.float32)
        check_vectors(vectors[vectors.any(1)])
        scenes = (index["person"] + " " + index["scene"].astype("str")).to_numpy(str)
        grey = index["variant"].to_numpy(str) == GREY if name == ATTRIBUTE_PAIRS else None
        data = PackedDataset(pictures, vectors)
        # Another gender or age moves points by what no label says: no teacher, but in the way.
        marks = load_marks(pictures) if name == PAIRS else None
        found.append(PairedFaces(data, scenes, marks=marks, grey=grey))
    return found


def _kinds(labels: np.ndarray, grey: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Places in ``SHARES``."""
    hair = labels[:, ATTRIBUTE_PART.start : len(HAIR)]
    a, b = pairs.T
    keeps = (hair[a] == hair[b]).all(1) & (grey[a] == grey[b])
    return np.where(a == b, 0, np.where(keeps, 1, 2))


def _chances(kinds: np.ndarray) -> Tensor:
    counts = np.bincount(kinds, minlength=len(SHARES))
    return torch.from_numpy((np.array(SHARES) / np.maximum(counts, 1))[kinds])


def _expression(name: str) -> np.ndarray:
    return np.zeros(LENGTH, np.float32) if name == "neutral" else emotion_vector(name)


def _leads(begin: np.ndarray, end: np.ndarray, from_grey: bool, to_grey: bool) -> bool:
    """Whether the label of ``end`` says how to get there from ``begin``."""
    if not end[MASK_PART].any():
        return False
    hair = slice(ATTRIBUTE_PART.start, len(HAIR))
    if not end[MASK_PART.start] or end[hair].any() or to_grey:
        return True
    # No hair colour set: red or a natural grey, and the label cannot say which.
    return not (begin[hair].any() or from_grey)
