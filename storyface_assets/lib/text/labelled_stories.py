"""The labelled story sentences of ``data/text``."""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.vocabulary import TEXT_EMOTIONS

_INTENSITY = re.compile(r"0\.\d+|1\.0+|[01]")
COLUMNS = ("story_id", "order", "sentence", "emotion", "intensity")
#: What each of two labellers said who did not know the other's answer; a table may lack them.
LABELLERS = ("first", "second")


@dataclass(frozen=True)
class LabelledSentences:
    """Sentences in story order.

    Attributes:
        stories: story of each sentence.
        texts: the sentences.
        emotions: ``(n,)`` int, index into TEXT_EMOTIONS.
        intensities: ``(n,)`` float, 0 to 1.
        labellers: ``(n, 2)`` int, what two labellers said before they were brought together; of
            no rows where the table does not tell.
    """

    stories: list[str]
    texts: list[str]
    emotions: np.ndarray
    intensities: np.ndarray
    labellers: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), int))

    def of(self, stories: Collection[str]) -> "LabelledSentences":
        """The sentences of these stories, in the same order."""
        rows = np.flatnonzero([story in stories for story in self.stories])
        return LabelledSentences(
            [self.stories[i] for i in rows],
            [self.texts[i] for i in rows],
            self.emotions[rows],
            self.intensities[rows],
            self.labellers[rows] if len(self.labellers) else self.labellers,
        )

    def truth(self, doubt: float) -> np.ndarray:
        """Shares of the classes ``(n, 6)`` to learn, rows sum to 1.

        Where two labellers disagree, a learner may be told of both rather than of the decision
        alone (Uma et al., "Learning from Disagreement: A Survey", JAIR 2021).

        Args:
            doubt: what the two labellers share evenly, 0 to 1; the rest is the emotion's. Without
                effect where the table does not tell what they said.
        """
        classes = np.eye(len(TEXT_EMOTIONS))
        if not len(self.labellers):
            return classes[self.emotions]
        return (1 - doubt) * classes[self.emotions] + doubt * classes[self.labellers].mean(axis=1)


def read_labelled_sentences(file: Path) -> LabelledSentences:
    """Read a table of labelled sentences (tab-separated, UTF-8, columns COLUMNS, then LABELLERS).

    Raises:
        BadInput: a missing file, other columns, or a row that breaks the rules.
    """
    if not file.is_file():
        raise BadInput(file, "", "does not exist.", "Run from the project's folder.")
    with file.open(encoding="utf-8", newline="") as lines:
        table = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    columns = tuple(table[0]) if table else ()
    if columns not in (COLUMNS, COLUMNS + LABELLERS):
        raise BadInput(file, "line 1", "has other columns.", f"Use {', '.join(COLUMNS)}.")
    last: tuple[str, int] = ("", -1)
    for number, row in enumerate(table[1:], start=2):
        fits = (
            len(row) == len(columns)
            and row[1].isdecimal()
            and {row[3], *row[5:]} <= set(TEXT_EMOTIONS)
            and _INTENSITY.fullmatch(row[4]) is not None
        )
        place = (row[0], int(row[1])) if fits else last
        follows = place == (last[0], last[1] + 1) or place[1] == 0
        if not (fits and follows and row[2].strip()):
            raise BadInput(
                file,
                f"line {number}",
                "is not story, order (0, 1, …), sentence, emotion, intensity (0 to 1).",
                f"The emotions are {', '.join(TEXT_EMOTIONS)}.",
            )
        last = place
    rows = table[1:]
    return LabelledSentences(
        [row[0] for row in rows],
        [row[2] for row in rows],
        np.array([TEXT_EMOTIONS.index(row[3]) for row in rows]),
        np.array([float(row[4]) for row in rows]),
        np.array([[TEXT_EMOTIONS.index(e) for e in row[5:]] for row in rows]).reshape(-1, 2),
    )
