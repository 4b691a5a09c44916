"""A head's wrinkles, read from its portrait and shown in its expressions."""

from dataclasses import replace

import numpy as np

from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.deca.detail_reader import DetailReader
from storyface_assets.lib.fit import FitResult
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.wrinkles import PHOTO


def with_wrinkles(
    head: CharacterHead, portrait: Portrait, fit: FitResult, reader: DetailReader
) -> CharacterHead:
    """The head with the displacement of each of its expressions, and of the portrait's own.

    Args:
        head: with its expressions.
        portrait: the character's.
        fit: of the portrait: the expression that it shows.
        reader: DECA's detail stage.
    """
    code = reader.code_of(portrait.rgb, portrait.face.landmarks)
    shown = {PHOTO: fit.expression} | head.expressions
    maps = reader.displacement(code, np.stack(list(shown.values())))
    return replace(head, displacement=dict(zip(shown, maps, strict=True)))
