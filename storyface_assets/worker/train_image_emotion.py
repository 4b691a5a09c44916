"""Train the expression classifier: GoogLeNet and EfficientNet, and their ensemble.

``python -m storyface_assets.worker.train_image_emotion --splits DIR --out DIR [--profile open]``

On two GPUs: ``torchrun --nproc_per_node=2 -m storyface_assets.worker.train_image_emotion …``.

DIR of the splits is what ``dataset/emotion_splits`` stored. A run that was stopped goes on from its
checkpoints in ``--work`` (default: beside the output). The output holds the weights,
``metrics.json`` with the figures on the test people, and a model card.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier, Member
from storyface_assets.lib.classifiers.evaluation import ensemble_report, labelled
from storyface_assets.lib.classifiers.profiles import PROFILES, MemberPlan, begin
from storyface_assets.lib.classifiers.task import ClassifierTask, predict
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.measures import fit_temperature
from storyface_assets.lib.model_cards import CARD_NAME, METRICS_NAME
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.training import ALONE, Outcome, Plan, Team, train
from storyface_assets.lib.training.failure import failure_told
from storyface_assets.lib.training.log import keep_log
from storyface_assets.lib.training.team import joined
from storyface_assets.worker.image_emotion_card import model_card
from storyface_assets.worker.reporting import Tell, reporting


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
        team: the processes that train together.
        compiled: by ``torch.compile``.
    """

    splits: Path
    work: Path
    profile: str = "open"
    weights_dir: Path = Path("data/raw/imagenet")
    device: str = "cpu"
    seed: int = 0
    tell: Tell = lambda name, progress: None
    team: Team = ALONE
    compiled: bool = False

    @cached_property
    def version(self) -> str:
        """Hash of the data."""
        return content_hash(self.splits)


def train_member(job: Job, plan: MemberPlan) -> tuple[nn.Module, Outcome]:
    """Train one network, or go on with it; the leader gets it as it was at its best validation."""
    training, validation = labelled(job.splits, "train"), labelled(job.splits, "validation")
    torch.manual_seed(job.seed)
    network = begin(plan, job.weights_dir)
    weights = training.pictures.column("weight").astype(float)
    task = ClassifierTask(
        network, training, validation, plan.recipe, job.device, weights, job.team, job.compiled
    )
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
    outcome = train(task, how, folder, lambda progress: job.tell(plan.network, progress), job.team)
    if job.team.leads:  # the others could look before it is written
        network.load_state_dict(load_file(folder / "network.safetensors"))
    return network, outcome


def train_image_emotion(job: Job, out: Path) -> dict[str, Any]:
    """Train all networks of a profile, calibrate, measure, and write model, figures and card.

    Args:
        job: what and how.
        out: folder of the model.

    Returns:
        What ``metrics.json`` holds; nothing in a process that does not lead.

    Raises:
        BadInput: splits or weights that cannot be used.
        TrainingFailed: a loss is no number.
    """
    began, plans = time.perf_counter(), PROFILES[job.profile]
    trained = [train_member(job, plan) for plan in plans]
    if not job.team.leads:
        return {}
    members, networks, validation = [], [], labelled(job.splits, "validation")
    for plan, (network, _) in zip(plans, trained, strict=True):
        scores = predict(network, validation, plan.recipe.size)
        temperature = fit_temperature(scores, validation.labels)
        members.append(Member(plan.network, plan.recipe.size, temperature))
        networks.append(network)
    EmotionClassifier(members, networks).save(out)
    # Measured as it will be used: from the files, in half precision.
    classifier = EmotionClassifier.load(out, job.device)
    test = labelled(job.splits, "test")
    metrics = {
        "profile": job.profile,
        "seed": job.seed,
        "shares": job.team.parts,
        "date": date.today().isoformat(),
        "seconds": round(time.perf_counter() - began),
        "data": {
            "version": job.version,
            "train": len(labelled(job.splits, "train")),
            "validation": len(validation),
            "test": len(test),
        },
        "training": {p.network: asdict(end) for p, (_, end) in zip(plans, trained, strict=True)},
        "test": ensemble_report(classifier, test),
    }
    for plan in plans:
        keep_log(job.work / plan.network, out, plan.network)
    text = json.dumps(metrics, indent=1, ensure_ascii=False) + "\n"
    write_durably(out / METRICS_NAME, text.encode())
    write_durably(out / CARD_NAME, model_card(metrics, classifier.members).encode())
    return metrics


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
    help_accumulate = "shares of a batch that a process works through, one after the other"
    parser.add_argument("--accumulate", type=int, default=1, help=help_accumulate)
    parser.add_argument("--compile", action="store_true", help="by torch.compile")
    given = parser.parse_args()
    work = given.work or given.out.with_name(given.out.name + ".work")
    with (
        failure_told(given.out),
        joined(given.device, given.accumulate) as (team, device),
        reporting(team.leads) as tell,
    ):
        job = Job(
            splits=given.splits,
            work=work,
            profile=given.profile,
            weights_dir=given.weights,
            device=device,
            seed=given.seed,
            tell=tell,
            team=team,
            compiled=given.compile,
        )
        metrics = train_image_emotion(job, given.out)
    if metrics:
        report = metrics["test"]["ensemble"]
        print(f"on {report['people']} people: accuracy {report['accuracy']:.3f}", flush=True)


if __name__ == "__main__":
    main()
