"""How the open coarse encoder is trained on photos of known codes.

First by the codes alone, then also by what an expression classifier sees: EMOCA's lesson.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import torch
from torch import nn
from torch.nn import functional
from torch.optim import AdamW, Optimizer

from storyface_assets.lib.classifiers.augment import lit_photos
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.encode import as_photos, encoded
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.known_codes import KnownWeights, known_errors, known_loss
from storyface_assets.lib.deca.lite0_encoder import ScaledEncoder
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.deca.shown_emotion import ShownEmotion
from storyface_assets.lib.training.batch_step import BatchRecipe, batch_step
from storyface_assets.lib.training.precision import mixed_precision
from storyface_assets.lib.training.team import ALONE, Team


@dataclass(frozen=True, kw_only=True)
class CoarseRecipe(BatchRecipe):
    """What the training follows from.

    Attributes:
        small: share of the steps, the first ones, that see smaller photos: a third of the work.
        small_side: of those, pixels.
        light: factor of brightness, contrast and colours of a photo, up or down.
        weights: of the errors.
    """

    small: float = 0.6
    small_side: int = 128
    light: float = 0.3
    weights: KnownWeights = field(default_factory=KnownWeights)


#: ``tiny`` proves that everything runs; ``open`` is for two cores, ``research``
#: for a GPU.
PROFILES: Final = {
    "tiny": CoarseRecipe(steps=12, batch=4, rate=2e-4, warm_up=2, small=0.0),
    "open": CoarseRecipe(steps=3200, small=0.75),
    "research": CoarseRecipe(steps=60_000, batch=64, small=0.0),
}
_SHOWN: Final = KnownWeights(emotion=10.0)
#: Of the lesson, which begins with a trained encoder. The classifier must see mouths and lids, so
#: no photo is made smaller.
LESSON_PROFILES: Final = {
    "tiny": CoarseRecipe(steps=3, batch=4, rate=1e-4, warm_up=1, small=0.0, weights=_SHOWN),
    "open": CoarseRecipe(steps=400, rate=3e-4, small=0.0, weights=_SHOWN),
    "research": CoarseRecipe(steps=6_000, batch=64, rate=3e-4, small=0.0, weights=_SHOWN),
}
#: Photos of a person by which the lesson validates.
_VALIDATING: Final = 4


class CoarseTask:
    """One step takes a batch of photos by torch's global chance.

    Args:
        encoder: changed in place; its scale is taken from the training's codes.
        training: photos of known codes.
        validation: likewise, of other people.
        points: of the head.
        recipe: how.
        device: where.
        team: the processes that train together.
        shown: judges what the told expressions look like; the codes alone count without it.

    Raises:
        BadInput: the batch cannot be shared evenly.
    """

    def __init__(
        self,
        encoder: ScaledEncoder,
        training: Shots,
        validation: Shots,
        points: FacePoints,
        recipe: CoarseRecipe,
        device: str = "cpu",
        team: Team = ALONE,
        shown: ShownEmotion | None = None,
    ) -> None:
        self._shown = shown
        self._recipe, self._device, self._team = recipe, torch.device(device), team
        self._share, self._points = team.share_of(recipe.batch), points
        self._training, self._validation = training, validation
        encoder.scale_to(torch.from_numpy(training.codes))
        self._encoder = encoder.to(self._device)
        self._encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._adam = AdamW(encoder.parameters(), recipe.rate, weight_decay=recipe.decay)
        self.networks: Mapping[str, nn.Module] = {"encoder": encoder}
        self.optimizers: Mapping[str, Optimizer] = {"adam": self._adam}

    def step(self, number: int) -> dict[str, float]:
        """One batch; see :class:`~storyface_assets.lib.training.task.Task`."""
        small = number < self._recipe.small * self._recipe.steps
        return batch_step(
            number,
            self._recipe,
            self._adam,
            self._encoder.parameters(),
            self._team,
            lambda: self._learn_from_share(small),
        )

    def validate(self) -> dict[str, float]:
        """Errors of :func:`~storyface_assets.lib.deca.known_codes.known_errors`, and their sum."""
        codes = Codes.split(encoded(self._encoder, self._validation.photos, self._device))
        true = Codes.split(torch.from_numpy(self._validation.codes))
        errors = known_errors(codes, true, self._points)
        if self._shown:
            few = self._validation.first_of_each(_VALIDATING)
            told = Codes.split(encoded(self._encoder, few.photos, self._device))
            errors["emotion"] = torch.tensor(self._shown.mean_loss(few, told.expression))
        loss = known_loss(errors, self._recipe.weights)
        return {"loss": float(loss)} | {name: float(value) for name, value in errors.items()}

    def weights(self) -> Mapping[str, nn.Module]:
        """The encoder."""
        return self.networks

    def _learn_from_share(self, small: bool) -> dict[str, float]:
        rows, recipe = torch.randint(len(self._training), (self._share,)).numpy(), self._recipe
        whole = as_photos(self._training.photos[rows], self._device)
        photos = whole
        if small:
            photos = functional.interpolate(photos, (recipe.small_side,) * 2, mode="area")
        photos = lit_photos(photos, recipe.light)
        self._encoder.train()
        with mixed_precision(self._device):
            told = self._encoder(photos.contiguous(memory_format=torch.channels_last))
        # Points and mesh are on the CPU.
        codes = Codes.split(told.float().cpu())
        true = Codes.split(torch.from_numpy(self._training.codes[rows]))
        errors = known_errors(codes, true, self._points)
        if self._shown:
            errors["emotion"] = self._shown.loss(whole, true, codes.expression)
        loss = known_loss(errors, recipe.weights)
        (loss / self._team.accumulate).backward()
        kept = {name: float(value.detach()) for name, value in errors.items()}
        return {"loss": float(loss.detach())} | kept
