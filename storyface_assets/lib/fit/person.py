"""Fit → the character that the films use."""

from storyface_assets.lib.fit.photo_fit import FitResult
from storyface_assets.lib.heads.character import CharacterHead, HairSpec
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.model import HeadModel
from storyface_assets.vocabulary import FACE_EXPRESSIONS


def character_from_fit(
    fit: FitResult, model: HeadModel, hair: HairSpec | None = None
) -> CharacterHead:
    """The person of a fit, with the five expressions.

    The photo's own expression is left out: neutral is the person at rest, whether or not the
    photo smiles.

    Args:
        fit: the fitted photo.
        model: the head model that was fitted.
        hair: style and colour; ``None`` keeps the character's default.
    """
    return CharacterHead(
        shape=fit.shape,
        albedo=fit.albedo,
        expressions={name: archetype(name) for name in FACE_EXPRESSIONS},
        texture=fit.texture,
        hair=hair or HairSpec(),
        brow_colour=fit.colours.brow,
        iris_colour=fit.colours.iris,
        shirt_colour=fit.colours.shirt,
        light=fit.light,
        camera=fit.translation,
        gender=fit.gender,
        age=fit.age,
    )
