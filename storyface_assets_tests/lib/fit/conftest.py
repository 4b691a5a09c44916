"""Portraits of known heads, rendered by ourselves: the truth that the fit is measured against."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.fit import FitResult, fit_photo
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.model import N_ALBEDO, N_EXPRESSION, N_POSE, N_SHAPE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import Face, FaceLandmarker
from storyface_assets.lib.render import render_portrait

DATA = Path(__file__).parents[3] / "data"


@dataclass(frozen=True)
class Known:
    """A rendered portrait and what it was rendered from."""

    rgb: np.ndarray
    face: Face
    shape: np.ndarray
    pose: np.ndarray
    texture: np.ndarray


@pytest.fixture(scope="session")
def model() -> OpenHead:
    return OpenHead.load(DATA / "open_models" / "open_head" / "head.npz")


@pytest.fixture(scope="session")
def skins() -> AlbedoModel:
    return AlbedoModel.load(DATA / "open_models" / "open_head" / "albedo.npz")


@pytest.fixture(scope="session")
def landmarker() -> FaceLandmarker:
    """Downloads the models (36 MB) once into the installation's cache."""
    return FaceLandmarker(DATA / "cache")


def render(
    model: OpenHead, texture: np.ndarray, shape: np.ndarray, yaw: float, pitch: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """A portrait, and the pose it was rendered in."""
    pose = np.zeros(N_POSE, np.float32)
    pose[:2] = np.radians([pitch, yaw])
    still = np.zeros(N_EXPRESSION, np.float32)
    person = CharacterHead(shape, np.zeros(N_ALBEDO, np.float32), {"neutral": still}, texture)
    return render_portrait(model, person, [], 480, pose=pose), pose


@pytest.fixture(scope="session")
def people(model: OpenHead, skins: AlbedoModel, landmarker: FaceLandmarker) -> list[Known]:
    """Four random people, turned a little."""
    rng = np.random.default_rng(7)
    found = []
    for yaw, pitch in ((0.0, 0.0), (12.0, 4.0), (-8.0, -3.0), (0.0, 5.0)):
        shape = rng.normal(0, 0.8, N_SHAPE).astype(np.float32)
        texture = skins.texture(skins.random_code(rng))
        rgb, pose = render(model, texture, shape, yaw, pitch)
        (face,) = landmarker.detect(rgb)
        found.append(Known(rgb, face, shape, pose, texture))
    return found


@pytest.fixture(scope="session")
def fits(people: list[Known], model: OpenHead, skins: AlbedoModel) -> list[FitResult]:
    return [fit_photo(p.rgb, p.face, model, skins) for p in people]
