"""Train the expression classifier: GoogLeNet and EfficientNet, and their ensemble.

``python -m storyface_assets.worker.train_image_emotion --splits DIR --out DIR [--profile open]``

On two GPUs: ``torchrun --nproc_per_node=2 -m storyface_assets.worker.train_image_emotion …``.

DIR of the splits is what ``dataset/emotion_splits`` stored. A run that was stopped goes on from its
checkpoints in ``--work`` (default: beside the output). The output holds the weights,
``metrics.json`` with the figures on the test people, and a model card.
"""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier, Member
from storyface_assets.lib.classifiers.evaluation import ensemble_report, labelled
from storyface_assets.lib.classifiers.profiles import PROFILES, MemberPlan, begin
from storyface_assets.lib.classifiers.task import ClassifierTask, predict
from storyface_assets.lib.measures import fit_temperature
from storyface_assets.lib.training import Outcome, Plan, train
from storyface_assets.lib.training.log import keep_log
from storyface_assets.worker.image_emotion_card import model_card
from storyface_assets.worker.training_worker import Job, run_training, write_figures


def train_member(job: Job, plan: MemberPlan) -> tuple[nn.Module, Outcome]:
    """Train one network, or go on with it; the leader gets it as it was at its best validation."""
    training, validation = labelled(job.data, "train"), labelled(job.data, "validation")
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
    plans = PROFILES[job.profile]
    trained = [train_member(job, plan) for plan in plans]
    if not job.team.leads:
        return {}
    members, networks, validation = [], [], labelled(job.data, "validation")
    for plan, (network, _) in zip(plans, trained, strict=True):
        scores = predict(network, validation, plan.recipe.size)
        temperature = fit_temperature(scores, validation.labels)
        members.append(Member(plan.network, plan.recipe.size, temperature))
        networks.append(network)
    EmotionClassifier(members, networks).save(out)
    # Measured as it will be used: from the files, in half precision.
    classifier = EmotionClassifier.load(out, job.device)
    test = labelled(job.data, "test")
    metrics = {
        "profile": job.profile,
        "seed": job.seed,
        "shares": job.team.parts,
        "date": date.today().isoformat(),
        "seconds": round(sum(end.seconds for _, end in trained)),
        "data": {
            "version": job.version,
            "train": len(labelled(job.data, "train")),
            "validation": len(validation),
            "test": len(test),
        },
        "training": {p.network: asdict(end) for p, (_, end) in zip(plans, trained, strict=True)},
        "test": ensemble_report(classifier, test),
    }
    for plan in plans:
        keep_log(job.work / plan.network, out, plan.network)
    write_figures(out, metrics, model_card(metrics, classifier.members))
    return metrics


def main() -> None:
    """Read the arguments and train."""
    run_training("Train image_emotion.", PROFILES, train_image_emotion, _told)


def _told(metrics: dict[str, Any]) -> str:
    report = metrics["test"]["ensemble"]
    return f"on {report['people']} people: accuracy {report['accuracy']:.3f}"


if __name__ == "__main__":
    main()
