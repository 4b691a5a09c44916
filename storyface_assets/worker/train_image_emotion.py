"""Train the expression classifier: GoogLeNet and EfficientNet, and their ensemble.

``python -m storyface_assets.worker.train_image_emotion --splits DIR --out DIR [--profile open]``

DIR of the splits is what ``dataset/emotion_splits`` stored. A run that was stopped goes on from its
checkpoints in ``--work`` (default: beside the output). The output holds the weights,
``metrics.json`` with the figures on the test people, and a model card.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier, Member
from storyface_assets.lib.classifiers.profiles import PROFILES, MemberPlan, begin
from storyface_assets.lib.classifiers.report import classifier_report
from storyface_assets.lib.classifiers.task import ClassifierTask, predict
from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.dataset.training_sets import open_split
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.measures import fit_temperature
from storyface_assets.lib.model_cards import CARD_NAME, METRICS_NAME
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.training import Outcome, Plan, Progress, train
from storyface_assets.vocabulary import FACE_EXPRESSIONS
from storyface_assets.worker.image_emotion_card import model_card

Tell = Callable[[str, Progress], None]


def labelled(splits: Path, split: str) -> PackedDataset:
    """One split's pictures with numbers of ``FACE_EXPRESSIONS``.

    Raises:
        BadInput: it is missing, empty or damaged.
    """
    pictures = open_split(splits, split)
    if not len(pictures):
        raise BadInput(splits, split, "has no pictures.", "Give the dataset more people.")
    number = {name: k for k, name in enumerate(FACE_EXPRESSIONS)}
    return PackedDataset(pictures, pictures.index["expression"].map(number).to_numpy(np.int64))


@dataclass(frozen=True)
class Job:
    """A training of all networks of a profile.

    Attributes:
        splits: what ``emotion_splits`` stored.
        work: folder of the checkpoints.
        profile: of ``PROFILES``.
        weights_dir: torchvision's files, for ``research``.
        device: torch's name of it.
        seed: of all chance.
        tell: hears the progress of each network.
    """

    splits: Path
    work: Path
    profile: str = "open"
    weights_dir: Path = Path("data/raw/imagenet")
    device: str = "cpu"
    seed: int = 0
    tell: Tell = lambda name, progress: None

    @cached_property
    def version(self) -> str:
        """Hash of the data."""
        return content_hash(self.splits)


def train_member(job: Job, plan: MemberPlan) -> tuple[nn.Module, Outcome]:
    """Train one network, or go on with it; returns it as it was at its best validation."""
    training, validation = labelled(job.splits, "train"), labelled(job.splits, "validation")
    torch.manual_seed(job.seed)
    network = begin(plan, job.weights_dir)
    weights = training.pictures.index["weight"].to_numpy(float)
    task = ClassifierTask(network, training, validation, plan.recipe, job.device, weights)
    how = Plan(
        steps=plan.recipe.steps,
        validate_every=plan.validate_every,
        checkpoint_every=50,
        goal="log_likelihood",
        patience=plan.patience,
        seed=job.seed,
        recipe=json.dumps([asdict(plan), job.version]),
    )
    folder = job.work / plan.network
    outcome = train(task, how, folder, lambda progress: job.tell(plan.network, progress))
    network.load_state_dict(load_file(folder / "network.safetensors"))
    return network, outcome


def evaluate(classifier: EmotionClassifier, data: PackedDataset) -> dict[str, Any]:
    """Figures of the ensemble and of each network alone."""
    told, index = classifier.member_probabilities(data), data.pictures.index
    persons = index["person"].where(index["person"] != "", index["group"]).tolist()
    alone = {
        member.network: classifier_report(some, data.labels, persons)
        for member, some in zip(classifier.members, told, strict=True)
    }
    return {"ensemble": classifier_report(told.mean(0), data.labels, persons), "alone": alone}


def train_image_emotion(job: Job, out: Path) -> dict[str, Any]:
    """Train all networks of a profile, calibrate, measure, and write model, figures and card.

    Args:
        job: what and how.
        out: folder of the model.

    Returns:
        What ``metrics.json`` holds.

    Raises:
        BadInput: splits or weights that cannot be used.
        TrainingFailed: a loss is no number.
    """
    began, members, networks, outcomes = time.perf_counter(), [], [], {}
    validation = labelled(job.splits, "validation")
    for plan in PROFILES[job.profile]:
        network, outcome = train_member(job, plan)
        scores = predict(network, validation, plan.recipe.size)
        temperature = fit_temperature(scores, validation.labels)
        members.append(Member(plan.network, plan.recipe.size, temperature))
        networks.append(network)
        outcomes[plan.network] = asdict(outcome)
    EmotionClassifier(members, networks).save(out)
    # Measured as it will be used: from the files, in half precision.
    classifier = EmotionClassifier.load(out, job.device)
    test = labelled(job.splits, "test")
    metrics = {
        "profile": job.profile,
        "seed": job.seed,
        "date": date.today().isoformat(),
        "seconds": round(time.perf_counter() - began),
        "data": {
            "version": job.version,
            "train": len(labelled(job.splits, "train")),
            "validation": len(validation),
            "test": len(test),
        },
        "training": outcomes,
        "test": evaluate(classifier, test),
    }
    text = json.dumps(metrics, indent=1, ensure_ascii=False) + "\n"
    write_durably(out / METRICS_NAME, text.encode())
    write_durably(out / CARD_NAME, model_card(metrics, classifier.members).encode())
    return metrics


def _print(name: str, progress: Progress) -> None:
    figures = {**progress.losses, **progress.figures}
    told = ", ".join(f"{key} {value:.3f}" for key, value in figures.items())
    at = f"{progress.step}/{progress.steps}, {progress.seconds_a_step:.2f} s a step"
    print(f"{name}: {at}, {told}", flush=True)


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--profile", choices=list(PROFILES), default="open")
    parser.add_argument("--weights", type=Path, default=Path("data/raw/imagenet"))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    work = given.work or given.out.with_name(given.out.name + ".work")
    job = Job(given.splits, work, given.profile, given.weights, given.device, given.seed, _print)
    try:
        metrics = train_image_emotion(job, given.out)
    except BadInput as error:
        sys.exit(str(error))
    print(json.dumps(metrics["test"]["ensemble"], ensure_ascii=False))


if __name__ == "__main__":
    main()
