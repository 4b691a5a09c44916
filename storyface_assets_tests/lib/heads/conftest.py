from pathlib import Path

import pytest

from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.open_head import OpenHead

MODEL = Path(__file__).parents[3] / "data" / "open_models" / "open_head"


@pytest.fixture(scope="session")
def head() -> OpenHead:
    return OpenHead.load(MODEL / "head.npz")


@pytest.fixture(scope="session")
def albedo() -> AlbedoModel:
    return AlbedoModel.load(MODEL / "albedo.npz")
