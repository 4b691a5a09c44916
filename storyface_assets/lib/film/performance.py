"""The acting: from emotions and voice to an expression and a pose for every frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from storyface_assets.lib.film import life
from storyface_assets.lib.film.accents import accents
from storyface_assets.lib.film.moods import BEARINGS
from storyface_assets.lib.film.timeline import (
    END_SECONDS,
    TITLE_SECONDS,
    Timeline,
    ease,
    mood_weights,
    sentence_of_frame,
)
from storyface_assets.lib.heads.model import N_POSE, POSE_GLOBAL, POSE_JAW, POSE_NECK
from storyface_assets.lib.speech import MouthCurves, Narration, mouth_curves
from storyface_assets.vocabulary import EXPRESSION_OF_EMOTION

#: What is left of an emotion's own lip units while the mouth speaks.
_LEFT_WHILE_SPEAKING: Final = {
    "mouthSmile": 0.95,
    "mouthFrown": 0.80,
    "mouthStretch": 0.40,
    "mouthPress": 0.25,
    "mouthPucker": 0.30,
    "mouthFunnel": 0.30,
    "mouthRollLower": 0.30,
    "mouthRollUpper": 0.30,
    "mouthShrugLower": 0.40,
    "mouthShrugUpper": 0.50,
    "mouthLowerDown": 0.60,
    "mouthUpperUp": 0.45,
    "jawOpen": 0.25,
}
#: Units that part the lips: they give way where a sound shuts them.
_PARTING: Final = ("jawOpen", "mouthLowerDown", "mouthUpperUp", "mouthFunnel", "mouthShrugUpper")
#: The archetypes go beyond 1 and a little below 0.
_UNIT_RANGE: Final = (-1.0, 2.2)
#: Degrees that the eyes turn when an eyeLook unit is fully on.
_LOOK_DEGREES: Final = 25.0


@dataclass(frozen=True)
class Performance:
    """A film's acting.

    Attributes:
        timeline: lengths and times.
        expression: ``(T, 50)`` float32 weights of the head's expression units.
        pose: ``(T, 15)`` float32 radians.
        mood: ``(T, 6)`` float32 share of each of ``TEXT_EMOTIONS``; tints the stage.
        presence: ``(T,)`` float32, 0 = stage only … 1 = the face fully there.
    """

    timeline: Timeline
    expression: np.ndarray
    pose: np.ndarray
    mood: np.ndarray
    presence: np.ndarray


def perform(
    narration: Narration,
    labels: Sequence[str],
    expressions: Mapping[str, np.ndarray],
    expression_names: Sequence[str],
    intensity: np.ndarray | None = None,
    seed: int = 0,
    fps: float = 30.0,
    title_seconds: float = TITLE_SECONDS,
    end_seconds: float = END_SECONDS,
) -> Performance:
    """Act a story.

    Args:
        narration: the voice.
        labels: emotion of each sentence, from ``TEXT_EMOTIONS``.
        expressions: the character's ``{expression: (50,)}`` (``CharacterHead.expressions``).
        expression_names: the head model's unit names.
        intensity: ``(n,)`` 0–1 strength of each sentence's emotion; ``None`` = .8.
        seed: everything random follows from it.
        fps: frames a second.
        title_seconds: length of the title card before the voice.
        end_seconds: length of the end card after it.

    Raises:
        ValueError: not one label a sentence.
    """
    if len(labels) != len(narration.sentences):
        raise ValueError(f"{len(labels)} labels for {len(narration.sentences)} sentences")
    timeline = Timeline.of(narration, fps, title_seconds, end_seconds)
    names = tuple(expression_names)
    sentence = sentence_of_frame(narration, timeline)
    mood = mood_weights(sentence, labels, timeline)
    strength = np.full(len(labels), 0.8) if intensity is None else np.asarray(intensity, float)
    emotion = _emotion_track(sentence, labels, strength, expressions, names, timeline, seed)
    mouth = mouth_curves(narration, names, timeline.n_frames, fps, timeline.speech_start)
    expression = _with_mouth(emotion, mouth, names)
    stress = accents(narration, timeline)
    _add(expression, names, {"browInnerUp": 0.12, "browOuterUp": 0.16}, stress)
    turns = timeline.times[1:][np.diff(sentence) > 0]
    _look(expression, names, life.gaze(timeline, mood, seed))
    _shut_lids(expression, names, life.blinks(timeline, mood, turns, seed))
    pose = _pose(timeline, mood, mouth, stress, seed)
    return Performance(
        timeline,
        np.clip(expression, *_UNIT_RANGE).astype(np.float32),
        pose.astype(np.float32),
        mood.astype(np.float32),
        _presence(timeline).astype(np.float32),
    )


def _emotion_track(
    sentence: np.ndarray,
    labels: Sequence[str],
    strength: np.ndarray,
    expressions: Mapping[str, np.ndarray],
    names: tuple[str, ...],
    timeline: Timeline,
    seed: int,
) -> np.ndarray:
    """``(T, 50)``: each sentence's face, approached smoothly and swelling within the sentence."""
    rng = np.random.default_rng([seed & 0xFFFFFFFF, 10])
    faces = np.zeros((len(labels) + 1, len(names)))
    rest = _face("중립", 0.5, expressions, names)
    for i, label in enumerate(labels):
        # No two happy sentences look quite alike, and no face is quite symmetric.
        uneven = np.clip(1.0 + 0.12 * rng.normal(size=len(names)), 0.7, 1.3)
        faces[i] = _face(label, float(strength[i]), expressions, names) * uneven
    faces[-1] = rest
    target = faces[sentence]
    target[timeline.times > timeline.speech_end] = rest
    return ease(target * _swell(sentence, timeline)[:, None], timeline.fps)


