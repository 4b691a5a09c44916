from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.character import CharacterHead, HairSpec
from storyface_assets.lib.heads.export import write_head_files
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.heads.wrinkles import PHOTO
from storyface_assets.lib.relief import DetailSpace, ReliefStyle, SkinRelief
from storyface_assets.vocabulary import FACE_EXPRESSIONS
from storyface_assets_tests.lib.heads.export.gltf_reader import Glb


@dataclass
class Written:
    """A person, and the files that were written of it."""

    folder: Path
    facts: dict[str, Any]
    model: OpenHead
    character: CharacterHead
    accessories: list[AccessoryMesh]

    @property
    def glb(self) -> Glb:
        return Glb.read(self.folder / "head.glb")

    def head(self, code: np.ndarray) -> np.ndarray:
        """The head model's own vertices at an expression code."""
        return self.model.vertices_numpy(self.character.shape, code, np.zeros(N_POSE))

    def unit(self, k: int) -> np.ndarray:
        return self.head(np.eye(N_EXPRESSION)[k])


@pytest.fixture(scope="package")
def written(head: OpenHead, albedo: AlbedoModel, tmp_path_factory) -> Written:
    """An individual face with real skin and wrinkles, codes beyond 0 to 1, and hair."""
    rng = np.random.default_rng(5)
    codes = {name: archetype(name, 1) for name in FACE_EXPRESSIONS}
    relief = SkinRelief(DetailSpace.of(head), ReliefStyle(0.8, 1.0, 3))
    maps = dict(zip(codes, relief.displacement(np.stack(list(codes.values()))), strict=True))
    person = CharacterHead(
        shape=rng.normal(0, 0.7, 100).astype(np.float32),
        albedo=np.zeros(50, np.float32),
        expressions=codes,
        texture=albedo.texture(albedo.code_for(lips=0.9)),
        hair=HairSpec("short"),
        displacement=maps | {PHOTO: maps["neutral"]},
    )
    accessories = build_accessories(head, person)
    folder = tmp_path_factory.mktemp("head_files")
    facts = write_head_files(folder, "tokki", head, person, accessories)
    return Written(folder, facts, head, person, accessories)
