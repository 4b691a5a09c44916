"""People who never lived: a character from a description, all from the open head."""

from dataclasses import dataclass, field

import numpy as np

from storyface_assets.lib.hair import HAIR_COLOURS
from storyface_assets.lib.heads.albedo import AlbedoModel, SkinStyle
from storyface_assets.lib.heads.attributes import Attributes
from storyface_assets.lib.heads.character import CharacterHead, HairSpec
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.model import N_SHAPE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.vocabulary import FACE_EXPRESSIONS


@dataclass(frozen=True)
class SyntheticPerson:
    """What one invented person looks like.

    Attributes:
        attributes: age, gender, ancestry, build.
        melanin: 0 = fair … 1 = dark.
        hair_style: a name of ``lib.hair.STYLES``.
        hair_colour: a name of ``lib.hair.HAIR_COLOURS``.
        brow_colour: sRGB 0–255.
        brow_weight: see :class:`SkinStyle`.
        iris_colour: sRGB 0–255.
        freckles: 0–1.
        wrinkles: 0–1; up to 3 for very deep ones.
        stubble: 0–1.
        lips: 0–1, redness of the lips.
        shirt_colour: sRGB 0–255.
        individuality: standard deviation of the random shape on top of the attributes.
        seed: of that random shape.
    """

    attributes: Attributes
    melanin: float = 0.35
    hair_style: str = "short"
    hair_colour: str = "black"
    brow_colour: tuple[int, int, int] = (45, 34, 30)
    brow_weight: float = 0.45
    iris_colour: tuple[int, int, int] = (62, 40, 26)
    freckles: float = 0.0
    wrinkles: float = 0.0
    stubble: float = 0.0
    lips: float = 0.5
    shirt_colour: tuple[int, int, int] = (96, 112, 140)
    individuality: float = 0.35
    seed: int = field(default=0)


def synthetic_character(
    person: SyntheticPerson, model: OpenHead, albedo: AlbedoModel
) -> CharacterHead:
    """Codes, texture and look of an invented person; the same person gives the same head."""
    rng = np.random.default_rng(person.seed)
    shape = model.attributes_to_shape(person.attributes)
    shape = shape + person.individuality * rng.normal(size=N_SHAPE)
    skin = albedo.code_for(melanin=person.melanin, lips=person.lips)
    style = SkinStyle(
        brow_colour=person.brow_colour,
        brow_weight=person.brow_weight,
        iris_colour=person.iris_colour,
        freckles=person.freckles,
        wrinkles=person.wrinkles,
        stubble=person.stubble,
    )
    return CharacterHead(
        shape=shape.astype(np.float32),
        albedo=skin,
        expressions={name: archetype(name) for name in FACE_EXPRESSIONS},
        texture=albedo.texture(skin, style),
        hair=HairSpec(person.hair_style, HAIR_COLOURS[person.hair_colour]),
        brow_colour=person.brow_colour,
        iris_colour=person.iris_colour,
        shirt_colour=person.shirt_colour,
        gender=person.attributes.gender,
        age=person.attributes.age_years,
    )
