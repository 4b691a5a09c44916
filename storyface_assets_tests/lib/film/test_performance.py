"""The acting: smooth, alive, repeatable, and never against the voice."""

import numpy as np
import pytest

from storyface_assets.lib.film import Performance, perform
from storyface_assets.lib.film.life import blinks
from storyface_assets.lib.film.timeline import Timeline, ease
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.units import UNITS
from storyface_assets.lib.speech import Narration, Voice, mouth_curves, narrate
from storyface_assets.vocabulary import TEXT_EMOTIONS

BLINK = UNITS.index("eyeBlinkLeft")
SMILE = UNITS.index("mouthSmileLeft")


@pytest.fixture(scope="module")
def long_story() -> Narration:
    texts = ["아기 오리는 엄마를 보고 방긋 웃었어요.", "하지만 밤이 되자 무서운 소리가 들렸습니다."]
    return narrate(texts * 9, Voice())


MOODS = list(TEXT_EMOTIONS) * 3


@pytest.fixture(scope="module")
def acted_long(long_story: Narration, expressions: dict[str, np.ndarray]) -> Performance:
    return perform(long_story, MOODS, expressions, UNITS, seed=11)


def test_one_frame_of_expression_and_pose_for_each_frame_of_film(acted_long: Performance) -> None:
    n = acted_long.timeline.n_frames
    assert acted_long.expression.shape == (n, 50) and acted_long.pose.shape == (n, 15)
    assert acted_long.expression.dtype == acted_long.pose.dtype == np.float32
    assert np.isfinite(acted_long.expression).all() and np.isfinite(acted_long.pose).all()


def test_the_same_seed_acts_the_same_and_another_does_not(
    long_story: Narration, acted_long: Performance, expressions: dict[str, np.ndarray]
) -> None:
    again = perform(long_story, MOODS, expressions, UNITS, seed=11)
    other = perform(long_story, MOODS, expressions, UNITS, seed=12)
    for name in ("expression", "pose", "mood", "presence"):
        assert np.array_equal(getattr(again, name), getattr(acted_long, name))
    assert not np.array_equal(other.pose, acted_long.pose)


def test_the_face_never_freezes(acted_long: Performance) -> None:
    # The seeds' films played a clip once and then stood still for the rest of the sentence.
    codes = np.concatenate([acted_long.expression, acted_long.pose], 1)
    lag = 6  # 0.2 s
    moved = np.abs(codes[lag:] - codes[:-lag]).max(1)
    assert moved.min() > 1e-3


def test_the_face_never_jumps(acted_long: Performance) -> None:
    lids = [i for i, u in enumerate(UNITS) if u.startswith("eye")]
    rest = [i for i in range(50) if i not in lids]
    steps = np.abs(np.diff(acted_long.expression, axis=0))
    assert steps[:, rest].max() < 0.35
    assert steps[:, lids].max() < 0.65  # a blink shuts the eye in three frames
    assert np.rad2deg(np.abs(np.diff(acted_long.pose, axis=0)).max()) < 6.0  # the jaw, speaking
    head = [i for i in range(15) if not 3 <= i < 6]
    assert np.rad2deg(np.abs(np.diff(acted_long.pose[:, head], axis=0)).max()) < 1.0


def test_each_sentence_is_acted_in_its_own_mood(
    acted_long: Performance, long_story: Narration
) -> None:
    for label, sentence in zip(MOODS, long_story.sentences, strict=True):
        middle = acted_long.timeline.speech_start + (sentence.start + sentence.end) / 2
        mood = acted_long.mood[round(middle * 30)]
        assert TEXT_EMOTIONS[int(mood.argmax())] == label and mood.max() > 0.95


def test_the_mood_turns_before_the_words(acted_long: Performance, long_story: Narration) -> None:
    # A face that begins to change with the first syllable looks late.
    start = acted_long.timeline.speech_start + long_story.sentences[1].start
    mood = acted_long.mood[round(start * 30), TEXT_EMOTIONS.index(MOODS[1])]
    assert 0.2 < mood < 0.95


