"""Head shots of some people, without the rest of a set."""

from collections.abc import Sequence
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
    """So many photos of one person, who tests in the sets that the shipped weights are of."""
    return shots_of([PERSON], photos, SEED)


def shots_of(people: Sequence[int], photos: int, seed: int) -> Shots:
    """So many photos of each of some people of a set."""
    models = Models.load(HEAD_DIR)
    taken = [(p, shot) for p in people for shot in head_shots(models, seed, *cast_of(p), photos)]
    files = [np.frombuffer(shot.jpeg, np.uint8) for _, shot in taken]
    return Shots(
        np.stack([cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1] for file in files]),
        np.stack([shot.codes for _, shot in taken]),
        np.stack([shot.landmarks for _, shot in taken]),
        np.array([shot.label for _, shot in taken]),
        np.array([person for person, _ in taken]),
    )
