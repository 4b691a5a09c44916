"""The head's expressions from the faces that StarGAN made, each tried out before it is used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from storyface_assets.lib.books.book import Geometry
from storyface_assets.lib.characters.emotion_faces import EmotionFaces, read_expressions
from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.characters.sheet import expression_pictures
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit import FitResult, fit_expression
from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: Landmarks shrink what they show (the fit's prior, a smoothing network): a fitted expression is
#: brought up to the archetype's strength, by at most this factor.
_STRONGER: Final = 2.5
#: Units stay within what the archetypes use; the jaw has a stop of its own.
_MOST: Final = 1.8
_JAW: Final = 0.7
_READ_AT: Final = 160


@dataclass(frozen=True)
class Source:
    """Where a head's expression comes from.

    Attributes:
        kind: ``face`` (fitted to the face that StarGAN made), ``archetype``, or ``rest``.
        why: a few words.
    """

    kind: str
    why: str


def expressions_of_faces(
    head: CharacterHead,
    faces: EmotionFaces,
    portrait: Portrait,
    fit: FitResult,
    model: OpenHead,
    accessories: Sequence[AccessoryMesh],
    landmarker: FaceLandmarker,
    classifier: EmotionClassifier,
    encoder: CoarseReader | None = None,
    way: Geometry = "auto",
) -> tuple[CharacterHead, dict[str, Source]]:
    """The head with the expressions of its faces, where these can be read.

    A face that does not read as what was asked for, or whose expression does not read as it on the
    head, is not used: the head keeps the archetype.

    Args:
        head: with the archetypes.
        faces: what StarGAN made of the portrait.
        portrait: the character's.
        fit: of the portrait.
        model: the head model.
        accessories: hair and clothes of the head.
        landmarker: finds the faces' landmarks.
        classifier: reads expressions.
        encoder: tells codes of a face, if there is one.
        way: how expressions are found, see ``fit.geometry.find_head``.

    Returns:
        The head, and where each of ``FACE_EXPRESSIONS`` comes from.
    """
    codes, sources = {}, {"neutral": Source("rest", "the portrait at rest")}
    for name in FACE_EXPRESSIONS[1:]:
        if not faces.reads_as_meant(name):
            read = FACE_EXPRESSIONS[int(faces.told[name].argmax())]
            sources[name] = Source("archetype", f"the face reads as {read}")
            continue
        rgb = faces.in_photo(name, portrait.rgb)
        found = landmarker.detect(rgb, quick=True)
        if not found:
            sources[name] = Source("archetype", "no landmarks in the face")
            continue
        face = replace(found[0], person=portrait.face.person)
        prior = encoder.told_of(rgb, face.landmarks) if encoder else None
        code = fit_expression(rgb, face, fit, model, way, prior)
        codes[name] = as_strong_as(code, archetype(name), model.expression_names)
    tried = replace(head, expressions=head.expressions | codes)
    told = _read_on_head(tried, model, accessories, landmarker, classifier)
    for name in codes:
        read = FACE_EXPRESSIONS[int(told[name].argmax())] if name in told else "no face"
        if read == name:
            sources[name] = Source("face", f"reads as {name}, {told[name].max():.0%}")
        else:
            sources[name] = Source("archetype", f"on the head the face's reads as {read}")
            tried.expressions[name] = head.expressions[name]
    return tried, {name: sources[name] for name in FACE_EXPRESSIONS}


def as_strong_as(code: np.ndarray, model_code: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """A code brought up to another one's strength (L2 norm), within what a face can do.

    Args:
        code: ``(50,)``.
        model_code: likewise.
        names: of the units.
    """
    strength, wanted = (float(np.linalg.norm(c)) for c in (code, model_code))
    factor = np.clip(wanted / max(strength, 1e-6), 1.0, _STRONGER)
    stronger = np.clip(code * factor, -_MOST, _MOST)
    jaw = list(names).index("jawOpen")
    stronger[jaw] = min(stronger[jaw], max(_JAW, code[jaw]))
    return stronger.astype(np.float32)


def _read_on_head(
    head: CharacterHead,
    model: OpenHead,
    accessories: Sequence[AccessoryMesh],
    landmarker: FaceLandmarker,
    classifier: EmotionClassifier,
) -> dict[str, np.ndarray]:
    """What the classifier reads on the rendered head, for every expression whose face is found."""
    crops = {}
    for name, rgb in expression_pictures(model, head, accessories).items():
        found = landmarker.detect(rgb, quick=True)
        if found:
            crops[name] = face_square(found[0].landmarks).cut(rgb, _READ_AT)
    if not crops:
        raise BadInput("head", "", "shows no face when it is rendered.", "Give another portrait.")
    return read_expressions(crops, classifier)
