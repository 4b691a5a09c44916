"""Milliseconds a photo of the coarse encoder and a frame of the rasterizer, seconds of each way.

Run ``python benchmarks/geometry.py [--photos 8]`` on an otherwise idle machine; on a GPU the first
table with ``--device cuda`` (goal of issue 5: at least 120 photos/s). Goal of a fit: at most 2
seconds a photo.

The peer of the encoder is DECA's own, ResNet50 to 236 codes, with random weights: the time does not
depend on them. The peers of the fit are the slides' reference (35 s a photo on an RTX 3080, as they
say, not measured here) and ``benchmarks/fit.py``'s Adam. The peer of the rasterizer is pytorch3d's
where it is installed, else a z-buffer in numpy; a whole frame is in ``benchmarks/render.py``.
"""

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from naive_rasterizer import NumpyRasterizer

from storyface_assets.lib.books.book import GEOMETRIES
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.encoders import coarse_encoder
from storyface_assets.lib.deca.face_crop import SIDE
from storyface_assets.lib.deca.lite0_encoder import lite0_coarse_encoder
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit import check_portrait, fit_photo
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.images import open_photo
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.render.rasterizers import (
    NumbaRasterizer,
    Pytorch3dRasterizer,
    Rasterizer,
)


def best_seconds(run: Callable[[], object], repeats: int, device: str) -> float:
    """Of some runs: the one least disturbed by others."""
    times = []
    for _ in range(repeats + 1):  # the first one warms up
        start = time.perf_counter()
        run()
        if device.startswith("cuda"):
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return min(times[1:])


def encoders(device: str) -> None:
    """Both encoders on batches of 1 and 16."""
    nets = {"lite0": lite0_coarse_encoder(), "ResNet50 (DECA's)": coarse_encoder()}
    for batch in (1, 16):
        photos = torch.rand(batch, 3, SIDE, SIDE, device=device)
        photos = photos.contiguous(memory_format=torch.channels_last)
        took = {}
        for name, net in nets.items():
            net.eval().to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            with torch.inference_mode():
                took[name] = best_seconds(partial(net, photos), 5, device) / batch
        ours, theirs = took.values()
        for name, seconds in took.items():
            print(
                f"batch {batch:2}  {name:18} {seconds * 1e3:7.1f} ms a photo, {1 / seconds:.0f}/s"
            )
        print(f"          lite0 is {theirs / ours:.1f} times as fast")


def ways(data: Path, count: int) -> None:
    """Seconds of each way on the books' portraits, one after the other."""
    models = data / "open_models"
    head = OpenHead.load(models / "open_head" / "head.npz")
    skins = AlbedoModel.load(models / "open_head" / "albedo.npz")
    reader = CoarseReader.load(models / "face_geometry")
    landmarker = FaceLandmarker(data / "cache", print)
    portraits = sorted((data / "books").glob("*/portrait.*"))
    photos = [open_photo(portraits[k % len(portraits)]).rgb for k in range(count)]
    faces = [check_portrait(rgb, landmarker.detect(rgb))[0] for rgb in photos]
    took: dict[str, list[float]] = {way: [] for way in GEOMETRIES}
    for way in GEOMETRIES:
        for rgb, face in zip([photos[0], *photos], [faces[0], *faces], strict=True):
            start = time.perf_counter()
            told = reader.told_of(rgb, face.landmarks) if way != "fit" else None
            fit_photo(rgb, face, head, skins, way=way, told=told)
            took[way].append(time.perf_counter() - start)
    for way, seconds in took.items():
        rest = seconds[1:]  # the first one of a process compiles
        print(
            f"{way:5} {np.mean(rest):6.2f} s a photo, texture and all (goal 2); "
            f"slowest {max(rest):.2f}"
        )


def rasterizers(data: Path, device: str) -> None:
    """The open head filling a frame of 1280 × 720."""
    head = OpenHead.load(data / "open_models" / "open_head" / "head.npz")
    points = head.template - head.template.mean(0) - [0, 0, 0.8]
    nearness, (width, height) = -1 / points[:, 2], (1280, 720)
    places = points[:, :2] * [1, -1] * nearness[:, None] * 1600 + [width / 2, height / 2]
    screen = np.column_stack([places, nearness]).astype(np.float32)
    faces = head.faces.astype(np.int32)
    peer: Rasterizer
    try:
        peer, name = Pytorch3dRasterizer(device), f"pytorch3d on {device}"
    except BadInput as error:
        print(f"pytorch3d {error.problem}")
        peer, name = NumpyRasterizer(), "numpy"
    took, seen = [], []
    for one in (NumbaRasterizer(), peer):
        frame = partial(one.face_ids, screen, faces, (width, height))
        took.append(best_seconds(frame, 3, device))
        seen.append(frame())
    same = (seen[0] == seen[1]).mean()
    print(
        f"numba {took[0] * 1e3:.2f} ms a frame of {len(faces):,} triangles, {name} "
        f"{took[1] * 1e3:.1f}: {took[1] / took[0]:.0f} times as fast; same in {same:.2%} of pixels"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--photos", type=int, default=8)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    print(f"cores {os.cpu_count()}, load before {os.getloadavg()[0]:.1f}, {options.device}")
    encoders(options.device)
    rasterizers(options.data, options.device)
    ways(options.data, options.photos)
    print(f"load after {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