def _face(
    label: str, strength: float, expressions: Mapping[str, np.ndarray], names: tuple[str, ...]
) -> np.ndarray:
    """``(50,)`` the face of an emotion at a strength 0–1."""
    bearing = BEARINGS[label]
    scale = 0.55 + 0.45 * min(max(strength, 0.0), 1.0)
    own = np.asarray(expressions[EXPRESSION_OF_EMOTION[label]], float)
    face = own * bearing.expression * scale
    for unit, weight in bearing.units.items():
        face[_columns(names, unit)] += weight * scale
    return face


def _swell(sentence: np.ndarray, timeline: Timeline) -> np.ndarray:
    """``(T,)`` .86–1: an emotion peaks early in its sentence and then ebbs a little."""
    begins = np.flatnonzero(np.diff(sentence, prepend=sentence[0] - 1))
    since = (
        np.arange(len(sentence))
        - begins[np.searchsorted(begins, np.arange(len(sentence)), "right") - 1]
    )
    t = since / timeline.fps
    return 0.86 + 0.14 * np.exp(-np.maximum(t - 1.2, 0.0) / 2.5)


def _with_mouth(emotion: np.ndarray, mouth: MouthCurves, names: tuple[str, ...]) -> np.ndarray:
    """Lay speech over emotion: the emotion keeps the brows and eyes and shares the lips."""
    out = emotion.copy()
    for unit, left in _LEFT_WHILE_SPEAKING.items():
        columns = _columns(names, unit)
        out[:, columns] *= (1.0 - (1.0 - left) * mouth.speaking)[:, None]
    parting = [c for unit in _PARTING for c in _columns(names, unit)]
    out[:, parting] *= (1.0 - mouth.closure)[:, None]
    # A broad smile already stretches the lips: speech may not stretch them again.
    smile = out[:, _columns(names, "mouthSmile")].max(1, initial=0.0)
    spoken = mouth.units.astype(float).copy()
    stretch = _columns(names, "mouthStretch") + _columns(names, "mouthSmile")
    spoken[:, stretch] *= np.clip(1.0 - 1.4 * smile, 0.2, 1.0)[:, None]
    return out + spoken


def _columns(names: tuple[str, ...], unit: str) -> list[int]:
    """Columns of a unit or of its left and right halves."""
    return [i for i, n in enumerate(names) if n in (unit, unit + "Left", unit + "Right")]


def _add(
    expression: np.ndarray, names: tuple[str, ...], units: dict[str, float], amount: np.ndarray
) -> None:
    for unit, weight in units.items():
        expression[:, _columns(names, unit)] += weight * amount[:, None]


def _look(expression: np.ndarray, names: tuple[str, ...], degrees: np.ndarray) -> None:
    """Turn eyes and lids together: the model's eyeLook units do both."""
    left, up = (degrees / _LOOK_DEGREES).T
    for unit, amount in {
        "eyeLookOutLeft": left,
        "eyeLookInRight": left,
        "eyeLookInLeft": -left,
        "eyeLookOutRight": -left,
        "eyeLookUp": up,
        "eyeLookDown": -up,
    }.items():
        _add(expression, names, {unit: 1.0}, np.maximum(amount, 0.0))


def _shut_lids(expression: np.ndarray, names: tuple[str, ...], lids: np.ndarray) -> None:
    """Blink from whatever the lids do, and never further than shut."""
    open_units = [c for u in ("eyeWide", "eyeLookDown", "eyeSquint") for c in _columns(names, u)]
    expression[:, open_units] *= (1.0 - 0.9 * lids)[:, None]
    blink = _columns(names, "eyeBlink")
    shut = np.clip(expression[:, blink], 0.0, 1.0)
    expression[:, blink] = shut + (1.0 - shut) * lids[:, None]


def _pose(
    timeline: Timeline, mood: np.ndarray, mouth: MouthCurves, stress: np.ndarray, seed: int
) -> np.ndarray:
    """``(T, 15)`` radians: head, jaw and neck."""
    head = life.head_wander(timeline, mood, seed) + life.posture(timeline, mood)
    air = life.breath(timeline, mood, seed)
    head[:, 1] += 0.35 * air + 1.5 * stress
    yaw, pitch, roll = np.deg2rad(head).T
    pose = np.zeros((timeline.n_frames, N_POSE))
    # The neck takes some of every turn, so that the head does not swivel on a pole.
    turn = np.stack([pitch, yaw, -roll], 1)
    pose[:, POSE_GLOBAL] = 0.15 * turn
    pose[:, POSE_NECK] = 0.85 * turn
    pose[:, POSE_JAW.start] = mouth.jaw
    return pose


def _presence(timeline: Timeline) -> np.ndarray:
    """The face comes in gently on the title card and leaves for the credits."""
    t = timeline.times
    inward = np.clip((t - 0.25) / 0.9, 0.0, 1.0)
    outward = np.clip((timeline.speech_end + 1.0 - t) / 0.7, 0.0, 1.0)
    x = np.minimum(inward, outward)
    return x * x * (3.0 - 2.0 * x)
