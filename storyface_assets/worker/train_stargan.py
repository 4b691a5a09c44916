"""Train StarGAN on the joint set, measure it on people it never saw, and write its card.

``python -m storyface_assets.worker.train_stargan --data DIR --out DIR [--profile open]``

DIR of the data is what ``dataset/stargan_training_set`` stored. ``--judge NAME=DIR`` gives the
champions ``image_emotion`` and ``face_attributes`` (default: the open models'). A run that was
stopped goes on from its checkpoints in ``--work`` (default: beside the output).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from storyface_assets.lib.dataset.batches import PackedDataset, open_part
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.stargan.editor import FaceEditor
from storyface_assets.lib.stargan.label_vectors import Domain
from storyface_assets.lib.stargan.losses import paired_loss
from storyface_assets.lib.stargan.measures import Judges, stargan_report
from storyface_assets.lib.stargan.pairs import PairedFaces, open_pairs
from storyface_assets.lib.stargan.recipe import (
    PROFILES,
    build_critic,
    build_generator,
)
from storyface_assets.lib.stargan.task import StarGanTask
from storyface_assets.lib.training import Outcome, Plan, train
from storyface_assets.lib.training.log import keep_log
from storyface_assets.worker.stargan_card import model_card
from storyface_assets.worker.training_worker import Job, run_training, write_figures

#: Folder of the set for each half of the label.
_PARTS: Mapping[Domain, str] = {"CelebA": "celeba", "Custom": "custom"}
#: Held-out pairs that a validation looks at.
_VALIDATED = 64


def train_generator(job: Job) -> tuple[nn.Module, Outcome]:
    """Train, or go on; returns the generator as it was at the end."""
    recipe = PROFILES[job.profile]
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
        job.team,
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
    outcome = train(task, how, job.work, lambda progress: job.tell("stargan", progress), job.team)
    kept = build_generator(recipe.generator, recipe.width)
    if job.team.leads:  # the others could look before it is written
        kept.load_state_dict(load_file(job.work / "generator.safetensors"))
    return kept, outcome


def train_stargan(job: Job, out: Path) -> dict[str, Any]:
    """Train, measure, and write model, figures and card.

    Args:
        job: what and how.
        out: folder of the model.

    Returns:
        What ``metrics.json`` holds; nothing in a process that does not lead.

    Raises:
        BadInput: data or judges that cannot be used.
        TrainingFailed: a loss is no number.
    """
    # Before the training, not after it: a judge may be missing.
    judges, recipe = Judges.load(job.judges), PROFILES[job.profile]
    generator, outcome = train_generator(job)
    if not job.team.leads:
        return {}
    FaceEditor(generator, recipe.generator, recipe.width, recipe.size).save(out)
    # Measured as it will be used: from the files, in half precision.
    editor = FaceEditor.load(out, job.device)
    facts = json.loads((job.data / "facts.json").read_text("utf-8"))
    metrics = {
        "profile": job.profile,
        "recipe": asdict(recipe),
        "seed": job.seed,
        "shares": job.team.parts,
        "date": date.today().isoformat(),
        "seconds": round(outcome.seconds),
        "data": {"version": job.version, "pictures": facts["pictures"]},
        "training": asdict(outcome),
        "test": stargan_report(editor, job.data, judges),
    }
    keep_log(job.work, out, "stargan")
    write_figures(out, metrics, model_card(metrics))
    return metrics


class _HeldOut:
    """How far the generator is from pairs that training never draws (``paired_loss``).

    Changing nothing is 1.
    """

    def __init__(self, pairs: list[PairedFaces], size: int, device: str) -> None:
        self._pairs, self._size, self._device = pairs, size, torch.device(device)

    def __call__(self, generator: nn.Module) -> dict[str, float]:
        told: dict[str, float] = {}
        generator.eval()
        for pairs in self._pairs:
            rows = pairs.held_out
            if not len(rows):
                continue
            some = rows[np.linspace(0, len(rows) - 1, min(len(rows), _VALIDATED)).astype(int)]
            with torch.inference_mode():
                held = pairs.read(some, self._device, self._size)
                made = generator(held.begin, held.labels)
                error = paired_loss(made, held.begin, held.end)
                nothing = paired_loss(held.begin, held.begin, held.end)
            told[f"held-out {pairs.part}"] = float(error) / float(nothing)
        generator.train()
        return told


def _told(metrics: dict[str, Any]) -> str:
    test = metrics["test"]
    return (
        f"on {test['people']} people: expressions {test['expression_success']:.3f}, "
        f"attributes {test['attribute_success']:.3f}"
    )


if __name__ == "__main__":
    run_training("Train StarGAN.", PROFILES, train_stargan, _told)
