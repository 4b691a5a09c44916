"""Hair styles as numbers: partings, lengths, lift, cut."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from storyface_assets.lib.hair.hairline import HairlineShape

Parting = Literal["whorl", "side", "middle"]
Ties = Literal["none", "ponytail", "bun", "pigtails"]


@dataclass(frozen=True)
class Lengths:
    """Metres on an adult's head, by where the root is."""

    top: float
    front: float
    side: float
    nape: float


@dataclass(frozen=True)
class Cut:
    """Where the scissors go: heights in brow-to-nose thirds, ``None`` for not cut.

    Attributes:
        fringe: above the brow (negative: over the eyes), for roots at the front.
        side: below the brow, for roots at the side.
        back: below the brow, for roots at the back.
    """

    fringe: float | None = None
    side: float | None = None
    back: float | None = None


@dataclass(frozen=True)
class Style:
    """One hair style.

    Attributes:
        parting: what the hair runs away from.
        lengths: how long it is; all zero for no hair.
        cut: heights it is cut at.
        ties: where it is bound.
        lift: angle off the scalp at the root, degrees: top, side.
        volume: greatest height over the scalp, metres.
        flow: pull of the direction field.
        gravity: pull downward.
        settle: pull back to the head.
        wander: random bend.
        clump: how far tips meet.
        curl: radius (metres) and turns a metre.
        drift: added direction: left, up, forward.
        cards: how many ribbons.
        steps: segments a ribbon.
        width: metres a ribbon.
        hairline: shape of the hairline.
        horseshoe: hair on the sides and back only.
        cap: how opaque the painted hair under the ribbons is.
        face_gap: half-width kept free in front of the face, in face half-widths; 0 for none.
    """

    parting: Parting
    lengths: Lengths
    cut: Cut = field(default_factory=Cut)
    ties: Ties = "none"
    lift: tuple[float, float] = (30.0, 20.0)
    volume: float = 0.012
    flow: float = 0.5
    gravity: float = 0.1
    settle: float = 0.5
    wander: float = 0.06
    clump: float = 0.3
    curl: tuple[float, float] = (0.0, 0.0)
    drift: tuple[float, float, float] = (0.0, 0.0, 0.0)
    cards: int = 700
    steps: int = 7
    width: float = 0.009
    hairline: HairlineShape = field(default_factory=HairlineShape)
    horseshoe: bool = False
    cap: float = 1.0
    face_gap: float = 0.0

    @property
    def is_bald(self) -> bool:
        """No hair at all."""
        return self.lengths == Lengths(0, 0, 0, 0)


_STYLES: Final = {
    "bald": Style("whorl", Lengths(0, 0, 0, 0)),
    "receding": Style(
        "whorl",
        Lengths(0.012, 0.012, 0.018, 0.018),
        lift=(28, 16),
        volume=0.004,
        gravity=0.25,
        cards=620,
        steps=3,
        width=0.008,
        hairline=HairlineShape(height=1.0, recede=0.5),
        horseshoe=True,
        cap=0.85,
    ),
    "crop": Style(
        "whorl",
        Lengths(0.016, 0.016, 0.010, 0.009),
        lift=(34, 22),
        volume=0.002,
        drift=(0, 0, 0.35),
        cards=1100,
        steps=3,
        width=0.007,
        clump=0.25,
        wander=0.12,
    ),
    "short": Style(
        "side",
        Lengths(0.075, 0.085, 0.032, 0.024),
        cut=Cut(fringe=0.30, side=0.75),
        lift=(52, 25),
        volume=0.016,
        flow=0.55,
        gravity=0.12,
        cards=740,
        steps=6,
        width=0.011,
        drift=(0, 0, 0.25),
        clump=0.35,
    ),
    "bowl": Style(
        "whorl",
        Lengths(0.17, 0.14, 0.10, 0.06),
        cut=Cut(fringe=0.10, side=0.62, back=1.2),
        lift=(14, 12),
        volume=0.012,
        gravity=0.22,
        settle=0.9,
        cards=620,
        steps=8,
        width=0.012,
        clump=0.2,
    ),
    "bob": Style(
        "side",
        Lengths(0.24, 0.23, 0.19, 0.11),
        cut=Cut(side=1.85, back=1.75),
        lift=(14, 12),
        volume=0.016,
        gravity=0.3,
        cards=505,
        steps=10,
        width=0.013,
        clump=0.25,
        face_gap=0.86,
    ),
    "long": Style(
        "middle",
        Lengths(0.36, 0.36, 0.30, 0.22),
        cut=Cut(side=3.6, back=3.6),
        lift=(12, 10),
        volume=0.016,
        gravity=0.3,
        cards=430,
        steps=12,
        width=0.014,
        clump=0.3,
        face_gap=0.9,
    ),
    # Bound hair lies close in wide, overlapping ribbons: seen edge-on, narrow or high ones leave
    # gaps, and the outline is a dashed line.
    "ponytail": Style(
        "middle",
        Lengths(0.20, 0.22, 0.18, 0.15),
        ties="ponytail",
        lift=(10, 8),
        volume=0.0035,
        flow=1.2,
        gravity=0.0,
        cards=350,
        steps=9,
        width=0.019,
    ),
    "bun": Style(
        "middle",
        Lengths(0.20, 0.22, 0.18, 0.17),
        ties="bun",
        lift=(10, 8),
        volume=0.0035,
        flow=1.2,
        gravity=0.0,
        cards=350,
        steps=9,
        width=0.019,
    ),
    "pigtails": Style(
        "middle",
        Lengths(0.18, 0.18, 0.15, 0.15),
        ties="pigtails",
        lift=(12, 8),
        volume=0.004,
        flow=1.2,
        gravity=0.0,
        cards=330,
        steps=9,
        width=0.019,
    ),
    "curly": Style(
        "whorl",
        Lengths(0.085, 0.075, 0.060, 0.05),
        cut=Cut(fringe=0.35, side=1.1),
        lift=(60, 50),
        volume=0.026,
        flow=0.25,
        gravity=0.10,
        wander=0.2,
        clump=0.25,
        curl=(0.007, 30.0),
        cards=350,
        steps=15,
        width=0.008,
    ),
    "afro": Style(
        "whorl",
        Lengths(0.050, 0.042, 0.026, 0.018),
        lift=(80, 75),
        volume=0.03,
        settle=0.0,
        flow=0.05,
        gravity=0.0,
        wander=0.2,
        clump=0.0,
        curl=(0.0035, 46.0),
        cards=640,
        steps=8,
        width=0.0075,
    ),
}

STYLES: Final = tuple(_STYLES)
STYLE_TABLE: Final = MappingProxyType(_STYLES)
