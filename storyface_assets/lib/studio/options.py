"""How large a set is, how it looks and what is wrong with it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from storyface_assets.lib.errors import BadInput

#: Changes when the same options give other pictures or files.
CODE_VERSION = 8


@dataclass(frozen=True)
class FaultRates:
    """Shares of the AI-Hub photos that something is wrong with.

    Attributes:
        labels: most annotators give the wrong expression.
        disagreement: annotators disagree.
        duplicates: there is a copy of it, in one of several kinds.
        boxes: annotator A's box is wrong.
        files: the file is empty, truncated, no picture, CMYK or animated.
        records: label without photo, photo without label, duplicate filename or unknown label.
    """

    labels: float = 0.04
    disagreement: float = 0.05
    duplicates: float = 0.06
    boxes: float = 0.03
    files: float = 0.01
    records: float = 0.01


@dataclass(frozen=True)
class StudioOptions:
    """What ``produce`` renders.

    Attributes:
        people: persons of the AI-Hub set.
        seed: of everything.
        photos: AI-Hub photos a person, planted copies not counted.
        celeba_people: persons of the CelebA set (others); ``None`` for half of ``people``.
        celeba_photos: CelebA pictures of each of those.
        pairs: scenes a person of the AI-Hub set that are taken in every expression.
        attribute_pairs: scenes a person of the CelebA set's training part that are taken in other
            hair colours, gender and age.
        size: width, height of AI-Hub photos on average, pixels.
        pair_size: width and height of the pairs' pictures.
        faults: what is planted.
    """

    people: int
    seed: int = 0
    photos: int = 12
    celeba_people: int | None = None
    celeba_photos: int = 8
    pairs: int = 1
    attribute_pairs: int = 1
    size: tuple[int, int] = (320, 400)
    pair_size: int = 256
    faults: FaultRates = field(default_factory=FaultRates)

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            BadInput: one is out of its range.
        """
        least = {"people": 1, "photos": 1, "celeba_photos": 1, "pairs": 0}
        least |= {"attribute_pairs": 0, "pair_size": 64}
        for name, low in least.items():
            if getattr(self, name) < low:
                raise _out_of_range(name, getattr(self, name), f"at least {low}")
        if self.celebrities < 0:
            raise _out_of_range("celeba_people", self.celebrities, "at least 0")
        if not all(96 <= side <= 2000 for side in self.size):
            raise _out_of_range("size", self.size, "96 to 2000 pixels a side")
        for name, rate in asdict(self.faults).items():
            if not 0 <= rate <= 0.5:
                raise _out_of_range(name, rate, "0 to 0.5")

    @property
    def celebrities(self) -> int:
        """Persons of the CelebA set."""
        return (self.people + 1) // 2 if self.celeba_people is None else self.celeba_people

    def recipe(self) -> str:
        """Hash of all that a person's files depend on; the number of people is not part of it."""
        parts = asdict(self)
        del parts["people"], parts["celeba_people"]
        return hashlib.sha256(json.dumps([CODE_VERSION, parts]).encode()).hexdigest()


def _out_of_range(name: str, value: object, allowed: str) -> BadInput:
    return BadInput("storyface studio", name, f"is {value}.", f"Give {allowed}.")


def default_head_dir(data_dir: Path) -> Path:
    """Where the open head lies in a data folder."""
    return data_dir / "open_models" / "open_head"
