"""The figures that a candidate of face_geometry and its champion are compared by."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.deca.coarse_figures import coarse_report
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.detail_figures import detail_report
from storyface_assets.lib.deca.detail_reader import DETAIL_NAME, DetailReader
from storyface_assets.lib.deca.emotion_figures import emotion_distance
from storyface_assets.lib.deca.known_relief import KnownRelief
from storyface_assets.lib.deca.shot_set import load_shots, read_options
from storyface_assets.lib.deca.shown_emotion import ShownEmotion
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.training.judges import judge_folder

#: Before the names of the detail stage's figures.
WRINKLES: Final = "wrinkles_"
#: What :func:`~storyface_assets.lib.deca.emotion_figures.emotion_distance` says.
EMOTION: Final = "emotion_distance"


def face_geometry_figures(model: Path, data: Path, judges: Mapping[str, Path]) -> dict[str, float]:
    """Of the coarse stage, and of the second, as far as the model has it.

    Args:
        model: its folder.
        data: of head shots.
        judges: ``open_head``: the head model. ``image_emotion``: the expression classifier.

    Raises:
        BadInput: the model cannot be loaded, or a judge is not there.
    """
    head_dir, emotion_dir = (judge_folder(judges, name) for name in ("open_head", "image_emotion"))
    coarse = coarse_report(model, data, head_dir)["test"]
    figures = {name: float(value) for name, value in coarse.items()}
    head, reader = OpenHead.load(head_dir / "head.npz"), CoarseReader.load(model)
    test, device = load_shots(data, "test"), torch.device("cpu")
    shown = ShownEmotion(EmotionClassifier.load(emotion_dir), head)
    figures[EMOTION] = emotion_distance(reader.encoder, shown, test, device)
    if not (model / DETAIL_NAME).is_file():
        return figures
    detail = DetailReader.load(model)
    relief = KnownRelief(head, read_options(data).seed)
    told = reader.read(test.photos).expression.numpy()
    found = detail_report(detail.encoder, detail.decoder, test, relief, device, told)
    return figures | {WRINKLES + name: value for name, value in found.items()}
