"""Batches of packed pictures on a training device.

Whole batches are copied out of the files as bytes, go to the device as bytes from pinned
memory while the batch before is being worked on, and become numbers only there: four times less
to move than float32.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler, WeightedRandomSampler

from storyface_assets.lib.dataset.packed_pictures import PackedPictures
from storyface_assets.lib.stargan.label_vectors import NAMES, check_vectors


@dataclass(frozen=True)
class Batch:
    """What a training step gets.

    Attributes:
        pictures: ``(B, 3, H, W)`` float32 from −1 to 1.
        labels: ``(B, …)`` of the type that the set was given.
        places: ``(B,)`` rows of the index.
    """

    pictures: torch.Tensor
    labels: torch.Tensor
    places: torch.Tensor


class Pictures(Protocol):
    """Pictures of one size that are read by number: packed, joined or in memory."""

    def __len__(self) -> int:
        """How many."""
        ...

    def column(self, name: str) -> np.ndarray:
        """What is known of each ``(N,)``, by name; ``BadInput`` if nothing is."""
        ...

    def take(self, places: np.ndarray) -> np.ndarray:
        """Those of the places ``(N, H, W, 3)`` uint8 RGB."""
        ...


class PackedDataset(Dataset[dict[str, torch.Tensor]]):
    """Packed pictures with their labels, for torch's DataLoader.

    Args:
        pictures: the set.
        labels: ``(N, …)``, a row for each of its pictures.

    Raises:
        ValueError: another number of labels than pictures.
    """

    def __init__(self, pictures: Pictures, labels: np.ndarray) -> None:
        if len(labels) != len(pictures):
            raise ValueError(f"{len(labels)} labels for {len(pictures)} pictures")
        self.pictures, self.labels = pictures, labels

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, place: int) -> dict[str, torch.Tensor]:
        """One picture ``(H, W, 3)`` uint8, its label and its place."""
        return {name: value[0] for name, value in self.__getitems__([place]).items()}

    def __getitems__(self, places: Sequence[int]) -> dict[str, torch.Tensor]:
        """A whole batch in one copy; torch's loader asks for it where it is offered."""
        rows = np.asarray(places, np.int64)
        return {
            "pictures": torch.from_numpy(self.pictures.take(rows)),
            "labels": torch.from_numpy(np.ascontiguousarray(self.labels[rows])),
            "places": torch.from_numpy(rows),
        }


def open_part(folder: Path, part: str, split: str) -> PackedDataset:
    """A part of the StarGAN set with its label vectors ``(N, 11)`` float32, checked.

    Args:
        folder: what ``stargan_training_set`` stored.
        part: ``celeba`` or ``custom``.
        split: train, validation or test.

    Raises:
        BadInput: it is missing or damaged, or a label vector is wrong.
    """
    pictures = PackedPictures(folder / part / split)
    vectors = np.stack([pictures.column(name) for name in NAMES], 1).astype(np.float32)
    check_vectors(vectors)
    return PackedDataset(pictures, vectors)


def balanced_sampler(weights: np.ndarray, count: int, seed: int) -> Sampler[int]:
    """Places drawn with replacement by weight; the same seed draws the same.

    Args:
        weights: ``(N,)``, e.g. the index's ``weight``.
        count: how many to draw.
        seed: give another one each epoch.
    """
    chances = cast(Sequence[float], torch.from_numpy(np.asarray(weights, np.float64)))
    return WeightedRandomSampler(chances, count, generator=torch.Generator().manual_seed(seed))


