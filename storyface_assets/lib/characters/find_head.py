"""From a character's portrait and faces to its whole head."""

from collections.abc import Sequence
from dataclasses import dataclass

from storyface_assets.lib.characters.emotion_faces import EmotionFaces
from storyface_assets.lib.characters.face_expressions import Source, expressions_of_faces
from storyface_assets.lib.characters.fit_portrait import fit_portrait
from storyface_assets.lib.characters.look import Look
from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.characters.wrinkles import with_lines_of_age, with_wrinkles
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.detail_reader import DetailReader
from storyface_assets.lib.fit import FitResult, character_from_fit
from storyface_assets.lib.hair import build_accessories
from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker


@dataclass(frozen=True, eq=False)
class HeadModels:
    """What heads are made with.

    Attributes:
        head: the head model.
        skins: its skin colours.
        landmarker: finds faces and their landmarks.
        classifier: reads expressions.
        encoder: DECA's first stage, if there is one.
        detail: its second, likewise.
    """

    head: OpenHead
    skins: AlbedoModel
    landmarker: FaceLandmarker
    classifier: EmotionClassifier
    encoder: CoarseReader | None = None
    detail: DetailReader | None = None


@dataclass(frozen=True, eq=False)
class FoundHead:
    """A head, and how it was found.

    Attributes:
        head: with expressions and, where there is a detail stage or it has grown old, wrinkles.
        fit: of the portrait.
        accessories: hair and clothes.
        sources: where each expression comes from.
        wrinkles: where its wrinkles come from, in words.
    """

    head: CharacterHead
    fit: FitResult
    accessories: Sequence[AccessoryMesh]
    sources: dict[str, Source]
    wrinkles: str


def find_character_head(
    portrait: Portrait, faces: EmotionFaces, look: Look, models: HeadModels
) -> FoundHead:
    """Identity and texture from the portrait, expressions from the faces, wrinkles from both.

    Args:
        portrait: the character's.
        faces: what StarGAN made of it.
        look: who it is, and by which way the head is found; by ``fit`` neither of DECA's stages
            is asked.
        models: what it is made with.

    Raises:
        BadInput: the way needs an encoder, and there is none, or the head shows no face.
    """
    alone = look.geometry == "fit"
    encoder, detail = (None, None) if alone else (models.encoder, models.detail)
    fit = fit_portrait(portrait, look, models.head, models.skins, encoder)
    head = character_from_fit(fit, models.head, look.hair)
    accessories = build_accessories(models.head, head)
    head, sources = expressions_of_faces(
        head,
        faces,
        portrait,
        fit,
        models.head,
        accessories,
        models.landmarker,
        models.classifier,
        encoder,
        look.geometry,
    )
    wrinkles = []
    if detail:
        head = with_wrinkles(head, portrait, fit, detail, models.head)
        wrinkles.append("DECA's detail stage")
    if look.grown_old and look.age:
        lined = with_lines_of_age(head, models.head, look.age, fit.expression)
        if lined is not head:
            wrinkles.append("lines of age that are nobody's own")
        head = lined
    return FoundHead(head, fit, accessories, sources, " and ".join(wrinkles) or "none")
