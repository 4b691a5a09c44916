"""Train the open coarse DECA encoder on photos of studio people, and measure it on others.

``python -m storyface_assets.worker.train_face_geometry --data data/open_models/open_head --out DIR
[--profile open]``

DIR of the data is the open head's folder. The photos are rendered first, into ``--work`` (default:
beside the output); a run that was stopped goes on with the first person that is missing, then from
its checkpoints. No other photo is seen.
"""

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import load_file

from storyface_assets.lib.deca.coarse_task import PROFILES, CoarseTask, encoded
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.lite0_encoder import lite0_coarse_encoder
from storyface_assets.lib.deca.shot_set import ShotOptions, load_shots, render_shots
from storyface_assets.lib.geometry_measures.head_report import head_report
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.state_dicts import save_weights
from storyface_assets.lib.training import Plan, train
from storyface_assets.lib.training.log import keep_log
from storyface_assets.worker.face_geometry_card import model_card
from storyface_assets.worker.training_worker import Job, run_training, write_figures

WEIGHTS_NAME: Final = "coarse.safetensors"
#: Photos of a test person that are measured by NoW's protocol.
_SCANS: Final = 2


def train_face_geometry(job: Job, out: Path) -> dict[str, Any]:
    """Render, train, measure, and write weights, figures and card.

    Args:
        job: what and how; its ``data`` is the open head's folder.
        out: folder of the model.

    Returns:
        What ``metrics.json`` holds; nothing in a process that does not lead.

    Raises:
        BadInput: a head model that cannot be read, or photos that are damaged.
        TrainingFailed: a loss is no number.
    """
    recipe = PROFILES[job.profile]
    options, shots = ShotOptions(recipe.people, recipe.photos), job.work / "shots"
    head = OpenHead.load(job.data / "head.npz")
    if job.team.leads:
        render_shots(options, job.data, shots, os.cpu_count() or 1)
    job.team.from_leader(lambda: None)  # the others wait
    training, validation = (load_shots(options, shots, part) for part in ("train", "validation"))
    torch.manual_seed(job.seed)
    encoder, points = lite0_coarse_encoder(pretrained=True), FacePoints.of(head)
    task = CoarseTask(encoder, training, validation, points, recipe, job.device, job.team)
    how = Plan(
        steps=recipe.steps,
        validate_every=max(recipe.steps // 20, 1),
        checkpoint_every=50,
        goal="",
        seed=job.seed,
        recipe=json.dumps([asdict(recipe), asdict(options), job.version]),
    )
    outcome = train(task, how, job.work, lambda told: job.tell("face_geometry", told), job.team)
    if not job.team.leads:
        return {}
    encoder.load_state_dict(load_file(job.work / "encoder.safetensors"))
    save_weights(encoder, out / WEIGHTS_NAME)
    encoder.load_state_dict(load_file(out / WEIGHTS_NAME))  # measured as it will be used
    test = load_shots(options, shots, "test")
    told = encoded(encoder, test, torch.device(job.device))
    mean = np.repeat(training.codes.mean(0, keepdims=True), len(test), 0)
    true = Codes.split(torch.from_numpy(test.codes))
    reports = {
        "test": head_report(Codes.split(told), true, test.persons, head, _SCANS),
        "mean": head_report(Codes.split(torch.from_numpy(mean)), true, test.persons, head, 1),
    }
    metrics = {
        "profile": job.profile,
        "recipe": asdict(recipe),
        "seed": job.seed,
        "shares": job.team.parts,
        "date": date.today().isoformat(),
        "seconds": round(outcome.seconds),
        "data": {
            "version": job.version,
            "train": len(training),
            "validation": len(validation),
            "test": len(test),
        },
        "training": asdict(outcome),
        **reports,
    }
    keep_log(job.work, out, "face_geometry")
    write_figures(out, metrics, model_card(metrics))
    return metrics


def _told(metrics: dict[str, Any]) -> str:
    test = metrics["test"]
    return (
        f"on {test['people']} people: scan-to-mesh median {test['scan_median']:.2f} mm, "
        f"landmarks {test['landmark_error']:.3f} of the eyes' distance"
    )


if __name__ == "__main__":
    run_training("Train face_geometry.", PROFILES, train_face_geometry, _told)
