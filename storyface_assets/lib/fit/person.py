"""Fit → the character that the films use."""

import numpy as np

from storyface_assets.lib.fit.photo_fit import FitResult
from storyface_assets.lib.heads.character import CharacterHead, HairSpec
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.model import HeadModel
from storyface_assets.vocabulary import FACE_EXPRESSIONS

#: Units that a resting face can carry for good: narrow eyes, thin lips.
_FEATURES = ("eyeBlink", "eyeSquint", "mouthRoll")
_MOST = 0.4
#: A smile this strong narrows the eyes by itself; then the photo does not tell how they rest.
_SMILE = 0.25


def resting_features(expression: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """What of a photo's expression ``(50,)`` belongs to the person rather than to the moment.

    Lids and lips only, left and right alike, and no lids if the photo smiles.

    Args:
        expression: the photo's.
        names: the expression units' names.
    """
    index = {name: i for i, name in enumerate(names)}
    smile = np.mean([expression[index[n]] for n in index if n.startswith("mouthSmile")] or [0.0])
    kept = np.zeros_like(expression)
    for name, i in index.items():
        if not name.startswith(_FEATURES) or (name.startswith("eye") and smile > _SMILE):
            continue
        other = name.replace("Left", "?").replace("Right", "Left").replace("?", "Right")
        both = 0.5 * (expression[i] + expression[index.get(other, i)])
        kept[i] = min(float(both), _MOST)
    return kept


def character_from_fit(
    fit: FitResult, model: HeadModel, hair: HairSpec | None = None
) -> CharacterHead:
    """The person of a fit, with the five expressions.

    The photo's own expression is left out (but for :func:`resting_features`): neutral is the
    person at rest, whether or not the photo smiles.

    Args:
        fit: the fitted photo.
        model: the head model that was fitted.
        hair: style and colour; ``None`` keeps the character's default.
    """
    own = resting_features(fit.expression, model.expression_names)
    return CharacterHead(
        shape=fit.shape,
        albedo=fit.albedo,
        expressions={name: archetype(name) + own for name in FACE_EXPRESSIONS},
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
