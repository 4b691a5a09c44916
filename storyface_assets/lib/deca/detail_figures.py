"""How much of the true wrinkles the detail stage finds, on people that its training never saw."""

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from storyface_assets.lib.deca.codes import EXPRESSION
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.known_relief import KnownRelief
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.deca.shown_detail import as_given, decoded
from storyface_assets.lib.errors import BadInput

_AT_ONCE: Final = 16
_MICRO: Final = 1e6
#: Other people's codes whose maps are averaged for what nobody's photo would tell, and the photos
#: of a person that this is measured on: each has as many maps.
_ANYBODY: Final = 8
_FEW: Final = 4


def detail_report(
    encoder: nn.Module,
    decoder: nn.Module,
    shots: Shots,
    relief: KnownRelief,
    device: torch.device,
    told: np.ndarray | None = None,
) -> dict[str, float]:
    """Shares of the true displacement's squares that are found, 1 = all, 0 = as smooth skin.

    Args:
        encoder: photos → ``(B, 128)``.
        decoder: see :func:`~storyface_assets.lib.deca.shown_detail.decoded`.
        shots: of people that nothing was learnt from.
        relief: their wrinkles.
        device: where the networks are.
        told: ``(N, 50)`` expressions that the coarse encoder tells, as a book has them.

    Returns:
        ``shown``: in the photo's own expression, its true code given. ``told``: likewise, but with
        the told code. ``animated``: in the true expression of a photo of another person.
        ``usual``: as ``shown``, the mean of the maps by eight other photos' detail codes: the best
        that can be said of a person whom no photo shows (on four photos of each person).
        ``error``, ``smooth``: root mean square of ``shown``'s error and of what there is to find,
        micrometres.

    Raises:
        BadInput: nobody has any wrinkle.
    """
    detail, codes = encoded(encoder, shots.photos, device).to(device), shots.codes[:, EXPRESSION]
    asked = {"shown": (codes, codes), "animated": (_of_others(shots, codes),) * 2}
    if told is not None:
        asked["told"] = (told, codes)
    report: dict[str, float] = {}
    for name, (given, true) in asked.items():
        away, size = _squares(decoder, shots, relief, given, true, [detail])
        if not size:
            raise BadInput("head shots", "wrinkles", "are nobody's.", "Render more people.")
        report[name] = round(1 - away / size, 4)
        if name == "shown":
            report["error"] = round(_MICRO * away**0.5, 2)
            report["smooth"] = round(_MICRO * size**0.5, 2)
    few = shots.first_of_each(_FEW)
    detail, codes = encoded(encoder, few.photos, device).to(device), few.codes[:, EXPRESSION]
    steps = np.linspace(0, len(few), _ANYBODY + 2)[1:-1].astype(int)
    others = [torch.roll(detail, int(step), 0) for step in steps]
    away, size = _squares(decoder, few, relief, codes, codes, others)
    return report | {"usual": round(1 - away / size, 4)}


def _of_others(shots: Shots, codes: np.ndarray) -> np.ndarray:
    """For each photo the expression of one of another person's, where there is another."""
    half = len(shots) // 2
    for step in range(half, half + len(shots)):
        if (np.roll(shots.persons, step) != shots.persons).all():
            return np.roll(codes, step, 0)
    return np.roll(codes, half, 0)


def _squares(
    decoder: nn.Module,
    shots: Shots,
    relief: KnownRelief,
    given: np.ndarray,
    true: np.ndarray,
    details: list[Tensor],
) -> tuple[float, float]:
    """Mean squares in metres over the mask: of the error of the mean map, and of the true one."""
    away = size = 0.0
    weight = float(relief.mask.sum()) * len(shots)
    for k in range(0, len(shots), _AT_ONCE):
        some = slice(k, k + _AT_ONCE)
        motion = as_given(given[some], details[0].device)
        maps = [decoded(decoder, motion, detail[some]) for detail in details]
        really = relief.displacement(shots.persons[some].tolist(), true[some])[:, 0]
        error = np.square(np.mean(maps, axis=0) - really)
        away += float((relief.mask * error).sum(dtype=np.float64))
        size += float((relief.mask * np.square(really)).sum(dtype=np.float64))
    return away / weight, size / weight
