"""The figures that a candidate of face_geometry and its champion are compared by."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch

from storyface_assets.lib.deca.coarse_figures import coarse_report
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.detail_figures import detail_report
from storyface_assets.lib.deca.detail_reader import DETAIL_NAME, DetailReader
from storyface_assets.lib.deca.known_relief import KnownRelief
from storyface_assets.lib.deca.shot_set import load_shots, read_options
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.training.judges import judge_folder

#: Before the names of the detail stage's figures.
WRINKLES: Final = "wrinkles_"


def face_geometry_figures(model: Path, data: Path, judges: Mapping[str, Path]) -> dict[str, float]:
    """Of both stages, as far as the model has the second.

    Args:
        model: its folder.
        data: of head shots.
        judges: ``open_head``: the head model.

    Raises:
        BadInput: the model cannot be loaded, or the head is not there.
    """
    head_dir = judge_folder(judges, "open_head")
    coarse = coarse_report(model, data, head_dir)["test"]
    figures = {name: float(value) for name, value in coarse.items()}
    if not (model / DETAIL_NAME).is_file():
        return figures
    detail, device = DetailReader.load(model), torch.device("cpu")
    relief = KnownRelief(OpenHead.load(head_dir / "head.npz"), read_options(data).seed)
    test = load_shots(data, "test")
    told = CoarseReader.load(model).read(test.photos).expression.numpy()
    found = detail_report(detail.encoder, detail.decoder, test, relief, device, told)
    return figures | {WRINKLES + name: value for name, value in found.items()}
