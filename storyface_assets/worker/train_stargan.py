"""Train StarGAN on the joint set, measure it on people it never saw, and write its card.

``python -m storyface_assets.worker.train_stargan --data DIR --out DIR [--profile open]``

DIR of the data is what ``dataset/stargan_training_set`` stored; ``--judges`` (default: the open
models) holds the folders ``image_emotion`` and ``face_attributes``. A run that was stopped goes on
from its checkpoints in ``--work`` (default: beside the output).
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from storyface_assets.lib.dataset.batches import PackedDataset, open_part
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.model_cards import CARD_NAME, METRICS_NAME
from storyface_assets.lib.stargan.editor import FaceEditor
from storyface_assets.lib.stargan.label_vectors import Domain
from storyface_assets.lib.stargan.measures import Judges, stargan_report
from storyface_assets.lib.stargan.pairs import PairedFaces, open_pairs
from storyface_assets.lib.stargan.recipe import (
    PROFILES,
    StarGanRecipe,
    build_critic,
    build_generator,
)
from storyface_assets.lib.stargan.task import StarGanTask
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.training import Outcome, Plan, TrainingFailed, train
from storyface_assets.lib.training.log import keep_log
from storyface_assets.worker.reporting import Tell, reporting
from storyface_assets.worker.stargan_card import model_card

#: Folder of the set for each half of the label.
_PARTS: Mapping[Domain, str] = {"CelebA": "celeba", "Custom": "custom"}
#: Held-out pairs that a validation looks at.
_VALIDATED = 64


@dataclass(frozen=True)
class Job:
    """A training of one recipe.

    Attributes:
        data: what ``stargan_training_set`` stored.
        work: folder of the checkpoints.
        profile: of ``PROFILES``.
        device: torch's name of it.
        seed: of all chance.
        tell: hears the progress.
    """

    data: Path
    work: Path
    profile: str = "open"
    device: str = "cpu"
    seed: int = 0
    tell: Tell = lambda name, progress: None

    @property
    def recipe(self) -> StarGanRecipe:
        """Of the profile."""
        return PROFILES[self.profile]

    @cached_property
    def version(self) -> str:
        """Hash of the data."""
        return content_hash(self.data)


def train_generator(job: Job) -> tuple[nn.Module, Outcome]:
    """Train, or go on; returns the generator as it was at the end."""
    recipe = job.recipe
    sets: dict[Domain, PackedDataset] = {
        domain: open_part(job.data, part, "train") for domain, part in _PARTS.items()
    }
    for domain, one in sets.items():
        if not len(one):
            raise BadInput(job.data, domain, "has no training pictures.", "Add people to the set.")
    chances = {d: one.pictures.column("weight").astype(float) for d, one in sets.items()}
    pairs = open_pairs(job.data)
    torch.manual_seed(job.seed)
    generator = build_generator(recipe.generator, recipe.width)
    task = StarGanTask(
        generator,
        build_critic(recipe),
        sets,
        recipe,
        _HeldOut(pairs, recipe.size, job.device),
        job.device,
        chances,
        pairs,
    )
    every = max(recipe.steps // 24, 1)
    how = Plan(
        steps=recipe.steps,
        validate_every=every,
        checkpoint_every=min(every, 100),
        goal="",
        seed=job.seed,
        recipe=json.dumps([asdict(recipe), job.version]),
    )
    outcome = train(task, how, job.work, lambda progress: job.tell("stargan", progress))
    kept = build_generator(recipe.generator, recipe.width)
    kept.load_state_dict(load_file(job.work / "generator.safetensors"))
    return kept, outcome


def train_stargan(job: Job, out: Path, judges: Judges) -> dict[str, Any]:
    """Train, measure, and write model, figures and card.

    Args:
        job: what and how.
        out: folder of the model.
        judges: that measure it.

    Returns:
        What ``metrics.json`` holds.

    Raises:
        BadInput: data that cannot be used.
        TrainingFailed: a loss is no number.
    """
    began = time.perf_counter()
    generator, outcome = train_generator(job)
    recipe = job.recipe
    FaceEditor(generator, recipe.generator, recipe.width, recipe.size).save(out)
    # Measured as it will be used: from the files, in half precision.
    editor = FaceEditor.load(out, job.device)
    facts = json.loads((job.data / "facts.json").read_text("utf-8"))
    metrics = {
        "profile": job.profile,
        "recipe": asdict(recipe),
        "seed": job.seed,
        "date": date.today().isoformat(),
        "seconds": round(time.perf_counter() - began),
        "data": {"version": job.version, "pictures": facts["pictures"]},
        "training": asdict(outcome),
        "test": stargan_report(editor, job.data, judges),
    }
    keep_log(job.work, out, "stargan")
    text = json.dumps(metrics, indent=1, ensure_ascii=False) + "\n"
    write_durably(out / METRICS_NAME, text.encode())
    write_durably(out / CARD_NAME, model_card(metrics).encode())
    return metrics


class _HeldOut:
    """How far the generator is from pairs that training never draws; doing nothing is 1."""

    def __init__(self, pairs: list[PairedFaces], size: int, device: str) -> None:
        self._pairs, self._size, self._device = pairs, size, torch.device(device)

    def __call__(self, generator: nn.Module) -> dict[str, float]:
        told: dict[str, float] = {}
        generator.eval()
        for number, pairs in enumerate(self._pairs):
            rows = pairs.held_out
            if not len(rows):
                continue
            some = rows[np.linspace(0, len(rows) - 1, min(len(rows), _VALIDATED)).astype(int)]
            with torch.inference_mode():
                begin, end, labels = pairs.read(some, self._device, self._size)
                error = (generator(begin, labels) - end).abs().mean()
            told[f"held-out pairs {number}"] = float(error) / float((begin - end).abs().mean())
        generator.train()
        return told


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--judges", type=Path, default=Path("data/open_models"))
    parser.add_argument("--work", type=Path)
    parser.add_argument("--profile", choices=list(PROFILES), default="open")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    work = given.work or given.out.with_name(given.out.name + ".work")
    with reporting() as tell:
        job = Job(given.data, work, given.profile, given.device, given.seed, tell)
        try:
            champions = {p.name: p for p in given.judges.iterdir() if p.is_dir()}
            metrics = train_stargan(job, given.out, Judges.load(champions))
        except (BadInput, TrainingFailed) as error:
            sys.exit(str(error))
    test = metrics["test"]
    print(
        f"on {test['people']} people: expressions {test['expression_success']:.3f}, "
        f"attributes {test['attribute_success']:.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
