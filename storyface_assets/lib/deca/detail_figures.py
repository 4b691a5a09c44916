"""How much of the true wrinkles the detail stage finds, on people that its training never saw."""

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from storyface_assets.lib.deca.codes import CODE_SIZES
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.known_relief import KnownRelief
from storyface_assets.lib.deca.shot_set import Shots
from storyface_assets.lib.deca.shown_detail import as_given, decoded

_AT_ONCE: Final = 16
_FIRST: Final = CODE_SIZES["shape"] + CODE_SIZES["albedo"]
#: Where the expression is among the 236 codes.
EXPRESSION: Final = slice(_FIRST, _FIRST + CODE_SIZES["expression"])
_MICRO: Final = 1e6


def detail_report(
    encoder: nn.Module,
    decoder: nn.Module,
    shots: Shots,
    relief: KnownRelief,
    device: torch.device,
) -> dict[str, float]:
    """Shares of the true displacement's squares that are found, 1 = all, 0 = as smooth skin.

    Args:
        encoder: photos → ``(B, 128)``.
        decoder: see :func:`decoded`.
        shots: of people that nothing was learnt from.
        relief: their wrinkles.
        device: where the networks are.

    Returns:
        ``shown``: in the photo's own expression. ``animated``: in that of the next photo of the
        set, which may be anybody's. ``usual``: as ``shown``, with the mean of all photos' detail
        codes, which knows the expression but not the person. ``error``, ``smooth``: root mean
        square of ``shown``'s error and of what there is to find, micrometres.
    """
    detail = encoded(encoder, shots.photos, device).to(device)
    codes = shots.codes[:, EXPRESSION]
    asked = {
        "shown": (codes, detail),
        "animated": (np.roll(codes, -1, 0), detail),
        "usual": (codes, detail.mean(0).expand_as(detail)),
    }
    report: dict[str, float] = {}
    for name, (expressions, code) in asked.items():
        away, true = _squares(decoder, shots, relief, expressions, code, device)
        report[name] = round(1 - away / true, 4)
        if name == "shown":
            report["error"] = round(_MICRO * away**0.5, 2)
            report["smooth"] = round(_MICRO * true**0.5, 2)
    return report


def _squares(
    decoder: nn.Module,
    shots: Shots,
    relief: KnownRelief,
    expressions: np.ndarray,
    detail: Tensor,
    device: torch.device,
) -> tuple[float, float]:
    """Mean squares in metres over the mask: of the error, and of the true displacement."""
    away = size = 0.0
    weight = float(relief.mask.sum()) * len(shots)
    for k in range(0, len(shots), _AT_ONCE):
        some = slice(k, k + _AT_ONCE)
        told = decoded(decoder, as_given(expressions[some], device), detail[some])
        true = relief.displacement(shots.persons[some].tolist(), expressions[some])[:, 0]
        away += float((relief.mask * np.square(told - true)).sum(dtype=np.float64))
        size += float((relief.mask * np.square(true)).sum(dtype=np.float64))
    return away / weight, size / weight
