"""How fast the expression classifier learns and reads, against plain PyTorch loops.

    python benchmarks/classifier.py [--network lite0] [--size 144] [--steps 4] [--rounds 3]

Learning: our step (packed pictures, augmentation of the whole batch on the device, channels_last,
fused AdamW; bfloat16 on CUDA) against the loop that most scripts have: JPEG files decoded and
bent one by one by OpenCV, NCHW, float32, AdamW as it comes. Both train the same network from the
same weights on the same pictures, batch size, loss and clipping.

Reading: the ensemble (GoogLeNet at 112 px, lite0 at 144 px; norms folded, a few pictures and
their mirror images at once) against each picture by each network, one after the other, its
mirror image in a call of its own. Both get the same packed pictures and give the same answers,
which is checked.

Rounds of both ways take turns; the best round of each counts. CUDA is measured where it is.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import torch
from torch import nn

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier, Member, build_network
from storyface_assets.lib.classifiers.googlenet import AUXILIARY_WEIGHT, GoogLeNetOutput
from storyface_assets.lib.classifiers.task import ClassifierTask, Recipe
from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.dataset.picture_shards import PackedPictures, pack_pictures
from storyface_assets.vocabulary import FACE_EXPRESSIONS

SIDE = 256
MEMBERS = (Member("googlenet", 112, 1.2), Member("lite0", 144, 1.1))


def blurred_noise(row: object) -> np.ndarray:
    """A picture that JPEG packs about as a face of that size."""
    rng = np.random.default_rng(row.name)  # type: ignore[attr-defined]
    noise = rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 4), None, 0, 255, cv2.NORM_MINMAX)


def seasoned(name: str) -> nn.Module:
    """A network whose norms know their inputs, as after training.

    Untrained, its numbers fall below what a CPU computes at full speed, and all answers are one.
    """
    torch.manual_seed(0)
    network = build_network(name, auxiliary=True)
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    with torch.no_grad():
        for _ in range(2):
            network.train()(torch.randn(16, 3, 96, 96))
    for norm in norms:
        norm.momentum = 0.1
    return network


class PlainTraining:
    """The baseline: a file a picture, a picture at a time."""

    def __init__(self, folder: Path, labels: np.ndarray, recipe: Recipe, name: str, device: str):
        self.folder, self.labels, self.recipe, self.device = folder, labels, recipe, device
        self.network = seasoned(name).to(device)
        self.adam = torch.optim.AdamW(
            self.network.parameters(), recipe.rate, weight_decay=recipe.decay
        )
        self.rng = np.random.default_rng(0)

    def picture(self, place: int) -> torch.Tensor:
        """Decoded, turned, zoomed, shifted, mirrored, lit anew, a part hidden."""
        rng, size, changes = self.rng, self.recipe.size, self.recipe.changes
        rgb = cv2.cvtColor(cv2.imread(str(self.folder / f"{place}.jpg")), cv2.COLOR_BGR2RGB)
        zoom = size / SIDE * np.exp(rng.uniform(-1, 1) * np.log1p(changes.zoom))
        turn = rng.uniform(-changes.turn, changes.turn)
        matrix = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), turn, zoom)
        matrix[:, 2] += (size - SIDE) / 2 + rng.uniform(-1, 1, 2) * changes.shift * size
        rgb = cv2.warpAffine(rgb, matrix, (size, size), borderMode=cv2.BORDER_REFLECT)
        if rng.random() < 0.5:
            rgb = rgb[:, ::-1]
        lit = rgb / np.float32(255) * rng.uniform(0.8, 1.25, 3).astype(np.float32)
        middle = lit.mean()
        lit = ((lit - middle) * np.float32(rng.uniform(0.8, 1.25)) + middle).clip(0, 1) * 2 - 1
        if rng.random() < 0.5:
            side = int(changes.hidden * size)
            y, x = rng.integers(0, size - side, 2)
            lit[y : y + side, x : x + side] = 0
        return torch.from_numpy(np.ascontiguousarray(lit.transpose(2, 0, 1)))

    def step(self) -> None:
        """One batch."""
        places = self.rng.integers(0, len(self.labels), self.recipe.batch)
        pictures = torch.stack([self.picture(int(place)) for place in places]).to(self.device)
        labels = torch.from_numpy(self.labels[places]).to(self.device)
        entropy = nn.CrossEntropyLoss(label_smoothing=self.recipe.smoothing)
        told = self.network.train()(pictures)
        if isinstance(told, GoogLeNetOutput):
            aside = entropy(told.auxiliary1, labels) + entropy(told.auxiliary2, labels)
            loss = entropy(told.logits, labels) + AUXILIARY_WEIGHT * aside
        else:
            loss = entropy(told, labels)
        self.adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.adam.step()
        loss.item()  # as a script that prints it


def plain_answers(networks: list[nn.Module], data: PackedDataset, device: str) -> np.ndarray:
    """The baseline: each picture by each network, and its mirror image."""
    answers = []
    for place in range(len(data)):
        rgb = data.pictures[place]
        of_all = []
        for member, network in zip(MEMBERS, networks, strict=True):
            picture = torch.from_numpy(rgb).to(device).permute(2, 0, 1)[None].float() / 127.5 - 1
            picture = nn.functional.interpolate(
                picture, (member.size, member.size), mode="bilinear", antialias=True
            )
            with torch.no_grad():
                logits = (network(picture) + network(picture.flip(3))) / 2
            of_all.append(torch.softmax(logits / member.temperature, 1)[0].cpu().numpy())
        answers.append(np.mean(of_all, axis=0))
    return np.stack(answers)


def best_of(ways: list[Callable[[], object]], rounds: int, device: str) -> list[float]:
    """Seconds of the best round of each way; the first, untimed one warms up."""
    seconds = [float("inf")] * len(ways)
    for number in range(rounds + 1):
        for k, way in enumerate(ways):
            began = time.perf_counter()
            way()
            if device == "cuda":
                torch.cuda.synchronize()
            if number:
                seconds[k] = min(seconds[k], time.perf_counter() - began)
    return seconds


def learning(room: Path, data: PackedDataset, options: argparse.Namespace, device: str) -> None:
    """Print steps a second of both ways."""
    recipe = Recipe(steps=10_000, size=options.size, batch=options.batch)
    ours = ClassifierTask(seasoned(options.network), data, data, recipe, device)
    plain = PlainTraining(room / "files", data.labels, recipe, options.network, device)
    number = iter(range(10_000))

    def our_round() -> None:
        for _ in range(options.steps):
            step = next(number)
            torch.manual_seed(step)
            ours.step(step)

    def plain_round() -> None:
        for _ in range(options.steps):
            plain.step()

    fast, slow = best_of([our_round, plain_round], options.rounds, device)
    what = f"{options.network} at {options.size} px, batch {options.batch}, {device}"
    print(
        f"learning, {what}: {options.steps / fast:.2f} steps/s, plain loop"
        f" {options.steps / slow:.2f}, ratio {slow / fast:.2f}"
    )


def reading(data: PackedDataset, rounds: int, device: str) -> None:
    """Print pictures a second of both ways, of 1 and of 16 pictures."""
    networks = [seasoned(member.network).to(device).eval() for member in MEMBERS]
    ensemble = EmotionClassifier(MEMBERS, networks)
    for count in (1, 16):
        some = PackedDataset(_First(data.pictures, count), data.labels[:count])
        away = np.abs(ensemble.probabilities(some) - plain_answers(networks, some, device)).max()
        assert away < 1e-3, away
        fast, slow = best_of(
            [
                lambda some=some: ensemble.probabilities(some),
                lambda some=some: plain_answers(networks, some, device),
            ],
            rounds * 3,
            device,
        )
        print(
            f"reading, ensemble, {count} pictures, {device}: {count / fast:.1f} pictures/s, plain"
            f" loop {count / slow:.1f}, ratio {slow / fast:.2f} (answers differ by {away:.0e})"
        )


class _First(PackedPictures):
    """The first pictures of a set."""

    def __init__(self, pictures: PackedPictures, count: int) -> None:
        super().__init__(pictures.folder)
        self._count = count

    def __len__(self) -> int:
        return self._count


def main() -> None:
    """Print a line a measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", default="lite0")
    parser.add_argument("--size", type=int, default=144)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=4, help="a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--only", choices=["learning", "reading"])
    options = parser.parse_args()
    load, threads = os.getloadavg()[0], torch.get_num_threads()
    print(f"load {load:.1f}, {threads} threads, torch {torch.__version__}")
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        rows = pd.DataFrame({"name": range(options.pictures)})
        pack_pictures(rows, blurred_noise, room / "packed", SIDE)
        labels = np.arange(options.pictures, dtype=np.int64) % len(FACE_EXPRESSIONS)
        data = PackedDataset(PackedPictures(room / "packed"), labels)
        (room / "files").mkdir()
        for place in range(options.pictures):
            bgr = data.pictures[place][..., ::-1]
            name = str(room / "files" / f"{place}.jpg")
            cv2.imwrite(name, bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])
        for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
            if options.only != "reading":
                learning(room, data, options, device)
            if options.only != "learning":
                reading(data, options.rounds, device)


if __name__ == "__main__":
    main()
