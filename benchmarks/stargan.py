"""StarGAN: steps a second against a plain loop of the official recipe, and faces a second.

Run ``python benchmarks/stargan.py [--size 128] [--batch 4] [--steps 2]`` on an otherwise idle
machine; the load average is printed because everything here uses all cores. On a GPU: the same
with ``--device cuda --batch 16 --steps 50`` (goal of issue 4: at least twice the plain loop).

The plain loop is written here as the official code does it: pictures opened by PIL one by one,
resized and normalised on the CPU, both networks in NCHW float32, the gradient penalty in every
step, the generator in every fifth. Its networks are ours with the official settings, which the
tests compare with the published counts. Ours is the same recipe (``research``) read from packed
pictures, and the recipe that made the shipped weights (``open``): it takes fewer operations by
design (a lighter generator that learns from pairs, no critic), so that its ratio says what the
design saves, not what the code does.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image

from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures
from storyface_assets.lib.stargan.editor import FaceEditor
from storyface_assets.lib.stargan.label_vectors import EMOTIONS, celeba_vector, emotion_vector
from storyface_assets.lib.stargan.losses import (
    class_loss,
    critic_loss,
    generator_loss,
    gradient_penalty,
    reconstruction_loss,
)
from storyface_assets.lib.stargan.networks import Discriminator, Generator
from storyface_assets.lib.stargan.pairs import PairedFaces
from storyface_assets.lib.stargan.recipe import PROFILES, build_critic, build_generator
from storyface_assets.lib.stargan.task import StarGanTask

_PICTURES = 64


def make_pictures(folder: Path, size: int) -> dict[str, tuple[list[Path], np.ndarray]]:
    """Noise as JPEG files, with label vectors, for both halves."""
    rng = np.random.default_rng(0)
    hair = {"Black_Hair": 1, "Blond_Hair": 0, "Brown_Hair": 0, "Young": 1}
    vectors = {
        "CelebA": [celeba_vector({**hair, "Male": k % 2}) for k in range(_PICTURES)],
        "Custom": [emotion_vector(EMOTIONS[k % 4]) for k in range(_PICTURES)],
    }
    made = {}
    for domain, given in vectors.items():
        paths = []
        for k in range(_PICTURES):
            path = folder / f"{domain}{k}.jpg"
            small = rng.integers(0, 256, (size // 4, size // 4, 3), np.uint8)
            Image.fromarray(small).resize((2 * size, 2 * size), Image.Resampling.BICUBIC).save(path)
            paths.append(path)
        made[domain] = (paths, np.stack(given))
    return made


def plain_loop(
    made: dict[str, tuple[list[Path], np.ndarray]], size: int, batch: int, device: str
) -> Callable[[int], None]:
    """One step of the official recipe over both sets, as its code does it."""
    generator, critic = Generator().to(device), Discriminator(size).to(device)
    adams = [torch.optim.Adam(n.parameters(), 1e-4, (0.5, 0.999)) for n in (generator, critic)]

    def read(path: Path) -> torch.Tensor:
        with Image.open(path) as picture:
            rgb = np.asarray(picture.resize((size, size)), np.float32)
        return torch.from_numpy(rgb.transpose(2, 0, 1) / 127.5 - 1)

    def step(number: int) -> None:
        for domain, (paths, vectors) in made.items():
            rows = random.sample(range(_PICTURES), batch)
            pictures = torch.stack([read(paths[k]) for k in rows]).to(device)
            labels = torch.from_numpy(vectors[rows]).to(device)
            wanted = labels[torch.randperm(batch)]
            with torch.no_grad():
                fake = generator(pictures, wanted)
            real_patches, classes = critic(pictures)
            loss = critic_loss(real_patches, critic(fake)[0]) + class_loss(classes, labels, domain)
            loss = loss + 10 * gradient_penalty(lambda x: critic(x)[0], pictures, fake)
            adams[1].zero_grad()
            loss.backward()
            adams[1].step()
            if (number + 1) % 5 == 0:
                fake = generator(pictures, wanted)
                patches, classes = critic(fake)
                loss = generator_loss(patches) + class_loss(classes, wanted, domain)
                loss = loss + 10 * reconstruction_loss(pictures, generator(fake, labels))
                adams[0].zero_grad()
                loss.backward()
                adams[0].step()
        if device != "cpu":
            torch.cuda.synchronize()

    return step


def ours(
    made: dict[str, tuple[list[Path], np.ndarray]],
    folder: Path,
    profile: str,
    size: int,
    batch: int,
    device: str,
) -> Callable[[int], None]:
    """One step of a profile."""
    sets = {}
    for domain, (paths, vectors) in made.items():
        if not (folder / domain).exists():

            def read(row: object, paths: list[Path] = paths) -> np.ndarray:
                with Image.open(paths[row.k]) as picture:  # type: ignore[attr-defined]
                    return np.asarray(picture.resize((size, size)))

            pack_pictures(pd.DataFrame({"k": range(_PICTURES)}), read, folder / domain, size)
        sets[domain] = PackedDataset(PackedPictures(folder / domain), vectors)
    recipe = replace(PROFILES[profile], size=size, batch=batch)
    pairs = [PairedFaces(s, np.repeat(np.arange(_PICTURES // 4), 4)) for s in sets.values()]
    generator = build_generator(recipe.generator, recipe.width)
    critic = build_critic(recipe)
    task = StarGanTask(generator, critic, sets, recipe, lambda g: {}, device, None, pairs)

    def step(number: int) -> None:
        task.step(number)
        if device != "cpu":
            torch.cuda.synchronize()

    return step


def seconds_a_step(step: Callable[[int], None], steps: int) -> float:
    """Mean over ``steps`` times five, so that the generator's step counts as it should."""
    step(0)
    began = time.perf_counter()
    for number in range(5 * steps):
        step(number)
    return (time.perf_counter() - began) / (5 * steps)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--batch", type=int, default=4, help="pictures of each set")
    parser.add_argument("--steps", type=int, default=1, help="times five")
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {given.device}, {given.size} px, 2 × {given.batch}")
    with tempfile.TemporaryDirectory() as folder:
        made = make_pictures(Path(folder), given.size)
        where = (given.size, given.batch, given.device)
        plain = seconds_a_step(plain_loop(made, *where), given.steps)
        print(f"plain loop of the official recipe: {1 / plain:.3f} steps/s")
        for name, profile in (("ours, same recipe", "research"), ("ours, open recipe", "open")):
            took = seconds_a_step(ours(made, Path(folder), profile, *where), given.steps)
            print(f"{name}: {1 / took:.3f} steps/s, {plain / took:.2f} × the plain loop")
    vectors = np.stack([emotion_vector("happy")] * 16)
    faces = np.random.default_rng(0).integers(0, 256, (16, given.size, given.size, 3), np.uint8)
    for kind, width in (("official", 64), ("branches", PROFILES["open"].width)):
        network = build_generator(kind, width).to(given.device)
        editor = FaceEditor(network, kind, width, given.size)
        for count in (1, 16):
            editor.changed(faces[:count], vectors[:count])
            began, done = time.perf_counter(), 0
            while time.perf_counter() - began < 2:
                editor.changed(faces[:count], vectors[:count])
                done += count
            rate = done / (time.perf_counter() - began)
            print(f"translation, {kind} generator, batches of {count}: {rate:.1f} faces/s")


if __name__ == "__main__":
    main()
