"""How the open detail stage is trained on photos of known wrinkles.

DECA learns displacement from photos alone (``detail_losses``). Where the studio made the photo the
displacement itself is known, and so is the same person's in any other expression: half of the
samples ask for that, which is what DECA's detail consistency is for (section 4.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW, Optimizer

from storyface_assets.lib.classifiers.augment import lit_photos
from storyface_assets.lib.deca.codes import EXPRESSION
from storyface_assets.lib.deca.detail_figures import detail_report
from storyface_assets.lib.deca.encode import as_photos
from storyface_assets.lib.deca.known_relief import KnownRelief
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.deca.shown_detail import as_given
from storyface_assets.lib.training.batch_step import BatchRecipe, batch_step
from storyface_assets.lib.training.precision import mixed_precision
from storyface_assets.lib.training.team import ALONE, Team

#: Metres that an error is counted in.
_UNIT: Final = 1e-4
#: Photos of a person that validate: their maps are decoded eleven times, a second a photo.
_VALIDATING: Final = 4


@dataclass(frozen=True, kw_only=True)
class DetailRecipe(BatchRecipe):
    """What the training follows from.

    Attributes:
        others: share of the samples that are asked for in another expression than the photo's.
        slopes: weight of the error of the map's slopes, which the light shows, beside its own.
        light: factor of brightness, contrast and colours of a photo, up or down.
        shaken: noise on the expression codes, in the coarse encoder's errors.
        small: share of the steps, the first ones, that see smaller photos.
        small_side: of those, pixels; lines must still be seen.
    """

    others: float = 0.5
    slopes: float = 4.0
    light: float = 0.3
    shaken: float = 1.0
    small: float = 0.5
    small_side: int = 160


#: See ``coarse_task.PROFILES``.
DETAIL_PROFILES: Final = {
    "tiny": DetailRecipe(steps=4, batch=4, rate=2e-4, warm_up=1, small=0.0),
    "open": DetailRecipe(steps=2000),
    "research": DetailRecipe(steps=40_000, batch=64, small=0.0),
}


class DetailTask:
    """One step takes a batch of photos by torch's global chance.

    Args:
        encoder: ``E_detail``, changed in place.
        decoder: ``D_detail``, likewise.
        training: photos of known codes.
        validation: likewise, of other people.
        relief: their wrinkles.
        error: ``(236,)`` of the coarse encoder, by code.
        recipe: how.
        device: where.
        team: the processes that train together.

    Raises:
        BadInput: the batch cannot be shared evenly.
    """

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        training: Shots,
        validation: Shots,
        relief: KnownRelief,
        error: Tensor,
        recipe: DetailRecipe,
        device: str = "cpu",
        team: Team = ALONE,
    ) -> None:
        self._recipe, self._device, self._team = recipe, torch.device(device), team
        self._share, self._relief = team.share_of(recipe.batch), relief
        self._training, self._validation = training, validation.first_of_each(_VALIDATING)
        self._shaken = recipe.shaken * error[EXPRESSION].numpy()
        self._mask = torch.from_numpy(relief.mask).to(self._device)
        self._encoder, self._decoder = encoder.to(self._device), decoder.to(self._device)
        for network in (self._encoder, self._decoder):
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._learnt = [*encoder.parameters(), *decoder.parameters()]
        self._adam = AdamW(self._learnt, recipe.rate, weight_decay=recipe.decay)
        self.networks: Mapping[str, nn.Module] = {"encoder": encoder, "decoder": decoder}
        self.optimizers: Mapping[str, Optimizer] = {"adam": self._adam}

    def step(self, number: int) -> dict[str, float]:
        """One batch; see :class:`~storyface_assets.lib.training.task.Task`."""
        small = number < self._recipe.small * self._recipe.steps
        return batch_step(
            number,
            self._recipe,
            self._adam,
            self._learnt,
            self._team,
            lambda: self._learn_from_share(small),
        )

    def validate(self) -> dict[str, float]:
        """See :func:`~storyface_assets.lib.deca.detail_figures.detail_report`."""
        return detail_report(
            self._encoder, self._decoder, self._validation, self._relief, self._device
        )

    def weights(self) -> Mapping[str, nn.Module]:
        """Both networks."""
        return self.networks

    def _learn_from_share(self, small: bool) -> dict[str, float]:
        rows, recipe = torch.randint(len(self._training), (self._share,)).numpy(), self._recipe
        photos = as_photos(self._training.photos[rows], self._device)
        if small:
            photos = functional.interpolate(photos, (recipe.small_side,) * 2, mode="area")
        photos = lit_photos(photos, recipe.light)
        given, true = self._asked(rows)
        self._encoder.train()
        self._decoder.train()
        with mixed_precision(self._device):
            detail = self._encoder(photos.contiguous(memory_format=torch.channels_last)).float()
        # A CPU that has the arithmetic decodes two (AVX-512) or three times (AMX) as fast in
        # bfloat16, and the decoder is half of the work; weights differ from CPU to CPU by rounding.
        with mixed_precision(self._device, cpu=True):
            told = self._decoder(torch.cat([given, detail], 1)).float()
        errors = relief_errors(told, true, self._mask)
        loss = errors["height"] + recipe.slopes * errors["slope"]
        (loss / self._team.accumulate).backward()
        return {"loss": float(loss.detach())} | {n: float(e.detach()) for n, e in errors.items()}

    def _asked(self, rows: np.ndarray) -> tuple[Tensor, Tensor]:
        """For the photos' persons: motions ``(B, 53)``, and the displacement that they give."""
        count, training = len(rows), self._training
        other = torch.randint(len(training), (count,)).numpy()
        asked = np.where(torch.rand(count).numpy() < self._recipe.others, other, rows)
        expressions = training.codes[asked][:, EXPRESSION]
        true = self._relief.displacement(training.persons[rows].tolist(), expressions)
        shaken = torch.randn(expressions.shape).numpy() * self._shaken
        given = as_given(expressions + shaken, self._device)
        return given, torch.from_numpy(true).to(self._device)


def relief_errors(told: Tensor, true: Tensor, mask: Tensor) -> dict[str, Tensor]:
    """Mean squares over the mask, in squared tenths of a millimetre: heights, steps a texel.

    Squares, not absolute values: where a photo leaves open whether there is a wrinkle, half of one
    is the answer, not none.

    Args:
        told: ``(B, 1, H, W)`` metres.
        true: likewise.
        mask: ``(H, W)`` 0–1.
    """
    away = (told - true) / _UNIT
    across, down = away[..., :, 1:] - away[..., :, :-1], away[..., 1:, :] - away[..., :-1, :]
    size = len(told) * mask.sum()
    slopes = (mask[:, 1:] * across.square()).sum() + (mask[1:] * down.square()).sum()
    return {"height": (mask * away.square()).sum() / size, "slope": slopes / size}
