"""Train DECA's two stages, of the open head, on photos of studio people, and measure on others.

``python -m storyface_assets.worker.train_face_geometry --data DIR --out DIR [--profile open]``

DIR of the data is what the asset ``head_shots`` stored, or
``python -m storyface_assets.worker.render_head_shots`` wrote. A run that was stopped goes on from
its checkpoints. No other photo is seen.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file

from storyface_assets.lib.deca.coarse_figures import coarse_report
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.coarse_task import PROFILES, CoarseRecipe, CoarseTask
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.detail_figures import detail_report
from storyface_assets.lib.deca.detail_reader import (
    DetailReader,
    first_decoder,
    lite0_detail_encoder,
)
from storyface_assets.lib.deca.detail_task import DETAIL_PROFILES, DetailRecipe, DetailTask
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.known_relief import KnownRelief
from storyface_assets.lib.deca.lite0_encoder import ScaledEncoder, lite0_coarse_encoder
from storyface_assets.lib.deca.shot_set import Shots, load_shots, read_options
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.training import Outcome, Plan, Task, train
from storyface_assets.lib.training.judges import judge_folder
from storyface_assets.lib.training.log import keep_log
from storyface_assets.lib.training.precision import cpu_has_bfloat16
from storyface_assets.worker.face_geometry_card import model_card
from storyface_assets.worker.training_worker import Job, run_training, write_figures

#: Least error of a code, in its spread over the training.
_SUREST: Final = 0.1


@dataclass(frozen=True, eq=False)
class _Lesson:
    """What both stages learn from."""

    job: Job
    training: Shots
    validation: Shots
    head: OpenHead
    head_version: str

    def plan(self, recipe: CoarseRecipe | DetailRecipe, before: str) -> Plan:
        return Plan(
            steps=recipe.steps,
            validate_every=max(recipe.steps // 5, 1),
            checkpoint_every=50,
            goal="",
            seed=self.job.seed,
            recipe=json.dumps([asdict(recipe), self.job.version, before], sort_keys=True),
        )

    def train(
        self, name: str, task: Task, recipe: CoarseRecipe | DetailRecipe, before: str
    ) -> Outcome:
        """``before``: what the stage begins with and learns by, as text."""
        job = self.job
        return train(
            task,
            self.plan(recipe, before),
            job.work / name,
            lambda told: job.tell(f"face_geometry {name}", told),
            job.team,
        )


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
    head_dir = judge_folder(job.judges, "open_head")
    training, validation = (load_shots(job.data, part) for part in ("train", "validation"))
    head = OpenHead.load(head_dir / "head.npz")
    lesson = _Lesson(job, training, validation, head, content_hash(head_dir))
    options = read_options(job.data)
    relief = KnownRelief(lesson.head, options.seed)
    coarse, outcome = _coarse(lesson)
    detail, detail_outcome = _detail(lesson, coarse, relief)
    if not job.team.leads:
        return {}
    CoarseReader(coarse, job.device).save(out)
    detail.save(out)
    # Of the weights as they are kept, in half precision.
    kept, test = DetailReader.load(out, job.device), load_shots(job.data, "test")
    device = torch.device(job.device)
    told = Codes.split(encoded(coarse, test.photos, device)).expression.numpy()
    metrics = {
        "profile": job.profile,
        "recipe": asdict(PROFILES[job.profile]),
        "detail_recipe": asdict(DETAIL_PROFILES[job.profile]),
        "seed": job.seed,
        "shares": job.team.parts,
        "date": date.today().isoformat(),
        "seconds": round(outcome.seconds + detail_outcome.seconds),
        "data": {
            "version": job.version,
            "options": asdict(options),
            "train": len(training),
            "validation": len(validation),
        },
        "training": asdict(outcome),
        "detail_training": asdict(detail_outcome),
        **coarse_report(out, job.data, head_dir),
        "detail": detail_report(kept.encoder, kept.decoder, test, relief, device, told),
        "detail_in_bfloat16": device.type == "cuda" or cpu_has_bfloat16(),
    }
    for stage in ("coarse", "detail"):
        keep_log(job.work / stage, out, f"face_geometry_{stage}")
    write_figures(out, metrics, model_card(metrics))
    return metrics


def _coarse(lesson: _Lesson) -> tuple[ScaledEncoder, Outcome]:
    """The coarse encoder, its errors measured; the same in every process."""
    job, recipe = lesson.job, PROFILES[lesson.job.profile]
    torch.manual_seed(job.seed)
    encoder = lite0_coarse_encoder(pretrained=True)
    task = CoarseTask(
        encoder,
        lesson.training,
        lesson.validation,
        FacePoints.of(lesson.head),
        recipe,
        job.device,
        job.team,
    )
    outcome = lesson.train("coarse", task, recipe, lesson.head_version)
    encoder.load_state_dict(load_file(job.work / "coarse" / "encoder.safetensors"))
    validation = lesson.validation
    told = encoded(encoder, validation.photos, torch.device(job.device))
    away = told - torch.from_numpy(validation.codes)
    # Few people that validate may agree by chance; nothing is told that surely.
    least = _SUREST * encoder.spread.cpu()
    encoder.error.copy_(torch.maximum(away.square().mean(0).sqrt(), least))
    return encoder, outcome


def _detail(
    lesson: _Lesson, coarse: ScaledEncoder, relief: KnownRelief
) -> tuple[DetailReader, Outcome]:
    job, recipe = lesson.job, DETAIL_PROFILES[lesson.job.profile]
    torch.manual_seed(job.seed + 1)
    encoder, decoder = lite0_detail_encoder(coarse), first_decoder()
    task = DetailTask(
        encoder,
        decoder,
        lesson.training,
        lesson.validation,
        relief,
        coarse.error.cpu(),
        recipe,
        job.device,
        job.team,
    )
    # The coarse encoder's features and errors are its beginning.
    coarse_file = (job.work / "coarse" / "encoder.safetensors").read_bytes()
    before = f"{lesson.head_version} {hashlib.sha256(coarse_file).hexdigest()}"
    outcome = lesson.train("detail", task, recipe, before)
    for name, network in task.weights().items():
        network.load_state_dict(load_file(job.work / "detail" / f"{name}.safetensors"))
    return DetailReader(encoder, decoder, job.device), outcome


def _told(metrics: dict[str, Any]) -> str:
    test = metrics["test"]
    return (
        f"on {test['people']} people: scan-to-mesh median {test['scan_median']:.2f} mm, "
        f"landmarks {test['landmark_error']:.3f} of the eyes' distance, "
        f"wrinkles {metrics['detail']['shown']:.0%} found"
    )


if __name__ == "__main__":
    run_training("Train face_geometry.", PROFILES, train_face_geometry, _told)
