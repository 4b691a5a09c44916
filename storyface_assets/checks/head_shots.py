"""Checks of the photos whose head codes are known."""

from typing import Final

import numpy as np
import torch

from storyface_assets.checks.factories import Verdict, dataset_check
from storyface_assets.lib.deca.codes import Codes
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.shot_set import load_shots
from storyface_assets.lib.geometry_measures.head_report import Heads
from storyface_assets.lib.store import Folder
from storyface_assets.resources.installation import Installation

#: Of the eyes' distance. What is left where codes and photos belong together is the lens, which is
#: no orthographic camera: .013 on average over the 1,120 test photos of the usual set.
_MOST: Final = 0.06


def codes_are_of_their_photos(folder: Folder, installation: Installation) -> Verdict:
    """The head that the codes describe has its landmarks where the photo has them."""
    shots = load_shots(folder.path, "test")
    points = FacePoints.of(installation.head_model())
    told = Heads.of(Codes.split(torch.from_numpy(shots.codes)), points).landmarks
    eyes = np.linalg.norm(shots.landmarks[:, 36] - shots.landmarks[:, 45], axis=1)
    away = np.linalg.norm(told.numpy() - shots.landmarks, axis=2).mean(1) / eyes
    text = f"{away.mean():.3f} of the eyes' distance apart on average, {away.max():.3f} at most"
    return Verdict(bool(away.mean() < _MOST), f"{text}; {len(shots)} photos of test people")


HEAD_SHOT_CHECKS = [dataset_check("head_shots", codes_are_of_their_photos, blocking=True)]