def test_intensity_scales_the_expression(
    long_story: Narration, expressions: dict[str, np.ndarray]
) -> None:
    def smile(intensity: float) -> float:
        happy = ["행복"] * len(MOODS)
        level = np.full(len(MOODS), intensity)
        acted = perform(long_story, happy, expressions, UNITS, level, seed=1)
        return float(np.median(acted.expression[:, SMILE]))

    assert smile(0.1) < 0.8 * smile(1.0)


def test_eyes_blink_like_eyes(acted_long: Performance) -> None:
    timeline = acted_long.timeline
    mood = np.tile(np.eye(6)[0], (timeline.n_frames, 1))
    shut = blinks(timeline, mood, np.zeros(0), seed=4) > 0.5
    count = np.sum(shut[1:] & ~shut[:-1])
    assert 8 < count * 60 / timeline.seconds < 30  # people at rest: some 15 a minute
    anxious = np.tile(np.eye(6)[TEXT_EMOTIONS.index("불안")], (timeline.n_frames, 1))
    often = blinks(timeline, anxious, np.zeros(0), seed=4) > 0.5
    assert np.sum(often[1:] & ~often[:-1]) > 1.4 * count


def test_lips_shut_for_bilabials_even_in_panic(expressions: dict[str, np.ndarray]) -> None:
    # An open-mouthed emotion must not keep the lips apart in ㅁ ㅂ ㅍ.
    told = narrate(["엄마 아빠 마마 바보 맘마 밤마다 부모님"], Voice())
    acted = perform(told, ["당황"], expressions, UNITS, seed=2)
    mouth = mouth_curves(told, UNITS, acted.timeline.n_frames, 30.0, acted.timeline.speech_start)
    shut = mouth.closure > 0.95
    assert shut.sum() > 10
    assert acted.expression[shut][:, UNITS.index("jawOpen")].max() < 0.03
    assert acted.expression[shut][:, UNITS.index("mouthLowerDownLeft")].max() < 0.08
    assert np.rad2deg(acted.pose[shut, 3]).max() < 1.5


def test_emotion_keeps_brows_and_most_of_a_smile_while_speaking(
    acted_long: Performance, long_story: Narration
) -> None:
    happy = MOODS.index("행복")
    sentence = long_story.sentences[happy]
    first, last = (
        round((acted_long.timeline.speech_start + t) * 30)
        for t in (sentence.start + 0.5, sentence.end)
    )
    assert acted_long.expression[first:last, SMILE].min() > 0.7 * archetype("happy")[SMILE]


def test_title_and_end_are_neutral_and_the_face_comes_and_goes(acted_long: Performance) -> None:
    assert acted_long.mood[0, 0] == pytest.approx(1.0) and acted_long.mood[-1, 0] > 0.99
    assert acted_long.presence[0] == 0.0 and acted_long.presence[-1] == 0.0
    speech = slice(
        int(acted_long.timeline.speech_start * 30), int(acted_long.timeline.speech_end * 30)
    )
    assert acted_long.presence[speech].min() == 1.0


def test_labels_and_sentences_must_match(
    long_story: Narration, expressions: dict[str, np.ndarray]
) -> None:
    with pytest.raises(ValueError, match="2 labels for 18 sentences"):
        perform(long_story, ["행복", "슬픔"], expressions, UNITS)


def test_ease_follows_without_overshoot() -> None:
    step = np.concatenate([np.zeros(30), np.ones(90)])
    out = ease(step, 30.0)
    assert out.max() <= 1.0 and np.all(np.diff(out) >= -1e-12) and out[-1] > 0.999
    assert out[30 + 15] > 0.85  # most of the way after half a second


def test_a_story_of_one_silent_sentence_can_be_acted(expressions: dict[str, np.ndarray]) -> None:
    told = narrate(["😀"], Voice())
    acted = perform(told, ["행복"], expressions, UNITS)
    assert isinstance(acted.timeline, Timeline)
    assert np.isfinite(acted.expression).all() and not acted.pose[:, 3].any()
