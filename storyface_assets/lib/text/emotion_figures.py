"""How well a text emotion model reads stories, with how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import numpy as np

from storyface_assets.lib.measures import accuracy, calibration_error, macro_f1, with_intervals
from storyface_assets.lib.measures.intervals import Measure
from storyface_assets.lib.text.emotion_readers import StoryReader, load_emotion_reader
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.story_corpus import read_story_corpus
from storyface_assets.vocabulary import EXPRESSION_OF_EMOTION, FACE_EXPRESSIONS, TEXT_EMOTIONS

#: Face of each emotion, as an index into FACE_EXPRESSIONS.
FACE_OF_CLASS = np.array([FACE_EXPRESSIONS.index(EXPRESSION_OF_EMOTION[e]) for e in TEXT_EMOTIONS])


@dataclass(frozen=True)
class Score:
    """Figures of one model on one set.

    Attributes:
        figures: ``accuracy``, ``macro_f1``, ``five_faces``, each also with ``_low`` and ``_high``:
            95 % interval, stories drawn with replacement.
        sentences: size of the set.
        stories: stories in it.
    """

    figures: Mapping[str, float]
    sentences: int
    stories: int

    def as_dict(self) -> dict[str, float]:
        """For JSON, rounded to what the sample size supports."""
        rounded = {name: round(value, 3) for name, value in self.figures.items()}
        return rounded | {"sentences": self.sentences, "stories": self.stories}


@dataclass(frozen=True)
class StoriesRead:
    """What a model reads in n sentences of several stories.

    Attributes:
        classes: ``(n,)`` int, what the film would show, an index into TEXT_EMOTIONS.
        probabilities: ``(n, 6)``.
        intensities: ``(n,)``, 0 to 1.
    """

    classes: np.ndarray
    probabilities: np.ndarray
    intensities: np.ndarray


def read_stories(reader: StoryReader, data: LabelledSentences) -> StoriesRead:
    """Read every story by itself, as a book's is read."""
    readings = []
    for _, group in groupby(range(len(data.texts)), key=lambda i: data.stories[i]):
        rows = [Sentence(k, data.texts[i], 0, 0, False) for k, i in enumerate(group)]
        readings.append(reader.read(rows))
    return StoriesRead(
        np.array([TEXT_EMOTIONS.index(label) for one in readings for label in one.labels], int),
        np.vstack([one.probabilities for one in readings]),
        np.concatenate([one.intensity for one in readings]),
    )


def five_face_accuracy(truth: np.ndarray, guess: np.ndarray) -> float:
    """Share of sentences that get the right face (불안 and 당황 share one)."""
    return float(np.mean(FACE_OF_CLASS[truth] == FACE_OF_CLASS[guess]))


def score(
    truth: np.ndarray, guess: np.ndarray, stories: Sequence[str], draws: int = 1000, seed: int = 0
) -> Score:
    """Figures with bootstrap intervals over stories (sentences of a story are not independent)."""
    measures: dict[str, Measure] = {
        "accuracy": lambda rows: accuracy(truth[rows], guess[rows]),
        "macro_f1": lambda rows: macro_f1(truth[rows], guess[rows], len(TEXT_EMOTIONS)),
        "five_faces": lambda rows: five_face_accuracy(truth[rows], guess[rows]),
    }
    figures = with_intervals(measures, stories, draws, seed)
    return Score(figures, sentences=len(truth), stories=len(set(stories)))


def text_emotion_figures(
    model: Path, data: Path, judges: Mapping[str, Path] = MappingProxyType({})
) -> dict[str, float]:
    """Figures of the model in a folder on the corpus's test stories.

    Args:
        model: the model's folder, of either kind.
        data: a corpus; see :func:`~storyface_assets.lib.text.story_corpus.read_story_corpus`.
        judges: none are asked.

    Raises:
        BadInput: the model or the corpus cannot be read.
    """
    reader, test = load_emotion_reader(model), read_story_corpus(data).test
    read = read_stories(reader, test)
    misses = np.abs(read.intensities - test.intensities)
    return {
        **score(test.emotions, read.classes, test.stories).figures,
        "calibration_error": calibration_error(read.probabilities, test.emotions),
        "intensity_error": float(misses.mean()),
    }
