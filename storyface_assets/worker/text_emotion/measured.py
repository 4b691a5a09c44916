"""What the cards of both kinds of text models tell of the test stories."""

from typing import Any

import numpy as np

from storyface_assets.lib.measures import calibration_error, confusion
from storyface_assets.lib.text.emotion_figures import read_stories, score
from storyface_assets.lib.text.emotion_readers import StoryReader
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.vocabulary import TEXT_EMOTIONS


def measured(reader: StoryReader, test: LabelledSentences, mean_intensity: float) -> dict[str, Any]:
    """Figures of a reader on stories, each read by itself.

    Args:
        reader: a model as it is used, from its files.
        test: the stories.
        mean_intensity: of training; what always saying it misses is told beside.
    """
    read = read_stories(reader, test)
    misses = np.abs(read.intensities - test.intensities)
    misses_of_mean = np.abs(mean_intensity - test.intensities)
    return {
        "test": score(test.emotions, read.classes, test.stories).as_dict(),
        "test_confusion": confusion(test.emotions, read.classes, len(TEXT_EMOTIONS)),
        "test_calibration_error": round(calibration_error(read.probabilities, test.emotions), 3),
        "test_intensity_error": round(float(misses.mean()), 3),
        "test_intensity_error_of_mean": round(float(misses_of_mean.mean()), 3),
    }
