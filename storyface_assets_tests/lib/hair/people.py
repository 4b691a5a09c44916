"""Heads of different ages, genders and builds for the tests of hair and clothes."""

from pathlib import Path

import numpy as np

from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.character import CharacterHead, HairSpec
from storyface_assets.lib.heads.open_head import OpenHead

HEAD = Path(__file__).parents[3] / "data/open_models/open_head/head.npz"

PEOPLE = {
    "child": Attributes(gender=0.4, age_years=6),
    "woman": Attributes(gender=0.0, age_years=28, asian=0.8),
    "heavy_man": Attributes(gender=1.0, age_years=45, weight=1.0),
    "old_man": Attributes(gender=1.0, age_years=78, weight=0.2, african=0.7),
}


def person(
    model: OpenHead,
    name: str,
    style: str = "short",
    colour: tuple[int, int, int] = (54, 38, 30),
    skin: tuple[int, int, int] = (205, 165, 140),
) -> CharacterHead:
    """A person with a plain skin and a little individuality of shape."""
    attributes = PEOPLE[name]
    rng = np.random.default_rng(len(name))
    shape = model.attributes_to_shape(attributes) + rng.normal(0, 0.5, 100)
    return CharacterHead(
        shape=shape.astype(np.float32),
        albedo=np.zeros(50, np.float32),
        expressions={"neutral": np.zeros(50, np.float32)},
        texture=np.full((256, 256, 3), skin, np.uint8),
        hair=HairSpec(style, colour),
        gender=attributes.gender,
        age=attributes.age_years,
    )
