"""The figures that a candidate of face_geometry and its champion are compared by."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch

from storyface_assets.lib.deca.coarse_figures import coarse_report
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
    reader = DetailReader.load(model)
    relief = KnownRelief(OpenHead.load(head_dir / "head.npz"), read_options(data).seed)
    test, device = load_shots(data, "test"), torch.device("cpu")
    detail = detail_report(reader.encoder, reader.decoder, test, relief, device)
    return figures | {WRINKLES + name: value for name, value in detail.items()}
