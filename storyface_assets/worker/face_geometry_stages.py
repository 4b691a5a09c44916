"""What is learnt of face_geometry, one after the other: the codes, the wrinkles, EMOCA's lesson."""

import copy
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file, save

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.deca.coarse_task import (
    LESSON_PROFILES,
    PROFILES,
    CoarseRecipe,
    CoarseTask,
)
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
from storyface_assets.lib.deca.shot_set import load_shots
from storyface_assets.lib.deca.shown_emotion import ShownEmotion
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.training import Plan, Task, train
from storyface_assets.lib.training.judges import judge_folder
from storyface_assets.worker.training_worker import Job

#: Least error of a code, in its spread over the training.
_SUREST: Final = 0.1

Recipe = CoarseRecipe | DetailRecipe


@dataclass(frozen=True)
class Learnt:
    """What is kept of a stage's training.

    Attributes:
        recipe: how.
        outcome: how it ended.
        folder: with the kept weights and the log.
    """

    recipe: dict[str, Any]
    outcome: dict[str, Any]
    folder: Path


class Stages:
    """The photos, the head, and the three trainings, each of which may raise ``TrainingFailed``.

    Attributes:
        counts: photos that train and validate.
        head: the model.
        shown: EMOCA's judge of told expressions.
        judge_version: hash of the expression classifier.

    Args:
        job: what and how; its judges ``open_head`` and ``image_emotion`` are the head model and
            the expression classifier.

    Raises:
        BadInput: one of these, or the photos, cannot be read.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        head_dir, emotion_dir = (
            judge_folder(job.judges, name) for name in ("open_head", "image_emotion")
        )
        self._training, self._validation = (
            load_shots(job.data, part) for part in ("train", "validation")
        )
        self.counts = {"train": len(self._training), "validation": len(self._validation)}
        self.head = OpenHead.load(head_dir / "head.npz")
        self.shown = ShownEmotion(EmotionClassifier.load(emotion_dir), self.head, job.device)
        self._head_version, self.judge_version = map(content_hash, (head_dir, emotion_dir))

    def learn_coarse(self) -> tuple[ScaledEncoder, Learnt]:
        """Photos → 236 codes, the errors measured; the same encoder in every process."""
        job, recipe = self._job, PROFILES[self._job.profile]
        torch.manual_seed(job.seed)
        encoder = lite0_coarse_encoder(pretrained=True)
        learnt = self._train("coarse", self._coarse_task(encoder, recipe), recipe, "")
        return self._measured(encoder, learnt), learnt

    def learn_detail(
        self, coarse: ScaledEncoder, relief: KnownRelief
    ) -> tuple[DetailReader, Learnt]:
        """The wrinkles, beginning with the coarse encoder's features and knowing its errors."""
        job, recipe = self._job, DETAIL_PROFILES[self._job.profile]
        torch.manual_seed(job.seed + 1)
        encoder, decoder = lite0_detail_encoder(coarse), first_decoder()
        task = DetailTask(
            encoder,
            decoder,
            self._training,
            self._validation,
            relief,
            coarse.error.cpu(),
            recipe,
            job.device,
            job.team,
        )
        learnt = self._train("detail", task, recipe, _version_of(coarse))
        for name, network in task.weights().items():
            network.load_state_dict(load_file(learnt.folder / f"{name}.safetensors"))
        return DetailReader(encoder, decoder, job.device), learnt

    def learn_emotion(self, coarse: ScaledEncoder) -> tuple[ScaledEncoder, Learnt]:
        """Another coarse encoder that begins with this one and has EMOCA's lesson."""
        recipe, encoder = LESSON_PROFILES[self._job.profile], copy.deepcopy(coarse)
        task = self._coarse_task(encoder, recipe, self.shown)
        before = f"{self.judge_version} {_version_of(coarse)}"
        learnt = self._train("emotion", task, recipe, before)
        return self._measured(encoder, learnt), learnt

    def _coarse_task(
        self, encoder: ScaledEncoder, recipe: CoarseRecipe, shown: ShownEmotion | None = None
    ) -> CoarseTask:
        return CoarseTask(
            encoder,
            self._training,
            self._validation,
            FacePoints.of(self.head),
            recipe,
            self._job.device,
            self._job.team,
            shown,
        )

    def _measured(self, encoder: ScaledEncoder, learnt: Learnt) -> ScaledEncoder:
        """The stage's kept weights, their errors those on people that validate."""
        encoder.load_state_dict(load_file(learnt.folder / "encoder.safetensors"))
        told = encoded(encoder, self._validation.photos, torch.device(self._job.device))
        away = told - torch.from_numpy(self._validation.codes)
        # Few people that validate may agree by chance; nothing is told that surely.
        least = _SUREST * encoder.spread.cpu()
        encoder.error.copy_(torch.maximum(away.square().mean(0).sqrt(), least))
        return encoder

    def _train(self, name: str, task: Task, recipe: Recipe, before: str) -> Learnt:
        """``before``: what the stage begins with and learns by, as text."""
        job = self._job
        whole = [asdict(recipe), job.version, self._head_version, before]
        # Another plan (a new expression classifier) begins anew, beside what an earlier one left.
        folder = job.work / name / content_hash([*whole, job.seed, job.team.parts])[:16]
        plan = Plan(
            steps=recipe.steps,
            validate_every=max(recipe.steps // 5, 1),
            checkpoint_every=50,
            goal="",
            seed=job.seed,
            recipe=json.dumps(whole, sort_keys=True),
        )
        outcome = train(
            task,
            plan,
            folder,
            lambda told: job.tell(f"face_geometry {name}", told),
            job.team,
        )
        return Learnt(asdict(recipe), asdict(outcome), folder)


def _version_of(encoder: ScaledEncoder) -> str:
    # The errors are measured anew in every process: their last digits may differ.
    state = {
        name: value.contiguous().cpu()
        for name, value in encoder.state_dict().items()
        if name != "error"
    }
    return hashlib.sha256(save(state)).hexdigest()
