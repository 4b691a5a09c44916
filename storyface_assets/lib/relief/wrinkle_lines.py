"""Where a face creases, and by which units: the lines of an open head's wrinkles.

The groups are those of the FACS manual (Ekman, Friesen and Hager 2002, "appearance changes" of each
action unit): the frontalis raises forehead lines, corrugator and procerus draw the glabella
together, the orbicularis oculi makes crow's feet, the zygomaticus deepens the nasolabial fold, the
depressor anguli oris the marionette line, the mentalis the chin's dimples. Depths and widths were
set by eye on rendered heads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

#: iBUG's number of the other side's landmark, of those that lines begin from.
_MIRROR: Final = (
    {n: 16 - n for n in range(17)}
    | {n: 43 - n for n in range(17, 27)}
    | {n: n for n in range(27, 31)}
    | {36: 45, 37: 44, 38: 43, 39: 42, 40: 47, 41: 46}
    | {42: 39, 43: 38, 44: 37, 45: 36, 46: 41, 47: 40}
    | {31: 35, 32: 34, 33: 33, 34: 32, 35: 31, 48: 54, 54: 48, 49: 53, 50: 52, 57: 57, 8: 8}
)
Curves = list[np.ndarray]


@dataclass(frozen=True)
class Group:
    """Lines that deepen together.

    Attributes:
        name: of the group.
        depth: metres of the middle of a line at strength 1.
        width: standard deviation of the groove, texels.
        units: strength by expression unit.
        aged: how much of the depth age leaves there at rest, 0–1.
        curves: draws its lines, each ``(n, 2)`` texels, on a face.
        side: −1 the subject's right, 1 the left, 0 both.
    """

    name: str
    depth: float
    width: float
    units: Mapping[str, float]
    aged: float
    curves: Callable[["FaceMarks", np.random.Generator], Curves]
    side: int = 0


@dataclass(frozen=True, eq=False)
class FaceMarks:
    """Landmarks of the detail map, looked up from either side.

    Attributes:
        points: ``(68, 2)`` texels.
        side: −1: landmarks as numbered (the subject's right); 1: the other half's.
    """

    points: np.ndarray
    side: int = -1

    @property
    def scale(self) -> float:
        """A tenth of the distance of the eyes' outer corners, texels."""
        return float(np.linalg.norm(self.points[45] - self.points[36])) / 10

    def at(self, number: int, out: float = 0.0, down: float = 0.0) -> np.ndarray:
        """A landmark of the right half, or its mirror, moved outwards and down by scales."""
        number = _MIRROR[number] if self.side > 0 else number
        return self.points[number] + self.scale * np.array([self.side * out, down])


def _forehead(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    count, brow = int(rng.integers(2, 5)), marks.points[[18, 19, 20, 23, 24, 25]]
    heights = np.linspace(1.05, 2.6, count) + rng.normal(0, 0.07, count)
    curves = []
    for height in heights:
        arch = brow - [0, height * marks.scale]
        arch[:, 1] = 0.5 * arch[:, 1] + 0.5 * arch[:, 1].mean()
        dip = rng.uniform(-0.1, 0.25) * marks.scale
        arch[2:4, 1] += dip
        cut = rng.uniform(0, 0.12, 2) * (arch[-1, 0] - arch[0, 0])
        arch[0, 0] += cut[0]
        arch[-1, 0] -= cut[1]
        curves.append(arch)
    return curves


def _glabella(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    lean, high = rng.uniform(-0.05, 0.15), rng.uniform(0.75, 1.2)
    foot = marks.at(21, out=-0.22, down=0.55)
    return [
        np.stack(
            [
                foot,
                foot + marks.scale * np.array([marks.side * 0.05, -0.5 * high]),
                foot + marks.scale * np.array([marks.side * lean, -high]),
            ]
        )
    ]


def _procerus(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    middle = 0.5 * (marks.points[39] + marks.points[42])
    y = marks.points[27, 1] - marks.scale * rng.uniform(0.0, 0.25)
    half = marks.scale * rng.uniform(0.45, 0.7)
    return [np.array([[middle[0] - half, y + 2], [middle[0], y], [middle[0] + half, y + 2]])]


def _bunny(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    curves = []
    for down in (0.35, 0.7):
        begin = marks.at(27, out=0.3, down=down + rng.normal(0, 0.05))
        curves.append(
            begin
            + marks.scale * np.array([[0, 0], [marks.side * 0.3, 0.2], [marks.side * 0.5, 0.5]])
        )
    return curves


def _crows_feet(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    count, curves = int(rng.integers(2, 5)), []
    for slope in np.linspace(-0.6, 0.75, count) + rng.normal(0, 0.08, count):
        begin = marks.at(36, out=0.35, down=0.35 * slope)
        length = rng.uniform(0.7, 1.3)
        bend = 0.15 * np.sign(slope)
        curves.append(
            begin
            + marks.scale
            * length
            * np.array([[0, 0], [marks.side * 0.5, 0.45 * slope], [marks.side, slope * 0.9 + bend]])
        )
    return curves


def _lower_lid(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    curves = []
    for down in (0.38, 0.62):
        down += float(rng.normal(0, 0.03))
        line = [marks.at(39, 0.1, down), marks.at(40, 0, down), marks.at(41, 0, down)]
        curves.append(np.stack([*line, marks.at(36, 0.1, down + 0.05)]))
    return curves


def _bag(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    down = 0.95 + float(rng.normal(0, 0.06))
    return [
        np.stack(
            [
                marks.at(39, 0.0, down - 0.35),
                marks.at(40, 0, down),
                marks.at(41, 0, down),
                marks.at(36, 0.0, down - 0.2),
            ]
        )
    ]


def _nasolabial(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    wide = rng.normal(0, 0.08)
    wing, mouth = marks.at(31), marks.at(48)
    return [
        np.stack(
            [
                marks.at(31, 0.32, -0.85),
                marks.at(31, 0.72 + wide, -0.1),
                0.5 * (wing + mouth) + marks.scale * np.array([marks.side * (0.85 + wide), 0]),
                marks.at(48, 0.7 + wide, 0.1),
                marks.at(48, 0.75 + wide, rng.uniform(0.3, 0.8)),
            ]
        )
    ]


def _bracket(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    out = rng.uniform(0.28, 0.42)
    return [
        np.stack([marks.at(48, out, -0.45), marks.at(48, out + 0.12, 0.0), marks.at(48, out, 0.4)])
    ]


def _marionette(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    long = rng.uniform(0.8, 1.3)
    return [
        np.stack(
            [
                marks.at(48, 0.12, 0.2),
                marks.at(48, 0.3, 0.2 + 0.5 * long),
                marks.at(48, 0.25, 0.2 + long),
            ]
        )
    ]


def _chin_fold(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    y = 0.55 * marks.points[57, 1] + 0.45 * marks.points[8, 1] + rng.normal(0, 0.05) * marks.scale
    half = marks.scale * rng.uniform(0.9, 1.2)
    x = marks.points[57, 0]
    return [
        np.array(
            [[x - half, y + 4], [x - half / 2, y], [x, y - 1], [x + half / 2, y], [x + half, y + 4]]
        )
    ]


def _chin_dimples(marks: FaceMarks, rng: np.random.Generator) -> Curves:
    low = 0.25 * marks.points[57] + 0.75 * marks.points[8]
    places = low + marks.scale * rng.uniform([-0.8, -0.45], [0.8, 0.35], (14, 2))
    return [place + rng.normal(0, 0.08, (3, 2)) * marks.scale for place in places]


def _both(
    name: str,
    depth: float,
    width: float,
    units: Mapping[str, float],
    aged: float,
    curves: Callable[[FaceMarks, np.random.Generator], Curves],
) -> tuple[Group, Group]:
    """A group on each side; ``*`` in a unit's name stands for the side."""
    return tuple(  # type: ignore[return-value]
        Group(
            f"{name}_{word.lower()}",
            depth,
            width,
            {unit.replace("*", word): weight for unit, weight in units.items()},
            aged,
            curves,
            side,
        )
        for side, word in ((-1, "Right"), (1, "Left"))
    )


#: Forehead lines are drawn once and shared out over three groups (``skin_relief``).
FOREHEAD: Final = Group("forehead", 2.6e-04, 1.3, {}, 0.8, _forehead)
FOREHEAD_UNITS: Final[tuple[Mapping[str, float], ...]] = (
    {"browOuterUpRight": 1.0, "browInnerUp": 0.25},
    {"browInnerUp": 0.75, "browOuterUpRight": 0.2, "browOuterUpLeft": 0.2},
    {"browOuterUpLeft": 1.0, "browInnerUp": 0.25},
)
GROUPS: Final[tuple[Group, ...]] = (
    *_both("glabella", 3.2e-04, 1.3, {"browDown*": 0.8, "browInnerUp": 0.15}, 0.6, _glabella),
    Group(
        "procerus",
        1.9e-04,
        1.3,
        {
            "browDownLeft": 0.3,
            "browDownRight": 0.3,
            "noseSneerLeft": 0.35,
            "noseSneerRight": 0.35,
        },
        0.4,
        _procerus,
    ),
    *_both("bunny", 1.4e-04, 1.0, {"noseSneer*": 1.0, "cheekSquint*": 0.15}, 0.1, _bunny),
    *_both(
        "crows_feet",
        1.9e-04,
        1.0,
        {"cheekSquint*": 0.6, "eyeSquint*": 0.45, "mouthSmile*": 0.25},
        0.9,
        _crows_feet,
    ),
    *_both("lower_lid", 1.0e-04, 1.1, {"cheekSquint*": 0.5, "eyeSquint*": 0.6}, 0.6, _lower_lid),
    *_both("bag", 2.6e-04, 2.2, {}, 0.8, _bag),
    *_both(
        "nasolabial",
        3.2e-04,
        2.0,
        {"mouthSmile*": 0.65, "noseSneer*": 0.45, "cheekSquint*": 0.2, "mouthUpperUp*": 0.25},
        0.9,
        _nasolabial,
    ),
    *_both(
        "bracket",
        2.3e-04,
        1.3,
        {"mouthSmile*": 0.5, "mouthDimple*": 0.8, "mouthStretch*": 0.5},
        0.2,
        _bracket,
    ),
    *_both("marionette", 2.9e-04, 1.6, {"mouthFrown*": 0.9}, 0.8, _marionette),
    Group(
        "chin_fold",
        3.2e-04,
        2.2,
        {"mouthShrugLower": 0.6, "mouthFrownLeft": 0.3, "mouthFrownRight": 0.3},
        0.3,
        _chin_fold,
    ),
    Group("chin_dimples", 1.6e-04, 1.4, {"mouthShrugLower": 0.9}, 0.05, _chin_dimples),
)
