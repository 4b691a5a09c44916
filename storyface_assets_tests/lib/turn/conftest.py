"""Small rendered photos of people with hair, before a wall with a pattern."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.characters.synthetic import SyntheticPerson, synthetic_character
from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import Face, FaceLandmarker
from storyface_assets.lib.render import render_portrait
from storyface_assets.lib.turn import FittedPhoto, HeadFitter

DATA = Path(__file__).parents[3] / "data"
HEAD_FILE = DATA / "open_models" / "open_head" / "head.npz"
SIZE = 400


@dataclass(frozen=True)
class Photo:
    """A photo, its face, its fitted head."""

    rgb: np.ndarray
    face: Face
    fitted: FittedPhoto

    @property
    def work(self) -> np.ndarray:
        return self.fitted.relief.square.cut(self.rgb, self.fitted.work_side)


@pytest.fixture(scope="session")
def landmarker() -> FaceLandmarker:
    return FaceLandmarker(DATA / "cache")


@pytest.fixture(scope="session")
def fitter() -> HeadFitter:
    return HeadFitter.load(HEAD_FILE)


@pytest.fixture(scope="session")
def photos(landmarker: FaceLandmarker, fitter: HeadFitter) -> list[Photo]:
    """A neutral and a happy person; no pixel of them is black."""
    model = OpenHead.load(HEAD_FILE)
    skins = AlbedoModel.load(HEAD_FILE.with_name("albedo.npz"))
    bricks = np.full((SIZE, SIZE, 3), (150, 170, 190), np.uint8)
    bricks[::40], bricks[:, ::50] = (90, 60, 60), (90, 60, 60)
    taken = []
    for seed, style, mood in ((1, "short", "neutral"), (2, "long", "happy")):
        person = SyntheticPerson(Attributes(), hair_style=style, hair_colour="brown", seed=seed)
        character = synthetic_character(person, model, skins)
        hair = build_accessories(model, character)
        rgb = render_portrait(model, character, hair, SIZE, archetype(mood), bricks)
        rgb = np.maximum(rgb, 12)
        (face,) = landmarker.detect(rgb)
        taken.append(Photo(rgb, face, fitter.fit(face, face_square(face.landmarks))))
    return taken
