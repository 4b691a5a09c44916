"""Head shots of a single test person, without the rest of a set."""

from pathlib import Path

import cv2
import numpy as np

from storyface_assets.lib.deca.shot_set import ShotOptions, Shots, cast_of
from storyface_assets.lib.studio.head_shots import head_shots
from storyface_assets.lib.studio.stage import Models

DATA = Path(__file__).parents[3] / "data"
HEAD_DIR = DATA / "open_models" / "open_head"
SEED = ShotOptions().seed
PERSON = 9


def one_person(photos: int) -> Shots:
    """So many photos of one person."""
    taken = head_shots(Models.load(HEAD_DIR), SEED, *cast_of(PERSON), photos)
    files = [np.frombuffer(shot.jpeg, np.uint8) for shot in taken]
    return Shots(
        np.stack([cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1] for file in files]),
        np.stack([shot.codes for shot in taken]),
        np.stack([shot.landmarks for shot in taken]),
        np.array([shot.label for shot in taken]),
        np.full(photos, PERSON),
    )
