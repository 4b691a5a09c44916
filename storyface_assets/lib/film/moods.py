"""How each emotion of the text colours a performance and its stage.

Tables, so that a director can change them without reading code.
"""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from storyface_assets.vocabulary import TEXT_EMOTIONS

Rgb = tuple[int, int, int]
Gain = tuple[float, float, float]


@dataclass(frozen=True)
class Bearing:
    """How a face in this emotion carries itself.

    Attributes:
        units: added to the character's own expression, by ARKit unit; sides are implied.
        expression: how much of the character's expression is shown at full intensity.
        pitch: head posture, degrees, down is positive.
        roll: head posture, degrees, towards the subject's left shoulder is positive.
        blink_seconds: median time between blinks.
        gaze_seconds: median time between glances.
        gaze_spread: standard deviation of glances, degrees.
        gaze_down: where the eyes rest below the viewer, degrees.
        liveliness: scale on the head's wandering.
        breath: breaths a second.
    """

    units: dict[str, float] = field(default_factory=dict)
    expression: float = 1.0
    pitch: float = 0.0
    roll: float = 0.0
    blink_seconds: float = 3.4
    gaze_seconds: float = 1.9
    gaze_spread: float = 3.0
    gaze_down: float = 0.5
    liveliness: float = 1.0
    breath: float = 0.25


BEARINGS: Final = MappingProxyType(
    {
        # A storyteller's friendly rest face rather than a passport photo.
        "중립": Bearing({"mouthSmile": 0.10, "browInnerUp": 0.05, "cheekSquint": 0.05}),
        "슬픔": Bearing(
            {"eyeSquint": 0.06, "browInnerUp": 0.10},
            pitch=6.0,
            roll=2.5,
            blink_seconds=3.0,
            gaze_seconds=2.6,
            gaze_down=5.0,
            liveliness=0.7,
            breath=0.2,
        ),
        "분노": Bearing(
            pitch=3.5,
            blink_seconds=5.0,
            gaze_seconds=3.0,
            gaze_spread=1.5,
            liveliness=1.2,
            breath=0.4,
        ),
        # Fear: the panic face held back, brows drawn together, eyes that search.
        "불안": Bearing(
            {"browInnerUp": 0.28, "mouthStretch": 0.10, "mouthPress": 0.12},
            expression=0.72,
            pitch=1.5,
            roll=-2.0,
            blink_seconds=1.7,
            gaze_seconds=0.9,
            gaze_spread=6.0,
            liveliness=1.5,
            breath=0.42,
        ),
        "행복": Bearing(
            {"cheekSquint": 0.12, "mouthSmile": 0.22},
            expression=1.15,
            pitch=-2.5,
            roll=2.0,
            blink_seconds=3.0,
            gaze_seconds=1.6,
            liveliness=1.35,
            breath=0.3,
        ),
        # Surprise: brows high, eyes wide, drawn back.
        "당황": Bearing(
            {"browOuterUp": 0.25, "eyeWide": 0.15},
            pitch=-3.0,
            roll=-1.0,
            blink_seconds=2.3,
            gaze_seconds=1.3,
            gaze_spread=4.5,
            liveliness=1.25,
            breath=0.36,
        ),
    }
)


@dataclass(frozen=True)
class Colours:
    """Stage of an emotion: a gradient, floating lights, and gels on the lamps.

    Attributes:
        top: sRGB at the top of the picture.
        bottom: sRGB at the bottom.
        glow: sRGB of the glow behind the head.
        key: linear factor on the key light.
        room: linear factor on the room light.
        gain: factor on the exposure.
    """

    top: Rgb
    bottom: Rgb
    glow: Rgb
    key: Gain = (1.0, 1.0, 1.0)
    room: Gain = (1.0, 1.0, 1.0)
    gain: float = 1.0


COLOUR_SCRIPT: Final = MappingProxyType(
    {
        "중립": Colours((86, 108, 124), (52, 60, 78), (158, 172, 172), gain=1.10),
        "슬픔": Colours(
            top=(44, 64, 100),
            bottom=(24, 32, 58),
            glow=(92, 122, 166),
            key=(0.88, 0.94, 1.07),
            room=(0.88, 0.94, 1.10),
            gain=1.02,
        ),
        "분노": Colours(
            top=(112, 42, 38),
            bottom=(46, 18, 26),
            glow=(186, 88, 58),
            key=(1.12, 0.90, 0.80),
            room=(1.06, 0.90, 0.88),
            gain=1.06,
        ),
        "불안": Colours(
            top=(62, 74, 66),
            bottom=(26, 32, 38),
            glow=(120, 132, 100),
            key=(0.92, 1.00, 0.92),
            room=(0.88, 0.96, 0.96),
            gain=1.04,
        ),
        "행복": Colours(
            top=(236, 178, 104),
            bottom=(190, 106, 92),
            glow=(255, 226, 164),
            key=(1.08, 1.01, 0.90),
            room=(1.08, 1.02, 0.96),
            gain=1.18,
        ),
        "당황": Colours(
            top=(120, 92, 140),
            bottom=(60, 46, 86),
            glow=(196, 164, 196),
            key=(1.02, 0.96, 1.05),
            room=(1.00, 0.96, 1.06),
            gain=1.10,
        ),
    }
)

if set(BEARINGS) != set(TEXT_EMOTIONS) or set(COLOUR_SCRIPT) != set(TEXT_EMOTIONS):
    raise RuntimeError("every emotion of the vocabulary needs a bearing and colours")
