from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.open_head import JOINTS, OpenHead
from storyface_assets.lib.render import HeadRenderer

HEAD = Path(__file__).parents[3] / "data/open_models/open_head/head.npz"
SIZE = (200, 180)


@pytest.fixture(scope="session")
def model() -> OpenHead:
    return OpenHead.load(HEAD)


@pytest.fixture(scope="session")
def character() -> CharacterHead:
    texture = np.full((256, 256, 3), (198, 152, 130), np.uint8)
    return CharacterHead(np.zeros(100, np.float32), np.zeros(50, np.float32), {}, texture)


def hair_sheet(model: OpenHead, alpha: int, height: float = 0.06) -> AccessoryMesh:
    """A square of hair in front of the face, as wide as the head."""
    top = model.template[:, 1].max()
    front = model.template[:, 2].max() + 0.02
    half = 0.04
    vertices = np.array(
        [
            [-half, top - height, front],
            [half, top - height, front],
            [half, top, front],
            [-half, top, front],
        ],
        np.float32,
    )
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    weights = np.zeros((4, len(JOINTS)), np.float32)
    weights[:, JOINTS.index("head")] = 1.0
    texture = np.full((16, 16, 4), (20, 200, 20, alpha), np.uint8)
    uv = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    tangents = np.tile(np.array([0, -1, 0], np.float32), (4, 1))
    return AccessoryMesh("sheet", "hair", vertices, faces, uv, faces, weights, texture, tangents)


@pytest.fixture(scope="session")
def renderer(model: OpenHead, character: CharacterHead) -> HeadRenderer:
    return HeadRenderer(model, character, [hair_sheet(model, 128)], SIZE)
