"""The portrait as another gender or age, where the book wishes so: StarGAN's CelebA half."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from storyface_assets.lib.books import CharacterWish
from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.classifiers.attributes import AttributeReader
from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.dataset.pictures_in_memory import unlabelled
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.stargan.editor import FaceEditor
from storyface_assets.lib.stargan.label_vectors import ATTRIBUTES, HAIR, celeba_vector
from storyface_assets.lib.stargan.painter import Part

#: Side of the changed crop, pixels: as the photo has it, within these.
_LEAST, _MOST = 128, 768
#: CelebA's word for the colours that a wish can name; it has none for the others.
_HAIR_OF_WISH: Final = {
    "black": "Black_Hair",
    "dark_brown": "Brown_Hair",
    "brown": "Brown_Hair",
    "blond": "Blond_Hair",
}
#: A hair colour is taken for the portrait's own from this probability on.
_SURE: Final = 0.5


@dataclass(frozen=True, eq=False)
class Become:
    """A changed portrait.

    Attributes:
        portrait: the changed one, with landmarks of its own.
        asked: the wish, and the attributes that were set for it: ``male young, Black_Hair, Male``.
        before: ``(5,)`` probabilities of ``ATTRIBUTES`` in the photo.
        after: likewise in the changed portrait.
    """

    portrait: Portrait
    asked: str
    before: np.ndarray
    after: np.ndarray

    def facts(self) -> dict[str, str]:
        """What was asked, and what the reader sees before and after."""

        def words(told: np.ndarray) -> str:
            return ", ".join(f"{n} {p:.0%}" for n, p in zip(ATTRIBUTES, told, strict=True))

        return {"asked": self.asked, "before": words(self.before), "after": words(self.after)}


def become(
    portrait: Portrait,
    wish: CharacterWish,
    editor: FaceEditor,
    reader: AttributeReader,
    landmarker: FaceLandmarker,
    bald: bool = False,
) -> Become:
    """Change a portrait into what ``wish.become`` says.

    Hair takes the colour that a wish names; else the old turn grey (CelebA's label for that is no
    colour), the young keep the photo's own, and who was old and grey gets black hair. Hair that has
    its colour already, or is not there, is not painted.

    Args:
        portrait: the photo's.
        wish: with ``become``.
        editor: StarGAN.
        reader: reads attributes; it did not train with StarGAN.
        landmarker: finds the changed face.
        bald: whether there is no hair to dye.
    """
    square = face_square(portrait.face.landmarks)
    crop = square.cut(portrait.rgb, int(np.clip(square.side, _LEAST, _MOST)))
    before = reader.probabilities(unlabelled(crop[None]))[0]
    gender, age = (wish.become or "").split()
    wanted = dict.fromkeys(ATTRIBUTES, 0) | {"Male": gender == "male", "Young": age == "young"}
    own = _own_hair(before)
    hair = _young_hair(own, before) if age == "young" else None
    if wish.hair_colour:
        hair = _HAIR_OF_WISH.get(wish.hair_colour)
    if hair:
        wanted[hair] = 1
    # Without a colour the label asks for grey: right for the old, not for the young.
    dyes = not bald and (hair != own if hair else age == "old")
    part: Part | None = None if dyes else "person"
    changed = editor.changed(crop[None], celeba_vector(wanted)[None], part)[0]
    after = reader.probabilities(unlabelled(changed[None]))[0]
    rgb = square.add_back(portrait.rgb, crop, changed)
    found = landmarker.detect(rgb)
    # The face is where it was; its points may have moved a little with it.
    face = found[0] if found else portrait.face
    asked = [name for name, value in wanted.items() if value]
    told = ", ".join([wish.become or "", *asked])
    return Become(replace(portrait, rgb=rgb, face=face), told, before, after)


def _own_hair(told: np.ndarray) -> str | None:
    """The colour that is there."""
    place = int(told[: len(HAIR)].argmax())
    return HAIR[place] if told[place] > _SURE else None


def _young_hair(own: str | None, told: np.ndarray) -> str | None:
    """The colour that is there; black for who is old and has none of them."""
    return own or ("Black_Hair" if told[ATTRIBUTES.index("Young")] < _SURE else None)
