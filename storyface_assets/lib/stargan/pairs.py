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
from storyface_assets.lib.stargan.painter import Part

#: Share of the pairs drawn that are of a picture with itself: what is there already, stays.
SAME: Final = 0.1


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
        part: what they are to teach; a pair that differs in anything else is left out.

    Attributes:
        part: likewise.
        pairs: ``(P, 2)`` rows to begin from and to arrive at.
        held_out: likewise, of the scenes kept apart.
    """

    def __init__(
        self,
        data: PackedDataset,
        scenes: np.ndarray,
        held_out: float = 0.1,
        marks: np.ndarray | None = None,
        grey: np.ndarray | None = None,
        part: Part = "expressions",
    ) -> None:
        self.data, self._marks, self.part = data, marks, part
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
                and _teaches(part, data.labels[a], data.labels[b], grey[a], grey[b])
            ]
            (kept if apart[scene] else pairs).extend(into)
        self.pairs, self.held_out = (np.array(p, np.int64).reshape(-1, 2) for p in (pairs, kept))
        same = self.pairs[:, 0] == self.pairs[:, 1]
        share = np.where(same, SAME / max(same.sum(), 1), (1 - SAME) / max((~same).sum(), 1))
        self._chances = torch.from_numpy(share)

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
    """The pairs of a training set: in expressions, in hair, in gender and age; what there is."""
    found: list[PairedFaces] = []
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
        data = PackedDataset(pictures, vectors)
        marks = load_marks(pictures)
        if name == PAIRS:
            found.append(PairedFaces(data, scenes, marks=marks))
            continue
        grey = index["variant"].to_numpy(str) == GREY
        # Hair moves no point of the face: nothing there for it to learn from.
        found.append(PairedFaces(data, scenes, grey=grey, part="hair"))
        found.append(PairedFaces(data, scenes, marks=marks, grey=grey, part="person"))
    return [pairs for pairs in found if len(pairs.pairs)]


def _expression(name: str) -> np.ndarray:
    return np.zeros(LENGTH, np.float32) if name == "neutral" else emotion_vector(name)


def _teaches(
    part: Part, begin: np.ndarray, end: np.ndarray, from_grey: bool, to_grey: bool
) -> bool:
    """Whether two pictures of a scene differ in nothing but one part of the label."""
    hair = slice(ATTRIBUTE_PART.start, len(HAIR))
    person = slice(len(HAIR), ATTRIBUTE_PART.stop)
    same_hair = bool((begin[hair] == end[hair]).all()) and from_grey == to_grey
    same_person = bool((begin[person] == end[person]).all())
    return {"expressions": True, "hair": same_person, "person": same_hair}[part]


def _leads(begin: np.ndarray, end: np.ndarray, from_grey: bool, to_grey: bool) -> bool:
    """Whether the label of ``end`` says how to get there from ``begin``."""
    if not end[MASK_PART].any():
        return False
    hair = slice(ATTRIBUTE_PART.start, len(HAIR))
    if not end[MASK_PART.start] or end[hair].any() or to_grey:
        return True
    # No hair colour set: red or a natural grey, and the label cannot say which.
    return not (begin[hair].any() or from_grey)