def device_batches(
    dataset: PackedDataset,
    batch: int,
    device: torch.device | str,
    weights: np.ndarray | None = None,
    count: int | None = None,
    seed: int = 0,
    workers: int = 0,
    flip: bool = True,
) -> Iterator[Batch]:
    """One epoch of batches on the device; the next one is always on its way.

    Args:
        dataset: what to draw from.
        batch: pictures a batch; the last, smaller one is left out.
        device: where to.
        weights: draw by weight with replacement; ``None`` for each picture once, in random order.
        count: pictures of the epoch when weights are given; ``None`` for as many as there are.
        seed: of order and flips.
        workers: processes that copy; 0 is enough while the set fits in the page cache.
        flip: mirror half of the pictures.
    """
    device = torch.device(device)
    loader = DataLoader(
        dataset,
        batch_size=batch,
        sampler=_sampler(dataset, weights, count, seed),
        num_workers=workers,
        pin_memory=device.type == "cuda",
        drop_last=True,
        collate_fn=_as_it_is,
        prefetch_factor=4 if workers else None,
    )
    coin = torch.Generator(device).manual_seed(seed)
    for raw in _moved_ahead(loader, device):
        yield _as_batch(raw, coin, flip)


def even_or(weights: np.ndarray | None, dataset: PackedDataset) -> torch.Tensor:
    """Chances ``(N,)`` for :func:`random_batch`: the weights, or the same for every picture."""
    return torch.from_numpy(np.ones(len(dataset)) if weights is None else np.array(weights, float))


def random_batch(
    dataset: PackedDataset, chances: torch.Tensor, batch: int, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch drawn by torch's global generator, for training that resumes by step.

    Args:
        dataset: what to draw from.
        chances: ``(N,)``, with replacement.
        batch: how many.
        device: where to.

    Returns:
        Pictures ``(B, 3, H, W)`` from −1 to 1, and labels ``(B, …)`` of the set's type.
    """
    raw = dataset.__getitems__(torch.multinomial(chances, batch, replacement=True).tolist())
    return as_network_input(raw["pictures"].to(device)), raw["labels"].to(device)


def as_network_input(pictures: torch.Tensor) -> torch.Tensor:
    """``(B, H, W, 3)`` uint8 → ``(B, 3, H, W)`` float32 from −1 to 1, on the same device."""
    return pictures.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def _moved_ahead(
    loader: Iterable[Mapping[str, torch.Tensor]], device: torch.device
) -> Iterator[Mapping[str, torch.Tensor]]:
    """Batches on the device, each sent there while the one before is at work."""
    if device.type != "cuda":
        for raw in loader:
            yield {name: value.to(device) for name, value in raw.items()}
        return
    # In a stream of its own: in the one of the training step a copy would wait for its end.
    stream = torch.cuda.Stream(device)
    waiting: Mapping[str, torch.Tensor] | None = None
    coming: Iterable[Mapping[str, torch.Tensor] | None] = itertools.chain(loader, [None])
    for batch in coming:
        ready = waiting
        if ready is not None:
            torch.cuda.current_stream(device).wait_stream(stream)
            for value in ready.values():
                value.record_stream(torch.cuda.current_stream(device))
        if batch is not None:
            with torch.cuda.stream(stream):
                waiting = {k: value.to(device, non_blocking=True) for k, value in batch.items()}
        if ready is not None:
            yield ready


def _as_batch(raw: Mapping[str, torch.Tensor], coin: torch.Generator, flip: bool) -> Batch:
    pictures = as_network_input(raw["pictures"])
    if flip:
        heads = torch.rand(len(pictures), generator=coin, device=pictures.device) < 0.5
        pictures = torch.where(heads[:, None, None, None], pictures.flip(3), pictures)
    return Batch(pictures, raw["labels"], raw["places"])


def _sampler(
    dataset: PackedDataset, weights: np.ndarray | None, count: int | None, seed: int
) -> Sampler[int]:
    if weights is not None:
        return balanced_sampler(weights, count or len(dataset), seed)
    generator = torch.Generator().manual_seed(seed)
    return torch.utils.data.RandomSampler(dataset, generator=generator)


def _as_it_is(batch: Any) -> Any:
    """``__getitems__`` has made the batch already."""
    return batch
