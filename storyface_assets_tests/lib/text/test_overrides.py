"""Emotions that a person decided."""

import numpy as np
import pytest

from storyface_assets.lib.books.book import EmotionOverride
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_reader import EmotionReading
from storyface_assets.lib.text.overrides import MIN_DECIDED_INTENSITY, apply_overrides


def reading() -> EmotionReading:
    probabilities = np.full((3, 6), 1 / 6, np.float32)
    intensity = np.array([0.1, 0.9, 0.3], np.float32)
    return EmotionReading(probabilities, ["중립", "행복", "불안"], intensity, np.zeros(3, bool))


def test_the_decided_sentence_changes_and_no_other() -> None:
    """Fault: off by one (people count from 1), or the model's own reading is lost."""
    before = reading()
    after = apply_overrides(before, [EmotionOverride(1, "슬픔"), EmotionOverride(2, "중립")])
    assert after.labels == ["슬픔", "중립", "불안"]
    assert after.overruled.tolist() == [True, True, False]
    assert after.intensity.tolist() == pytest.approx([MIN_DECIDED_INTENSITY, 0.9, 0.3])
    assert (after.probabilities == before.probabilities).all()
    assert before.labels == ["중립", "행복", "불안"] and not before.overruled.any()


@pytest.mark.parametrize("number", [0, -1, 4])
def test_a_sentence_that_is_not_there_is_refused(number: int) -> None:
    """Fault: sentence 0 silently decides the last one."""
    with pytest.raises(BadInput, match="the story has 3 sentences"):
        apply_overrides(reading(), [EmotionOverride(number, "슬픔")])


def test_a_word_that_is_no_emotion_is_refused() -> None:
    """Fault: a typing error reaches the face as an unknown expression."""
    with pytest.raises(BadInput, match="중립, 슬픔"):
        apply_overrides(reading(), [EmotionOverride(1, "기쁨")])
