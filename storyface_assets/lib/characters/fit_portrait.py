"""From a character's portrait to its head."""

from storyface_assets.lib.characters.look import Look
from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.fit import FitResult, fit_photo
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.open_head import OpenHead


def fit_portrait(
    portrait: Portrait,
    look: Look,
    model: OpenHead,
    skins: AlbedoModel,
    encoder: CoarseReader | None,
) -> FitResult:
    """The head, found as the look says.

    Args:
        portrait: the character's.
        look: who it is, and by which way the head is found.
        model: the head model.
        skins: its skin colours.
        encoder: DECA's, where there is one and the way asks it.

    Raises:
        BadInput: the way needs an encoder, and there is none.
    """
    rgb, face = portrait.rgb, portrait.face
    told = encoder.told_of(rgb, face.landmarks) if encoder else None
    return fit_photo(rgb, face, model, skins, look.gender, look.age, look.geometry, told)
