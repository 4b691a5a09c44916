"""How fast packed pictures reach a training step, against decoding JPEG files one by one.

    python benchmarks/loader.py [--set DIR] [--pictures 4000] [--batch 16] [--device cpu]

The baseline is what most training scripts do: torch's DataLoader with its own collating, over a
dataset that opens one JPEG at a time (quality 95), mirrors it and turns it into float32. Both get
the same pictures, batch size, number of workers and device, and both end with a batch on the
device. ``--set`` takes a packed folder (e.g. ``stargan_training_set/…/celeba/train``); without it
pictures of blurred noise are made, which JPEG packs about as a face of that size.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import torch
from torch.utils.data import DataLoader, Dataset

from storyface_assets.lib.dataset.batches import PackedDataset, device_batches
from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures


class JpegFiles(Dataset[tuple[torch.Tensor, float]]):
    """The baseline: a file a picture."""

    def __init__(self, folder: Path, labels: np.ndarray) -> None:
        self.folder, self.labels = folder, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, place: int) -> tuple[torch.Tensor, float]:
        bgr = cv2.imread(str(self.folder / f"{place:06d}.jpg"))
        rgb = np.ascontiguousarray(bgr[..., ::-1] if np.random.rand() < 0.5 else bgr[:, ::-1, ::-1])
        return torch.from_numpy(rgb).permute(2, 0, 1).float() / 127.5 - 1, self.labels[place]


def made_up(folder: Path, count: int, size: int) -> PackedPictures:
    """Blurred noise."""

    def read(row: object) -> np.ndarray:
        rng = np.random.default_rng(row.name)  # type: ignore[attr-defined]
        noise = rng.integers(0, 256, (size, size, 3), dtype=np.uint8)
        return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3), None, 0, 255, cv2.NORM_MINMAX)

    pack_pictures(pd.DataFrame({"name": range(count)}), read, folder, size)
    return PackedPictures(folder)


def pictures_a_second(batches: Callable[[], Iterator[torch.Tensor]], device: str) -> float:
    """Best of three epochs; the first fills the page cache."""
    best = 0.0
    for _ in range(3):
        count, began = 0, time.perf_counter()
        for batch in batches():
            count += len(batch)
        if device == "cuda":
            torch.cuda.synchronize()
        best = max(best, count / (time.perf_counter() - began))
    return best


def main() -> None:
    """Print one line a way and number of workers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path)
    parser.add_argument("--pictures", type=int, default=4000)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {options.device}")
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        packed = (
            PackedPictures(options.set)
            if options.set
            else made_up(room / "packed", options.pictures, options.size)
        )
        labels = np.arange(len(packed), dtype=np.float32)
        files = room / "files"
        files.mkdir()
        for place in range(len(packed)):
            bgr = packed[place][..., ::-1]
            cv2.imwrite(str(files / f"{place:06d}.jpg"), bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])
        dataset, jpeg = PackedDataset(packed, labels), JpegFiles(files, labels)
        average = sum(path.stat().st_size for path in files.iterdir()) / len(packed)
        print(f"{len(packed)} pictures of {packed.shape[0]} px; {average / 1000:.1f} kB a JPEG")
        for workers in (0, 2):

            def ours(count: int = workers) -> Iterator[torch.Tensor]:
                for batch in device_batches(dataset, options.batch, options.device, workers=count):
                    yield batch.pictures

            def baseline(count: int = workers) -> Iterator[torch.Tensor]:
                loader = DataLoader(
                    jpeg, options.batch, shuffle=True, drop_last=True, num_workers=count
                )
                for pictures, _ in loader:
                    yield pictures.to(options.device)

            fast = pictures_a_second(ours, options.device)
            slow = pictures_a_second(baseline, options.device)
            print(
                f"{workers} workers: packed {fast:7.0f} pictures/s, JPEG files {slow:7.0f},"
                f" ratio {fast / slow:.1f}"
            )


if __name__ == "__main__":
    main()
