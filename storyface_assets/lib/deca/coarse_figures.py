"""How good a coarse encoder is, on people that its training never saw."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch

from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.shot_set import Shots, load_shots
from storyface_assets.lib.geometry_measures.head_report import Heads, head_report
from storyface_assets.lib.heads.open_head import OpenHead

#: Photos of a test person that are measured by NoW's protocol, a second each.
SCANS: Final = 2


def coarse_report(model: Path, data: Path, head_dir: Path) -> dict[str, dict[str, Any]]:
    """Figures of an encoder, and of one that tells everybody its training's mean codes.

    Args:
        model: folder of the encoder.
        data: of head shots.
        head_dir: the open head's folder.

    Returns:
        ``test`` and ``mean``, see ``head_report`` (a scan a person suffices for ``mean``, which
        tells everybody the same); ``test`` also has ``explained``: the share of
        the mean codes' error, in shape and expression, that the encoder takes away.

    Raises:
        BadInput: one of them cannot be read.
    """
    reader, head = CoarseReader.load(model), OpenHead.load(head_dir / "head.npz")
    test = load_shots(data, "test")
    points, true = FacePoints.of(head), true_heads(test)
    seen = Heads.of(reader.read(test.photos), points)
    guess = Heads.of(Codes.split(reader.encoder.mean.expand(len(test), -1)), points)
    told = head_report(seen, true, test.persons, head, SCANS)
    usual = head_report(guess, true, test.persons, head, 1)
    told["explained"] = round(1 - _error(told) / _error(usual), 4)
    return {"test": told, "mean": usual}


def true_heads(shots: Shots) -> Heads:
    """What the photos were made from, seen by the lens that took them."""
    codes = Codes.split(torch.from_numpy(shots.codes))
    return Heads(codes.shape, codes.expression, torch.from_numpy(shots.landmarks))


def _error(report: Mapping[str, Any]) -> float:
    return float(report["shape_error"] + report["expression_error"])
