"""A small set: two people, each scene in three expressions, and copies of some of the photos."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from storyface_assets.lib.characters.synthetic import SyntheticPerson, synthetic_character
from storyface_assets.lib.dataset.face_readings import face_readings
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import fetch_models
from storyface_assets.lib.render import FrameState, HeadRenderer
from storyface_assets.lib.store import Memo

DATA = Path(__file__).parents[4] / "data"
EXPRESSIONS = ("neutral", "happy", "sadness")
#: How much a face shows: the smiles are small ones.
STRENGTH = {"neutral": 0.0, "happy": 0.4, "sadness": 0.5}


def jpeg(rgb, quality=92):
    return cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def brightened(rgb, gain=1.25, offset=6):
    return np.clip(rgb * gain + offset, 0, 255).astype(np.uint8)


def cropped(rgb, left, top, right, bottom):
    """Cut shares off each side."""
    height, width = rgb.shape[:2]
    rows = slice(round(top * height), height - round(bottom * height))
    return rgb[rows, round(left * width) : width - round(right * width)]


#: Every kind, as strong as it is promised to be found.
COPIES = {
    "smaller": lambda rgb: jpeg(cv2.resize(rgb, None, fx=0.45, fy=0.45, interpolation=3), 90),
    "larger": lambda rgb: jpeg(cv2.resize(rgb, None, fx=1.7, fy=1.7, interpolation=2), 90),
    "recompressed": lambda rgb: jpeg(rgb, 25),
    "brightened": lambda rgb: jpeg(brightened(rgb), 90),
    "darkened": lambda rgb: jpeg(brightened(rgb, 0.72, -8), 90),
    "cropped": lambda rgb: jpeg(cropped(rgb, 0.08, 0.02, 0.0, 0.07), 90),
    "cropped all around": lambda rgb: jpeg(cropped(rgb, 0.08, 0.08, 0.08, 0.08), 90),
}


@dataclass(frozen=True)
class World:
    """A set in a folder, with its faces read.

    Attributes:
        root: the set's folder.
        cache: the cache folder.
        rgb: the originals by person and expression.
    """

    root: Path
    cache: Path
    rgb: dict[tuple[int, str], np.ndarray]

    def add(self, photo: str, data: bytes) -> None:
        (self.root / photo).write_bytes(data)

    def table(self) -> pd.DataFrame:
        rows = []
        for path in sorted(self.root.glob("*.jpg")):
            data = path.read_bytes()
            rows.append((path.name, hashlib.sha256(data).hexdigest(), len(data), ""))
        table = pd.DataFrame(rows, columns=["photo", "sha256", "bytes", "person"])
        face_readings(table, self.root, self.cache, 1, select=lambda reading: None)
        return table

    def open_memo(self, step: str, recipe: str) -> Memo:
        return Memo(self.cache / "dataset", step, recipe)


@pytest.fixture(scope="session")
def portraits() -> dict[tuple[int, str], np.ndarray]:
    """``(320, 256, 3)`` by person and expression: only the face differs in one person's."""
    head = DATA / "open_models" / "open_head" / "head.npz"
    model, skins = OpenHead.load(head), AlbedoModel.load(head.with_name("albedo.npz"))
    taken = {}
    for number, style in ((1, "short"), (2, "bob")):
        person = SyntheticPerson(Attributes(gender=number - 1.0), hair_style=style, seed=number)
        character = synthetic_character(person, model, skins)
        renderer = HeadRenderer(
            model, character, build_accessories(model, character), (256, 320), fraction=0.5
        )
        rng = np.random.default_rng(number)
        blobs = rng.uniform(60, 190, (6, 5, 3)).astype(np.float32)
        wall = cv2.resize(blobs, (256, 320), interpolation=cv2.INTER_CUBIC).clip(0, 255)
        for name in EXPRESSIONS:
            code = (STRENGTH[name] * archetype(name)).astype(np.float32)
            rgb = renderer.render(FrameState(code, background=wall.astype(np.uint8)))
            noisy = rgb + rng.normal(0, 3, rgb.shape)  # each photo has its own noise
            taken[number, name] = noisy.clip(0, 255).astype(np.uint8)
    return taken


@pytest.fixture
def world(tmp_path, portraits) -> World:
    """The originals alone, as ``1-neutral.jpg`` …"""
    models = fetch_models(DATA / "cache")
    root, cache = tmp_path / "photos", tmp_path / "cache"
    root.mkdir()
    (cache).mkdir()
    (cache / models.name).symlink_to(models)
    made = World(root, cache, portraits)
    for (number, name), rgb in portraits.items():
        made.add(f"{number}-{name}.jpg", jpeg(rgb))
    return made
