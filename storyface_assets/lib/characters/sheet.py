"""Pictures of a person's expressions."""

from collections.abc import Sequence

import numpy as np

from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render import FrameState, HeadRenderer
from storyface_assets.vocabulary import FACE_EXPRESSIONS

CELL = (320, 360)


def expression_pictures(
    model: OpenHead,
    character: CharacterHead,
    accessories: Sequence[AccessoryMesh],
    cell: tuple[int, int] = CELL,
) -> dict[str, np.ndarray]:
    """Each expression in a picture of its own, in the order of ``FACE_EXPRESSIONS``.

    Args:
        model: the head model.
        character: the person.
        accessories: hair and clothes of that person.
        cell: width, height of each picture, pixels.

    Returns:
        ``(height, width, 3)`` uint8 sRGB each.
    """
    renderer = HeadRenderer(model, character, list(accessories), cell)
    codes, wrinkles = character.expressions, character.wrinkles
    states = [
        FrameState(codes[name], displacement=wrinkles.at(codes[name]) if wrinkles else None)
        for name in FACE_EXPRESSIONS
    ]
    return dict(zip(FACE_EXPRESSIONS, renderer.render_many(states), strict=True))


def expression_sheet(
    model: OpenHead,
    character: CharacterHead,
    accessories: Sequence[AccessoryMesh],
    cell: tuple[int, int] = CELL,
) -> np.ndarray:
    """The five expressions side by side ``(height, 5 · width, 3)`` uint8 sRGB."""
    pictures = expression_pictures(model, character, accessories, cell)
    return np.concatenate(list(pictures.values()), axis=1)
