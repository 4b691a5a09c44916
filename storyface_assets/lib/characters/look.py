"""How the character looks beyond the photo's face: hair, gender, age; wishes before the photo."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from storyface_assets.lib.books import CharacterWish
from storyface_assets.lib.books.book import Geometry
from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.hair import HAIR_COLOURS, estimate_hair
from storyface_assets.lib.heads.character import HairSpec

Source = Literal["wish", "photo", "unknown"]
#: As the hair rules count it.
_GENDER = {"female": 0.0, "male": 1.0}
#: Of a character that becomes young or old, if no age is wished for.
_YEARS = {"young": 25, "old": 68}


@dataclass(frozen=True)
class Look:
    """What the head is to wear, who wears it, and how it is found.

    Attributes:
        hair: style and colour.
        gender: ``female`` or ``male``; ``None`` if neither wish nor photo says.
        age: years; ``None`` likewise.
        sources: for each of ``hair_style``, ``hair_colour``, ``gender``, ``age``: where from.
        geometry: how the head is found, as the book wishes.
        grown_old: whether the character becomes old by the book's wish.
    """

    hair: HairSpec
    gender: str | None = None
    age: int | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    geometry: Geometry = "auto"
    grown_old: bool = False

    def save(self, folder: Path) -> None:
        """Write ``look.json`` into a folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "look.json").write_text(text, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Look":
        """Read what :meth:`save` wrote.

        Raises:
            BadInput: the file is missing or broken.
        """
        try:
            data = json.loads((folder / "look.json").read_text("utf-8"))
            hair = data.pop("hair")
            return cls(hair=HairSpec(hair["style"], tuple(hair["colour"])), **data)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(
                folder / "look.json", "", f"is not a look ({error}).", "Materialize it again."
            ) from error


def resolve_look(wish: CharacterWish, portrait: Portrait) -> Look:
    """Take each part from the wish, else from the photo.

    Gender and age are not guessed from a photo: without a wish they stay unknown, and the head
    takes its proportions from the face alone. What the character is to become counts before both.
    """
    face = portrait.face
    if wish.become:
        gender, age = wish.become.split()
        wish = replace(wish, gender=gender, age=wish.age or _YEARS[age])  # type: ignore[arg-type]
    seen = estimate_hair(
        portrait.rgb, face.landmarks, face.person, _GENDER.get(wish.gender) if wish.gender else None
    )
    named = HAIR_COLOURS.get(wish.hair_colour) if wish.hair_colour else None
    sources: dict[str, Source] = {
        "hair_style": "wish" if wish.hair_style else "photo",
        "hair_colour": "wish" if named is not None else "photo",
        "gender": "wish" if wish.gender else "unknown",
        "age": "wish" if wish.age is not None else "unknown",
    }
    red, green, blue = seen.colour if named is None else named
    hair = HairSpec(wish.hair_style or seen.style, (int(red), int(green), int(blue)))
    grown_old = wish.become is not None and wish.become.endswith("old")
    return Look(hair, wish.gender, wish.age, sources, wish.geometry, grown_old)
