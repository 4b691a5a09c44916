"""A head's wrinkles, read from its portrait and shown in its expressions."""

from dataclasses import replace

import numpy as np

from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.deca.detail_reader import DetailReader
from storyface_assets.lib.fit import FitResult
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.heads.wrinkles import PHOTO
from storyface_assets.lib.relief import DetailSpace, ReliefStyle, SkinRelief


def with_wrinkles(
    head: CharacterHead,
    portrait: Portrait,
    fit: FitResult,
    reader: DetailReader,
    model: OpenHead,
) -> CharacterHead:
    """The head with the displacement of each of its expressions, and of the portrait's own.

    Args:
        head: with its expressions.
        portrait: the character's.
        fit: of the portrait: the expression that it shows.
        reader: DECA's detail stage, which knows nothing of what is not the face's skin.
        model: of the head.
    """
    code = reader.code_of(portrait.rgb, portrait.face.landmarks)
    shown = {PHOTO: fit.expression} | head.expressions
    maps = reader.displacement(code, np.stack(list(shown.values()))) * DetailSpace.of(model).mask
    return replace(head, displacement=dict(zip(shown, maps, strict=True)))


def with_lines_of_age(
    head: CharacterHead, model: OpenHead, years: float, photo: np.ndarray
) -> CharacterHead:
    """The head with the lines that people of an age have, where its photo does not show any.

    Nobody's own: where these lines run is the same for everybody. A photo that is half as deeply
    lined as they would be in its expression keeps its own alone.

    Args:
        head: with its expressions, and wrinkles of its own, if it has any.
        model: of the head.
        years: how old it is to look.
        photo: ``(50,)`` expression of the photo.

    Returns:
        The head itself where nothing is added.
    """
    relief = SkinRelief(DetailSpace.of(model), ReliefStyle.usual(years))
    lines = relief.displacement(np.stack(list(head.expressions.values())))
    none = np.zeros((DETAIL_SIZE, DETAIL_SIZE), np.float32)
    own = head.displacement
    if own and own[PHOTO].std() > 0.5 * relief.displacement(photo[None])[0].std():
        return head
    maps = {
        name: own.get(name, none) + map_ for name, map_ in zip(head.expressions, lines, strict=True)
    }
    return replace(head, displacement=maps | {PHOTO: own.get(PHOTO, none)})
