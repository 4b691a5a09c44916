"""Train DECA's two stages and EMOCA's lesson, of the open head, on photos of studio people.

``python -m storyface_assets.worker.train_face_geometry --data DIR --out DIR [--profile open]
[--begin MODEL]``

DIR of the data is what the asset ``head_shots`` stored, or
``python -m storyface_assets.worker.render_head_shots`` wrote. A run that was stopped goes on from
its checkpoints. No other photo is seen. With ``--begin`` both stages are taken from a model as they
are, and its coarse encoder has the lesson (one more, if it had one): as after another training of
``image_emotion``, whose folder is named by ``--judge image_emotion=DIR``.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import torch

from storyface_assets.lib.deca.coarse_figures import coarse_report
from storyface_assets.lib.deca.coarse_reader import WEIGHTS_NAME, CoarseReader
from storyface_assets.lib.deca.coarse_task import PROFILES
from storyface_assets.lib.deca.detail_figures import detail_report
from storyface_assets.lib.deca.detail_reader import DetailReader
from storyface_assets.lib.deca.emotion_figures import emotion_distance
from storyface_assets.lib.deca.known_relief import KnownRelief
from storyface_assets.lib.deca.lite0_encoder import ScaledEncoder
from storyface_assets.lib.deca.shot_set import Shots, load_shots, read_options
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.model_cards import METRICS_NAME
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.training.judges import judge_folder
from storyface_assets.lib.training.log import LOG_NAME
from storyface_assets.lib.training.precision import cpu_has_bfloat16
from storyface_assets.worker.face_geometry_card import model_card
from storyface_assets.worker.face_geometry_stages import Learnt, Stages
from storyface_assets.worker.training_worker import Job, run_training, write_figures

#: Of both stages in ``metrics.json``, that a model begun with hands on.
_HANDED_ON: Final = (
    "recipe",
    "detail_recipe",
    "training",
    "detail_training",
    "detail_in_bfloat16",
)
#: Likewise: how that model came about, and what its lesson was, if it had one.
_ORIGIN: Final = ("profile", "seed", "shares", "date", "data")
_LESSON: Final = ("lesson_recipe", "lesson", "judge", "emotion")
_BEGIN: Final = "begin"


@dataclass(frozen=True, eq=False)
class _Begun:
    """Both stages before the lesson.

    Attributes:
        coarse: encoder.
        detail: likewise, and decoder.
        told: of ``metrics.json``.
        seconds: that it took so far.
        logs: of the stages, by name.
    """

    coarse: ScaledEncoder
    detail: DetailReader
    told: dict[str, Any]
    seconds: float
    logs: dict[str, bytes]


def train_face_geometry(job: Job, out: Path) -> dict[str, Any]:
    """Train, measure, and write weights, figures and card.

    Args:
        job: what and how; its judges ``open_head`` and ``image_emotion`` are the head model's and
            the expression classifier's folders, its folder ``begin`` a model to begin with.
        out: folder of the model.

    Returns:
        What ``metrics.json`` holds; nothing in a process that does not lead.

    Raises:
        BadInput: a head model, classifier, begun model or photos that cannot be read, or a begun
            model of other photos.
        TrainingFailed: a loss is no number.
    """
    stages, options = Stages(job), read_options(job.data)
    relief = KnownRelief(stages.head, options.seed)
    begin = job.folders.get(_BEGIN)
    begun = _taken(begin, job) if begin else _trained(stages, job, relief)
    encoder, lesson = stages.learn_emotion(begun.coarse)
    if not job.team.leads:
        return {}
    CoarseReader(encoder, job.device).save(out)
    begun.detail.save(out)
    # Of the weights as they are kept, in half precision.
    kept, device = CoarseReader.load(out, job.device).encoder, torch.device(job.device)
    test = load_shots(job.data, "test")
    metrics = {
        "profile": job.profile,
        **begun.told,
        "seed": job.seed,
        "shares": job.team.parts,
        "date": date.today().isoformat(),
        "seconds": round(begun.seconds + _seconds(lesson)),
        "data": {"version": job.version, "options": asdict(options), **stages.counts},
        "lesson_recipe": lesson.recipe,
        "lesson": lesson.outcome,
        "judge": stages.judge_version,
        **coarse_report(out, job.data, judge_folder(job.judges, "open_head")),
        "emotion": {
            name: emotion_distance(one, stages.shown, test, device)
            for name, one in (("without", begun.coarse), ("distance", kept))
        },
        "detail": _of_wrinkles(out, test, relief, device),
    }
    for stage, log in (begun.logs | {"emotion": _log(lesson)}).items():
        write_durably(out / f"face_geometry_{stage}.{LOG_NAME}", log)
    write_figures(out, metrics, model_card(metrics))
    return metrics


def _trained(stages: Stages, job: Job, relief: KnownRelief) -> _Begun:
    coarse, first = stages.learn_coarse()
    detail, second = stages.learn_detail(coarse, relief)
    told = {
        "recipe": first.recipe,
        "detail_recipe": second.recipe,
        "training": first.outcome,
        "detail_training": second.outcome,
        "detail_in_bfloat16": job.device.startswith("cuda") or cpu_has_bfloat16(),
    }
    logs = {"coarse": _log(first), "detail": _log(second)} if job.team.leads else {}
    return _Begun(coarse, detail, told, _seconds(first) + _seconds(second), logs)


def _taken(folder: Path, job: Job) -> _Begun:
    """A model's own stages, if its people are these: no others may train and test."""
    file = folder / METRICS_NAME
    try:
        metrics = json.loads(file.read_text("utf-8"))
        told = {name: metrics[name] for name in _HANDED_ON}
        origin = {name: metrics[name] for name in _ORIGIN}
        there, seconds = metrics["data"]["options"], float(metrics["seconds"])
        logs = {
            name: (folder / f"face_geometry_{name}.{LOG_NAME}").read_bytes()
            for name in ("coarse", "detail")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        mend = "Name a folder of face_geometry."
        raise BadInput(file, "", f"cannot be read ({error}).", mend) from error
    here = asdict(read_options(job.data))
    if there != here:
        problem = f"are of other people ({there}) than the photos ({here})."
        raise BadInput(file, "data", problem, "Render head shots by the model's own options.")
    # The stages are the first model's of all, however often the lesson was given since.
    first = metrics.get("begun", origin | {"sha256": content_hash(folder / WEIGHTS_NAME)})
    before = metrics.get("lessons_before", [])
    if "lesson" in metrics:
        before = [*before, {name: metrics[name] for name in _LESSON}]
    told |= {"begun": first, "lessons_before": before}
    coarse = CoarseReader.load(folder, job.device).encoder
    return _Begun(coarse, DetailReader.load(folder, job.device), told, seconds, logs)


def _of_wrinkles(
    model: Path, test: Shots, relief: KnownRelief, device: torch.device
) -> dict[str, float]:
    """Of the weights as they are kept, in half precision."""
    coarse, detail = CoarseReader.load(model, str(device)), DetailReader.load(model, str(device))
    told = coarse.read(test.photos).expression.numpy()
    return detail_report(detail.encoder, detail.decoder, test, relief, device, told)


def _seconds(learnt: Learnt) -> float:
    return float(learnt.outcome["seconds"])


def _log(learnt: Learnt) -> bytes:
    return (learnt.folder / LOG_NAME).read_bytes()


def _told(metrics: dict[str, Any]) -> str:
    test = metrics["test"]
    return (
        f"on {test['people']} people: scan-to-mesh median {test['scan_median']:.2f} mm, "
        f"landmarks {test['landmark_error']:.3f} of the eyes' distance, "
        f"wrinkles {metrics['detail']['shown']:.0%} found"
    )


if __name__ == "__main__":
    help_text = "a model whose two stages are kept; only EMOCA's lesson is learnt"
    run_training("Train face_geometry.", PROFILES, train_face_geometry, _told, {_BEGIN: help_text})
