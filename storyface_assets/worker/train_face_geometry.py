"""Train the open coarse DECA encoder on photos of studio people, and measure it on others.

``python -m storyface_assets.worker.train_face_geometry --data DIR --out DIR [--profile open]``

DIR of the data is what the asset ``head_shots`` stored, or
``python -m storyface_assets.worker.render_head_shots`` wrote. A run that was stopped goes on from
its checkpoints. No other photo is seen.
"""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file

from storyface_assets.lib.deca.coarse_figures import coarse_report
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.coarse_task import PROFILES, CoarseTask
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.lite0_encoder import lite0_coarse_encoder
from storyface_assets.lib.deca.shot_set import load_shots, read_options
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.training import Plan, train
from storyface_assets.lib.training.judges import judge_folder
from storyface_assets.lib.training.log import keep_log
from storyface_assets.worker.face_geometry_card import model_card
from storyface_assets.worker.training_worker import Job, run_training, write_figures

#: Least error of a code, in its spread over the training.
_SUREST: Final = 0.1


def train_face_geometry(job: Job, out: Path) -> dict[str, Any]:
    """Train, measure, and write weights, figures and card.

    Args:
        job: what and how; its judge ``open_head`` is the head model's folder.
        out: folder of the model.

    Returns:
        What ``metrics.json`` holds; nothing in a process that does not lead.

    Raises:
        BadInput: a head model or photos that cannot be read.
        TrainingFailed: a loss is no number.
    """
    recipe, head_dir = PROFILES[job.profile], judge_folder(job.judges, "open_head")
    training, validation = (load_shots(job.data, part) for part in ("train", "validation"))
    torch.manual_seed(job.seed)
    encoder = lite0_coarse_encoder(pretrained=True)
    points = FacePoints.of(OpenHead.load(head_dir / "head.npz"))
    task = CoarseTask(encoder, training, validation, points, recipe, job.device, job.team)
    how = Plan(
        steps=recipe.steps,
        validate_every=max(recipe.steps // 5, 1),
        checkpoint_every=50,
        goal="",
        seed=job.seed,
        recipe=json.dumps([asdict(recipe), job.version]),
    )
    outcome = train(task, how, job.work, lambda told: job.tell("face_geometry", told), job.team)
    if not job.team.leads:
        return {}
    encoder.load_state_dict(load_file(job.work / "encoder.safetensors"))
    told = encoded(encoder, validation.photos, torch.device(job.device))
    away = told - torch.from_numpy(validation.codes)
    # Few people that validate may agree by chance; nothing is told that surely.
    least = _SUREST * encoder.spread.cpu()
    encoder.error.copy_(torch.maximum(away.square().mean(0).sqrt(), least))
    CoarseReader(encoder, job.device).save(out)
    metrics = {
        "profile": job.profile,
        "recipe": asdict(recipe),
        "seed": job.seed,
        "shares": job.team.parts,
        "date": date.today().isoformat(),
        "seconds": round(outcome.seconds),
        "data": {
            "version": job.version,
            "options": asdict(read_options(job.data)),
            "train": len(training),
            "validation": len(validation),
        },
        "training": asdict(outcome),
        **coarse_report(out, job.data, head_dir),
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
