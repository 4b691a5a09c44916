"""The corpus of labelled stories: what a model learns from, and what it is tested on.

The folder is ``data/text``, or what ``dataset/story_sentences`` stored of it.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store.manifest import file_entry, folder_content
from storyface_assets.lib.text.labelled_stories import LabelledSentences, read_labelled_sentences

TRAIN_FILE: Final = "corpus.tsv"
TEST_FILE: Final = "corpus_test.tsv"
TWINS_FILE: Final = "twins.tsv"
#: All that a corpus is.
FILES: Final = (TRAIN_FILE, TEST_FILE, TWINS_FILE)
TWIN_COLUMNS: Final = ("train", "test", "why")
#: What the stories of a letter were written as; those of other letters are of several moulds.
_MOULDS: Final = {
    "p": "folk tale",
    "q": "animals",
    "r": "school",
    "s": "family",
    "u": "fantasy",
    "v": "nature",
    "w": "speech",
}


@dataclass(frozen=True)
class Twin:
    """A training story that is like a test story.

    Attributes:
        train: its id; it is left out of training.
        test: id of the test story, which stays.
        why: what is alike.
    """

    train: str
    test: str
    why: str


@dataclass(frozen=True)
class StoryCorpus:
    """Labelled stories to learn from and to be tested on.

    Attributes:
        train: without the twins of test stories.
        test: stories that have no part in training or choosing.
        left_out: sentences of the training stories that are twins.
        twins: why they are.
    """

    train: LabelledSentences
    test: LabelledSentences
    left_out: LabelledSentences
    twins: Sequence[Twin]


def read_story_corpus(folder: Path) -> StoryCorpus:
    """Read the tables of a corpus.

    Raises:
        BadInput: a missing folder or file, a row that breaks the rules, a story that is in both
            tables, or a twin that is in none.
    """
    if not folder.is_dir():
        raise BadInput(folder, "", "does not exist.", "Take data/text from the project.")
    train = read_labelled_sentences(folder / TRAIN_FILE)
    test = read_labelled_sentences(folder / TEST_FILE)
    trained, tested = set(train.stories), set(test.stories)
    if both := sorted(trained & tested):
        problem = f"is in {TRAIN_FILE} too."
        raise BadInput(folder / TEST_FILE, f"story {both[0]}", problem, "Keep it in one of them.")
    twins = read_twins(folder / TWINS_FILE)
    for twin in twins:
        for story, table, name in ((twin.train, trained, "train"), (twin.test, tested, "test")):
            if story not in table:
                problem = "is no training story." if name == "train" else "is no test story."
                raise BadInput(folder / TWINS_FILE, f"{name} {story}", problem, "Mend its id.")
    alike = {twin.train for twin in twins}
    return StoryCorpus(train.of(trained - alike), test, train.of(alike), twins)


def read_twins(file: Path) -> list[Twin]:
    """Read the table of stories that are alike (tab-separated, UTF-8, columns TWIN_COLUMNS).

    Raises:
        BadInput: a missing file, other columns, or a row with an empty cell.
    """
    if not file.is_file():
        mend = "Write one with its first line alone if no story has a twin."
        raise BadInput(file, "", "does not exist.", mend)
    with file.open(encoding="utf-8", newline="") as lines:
        table = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not table or tuple(table[0]) != TWIN_COLUMNS:
        raise BadInput(file, "line 1", "has other columns.", f"Use {', '.join(TWIN_COLUMNS)}.")
    for number, row in enumerate(table[1:], start=2):
        if len(row) != len(TWIN_COLUMNS) or not all(cell.strip() for cell in row):
            problem = "is not a training story, a test story and why they are alike."
            raise BadInput(file, f"line {number}", problem, "Fill its three cells.")
    return [Twin(*row) for row in table[1:]]


def corpus_version(folder: Path) -> str:
    """Hash of a corpus's tables: the same of ``data/text`` as of what was stored of it."""
    return folder_content({name: file_entry(folder / name) for name in FILES})


def mould_of(story: str) -> str:
    """What a story was written as, by the letter of its id; "mixed" where that says nothing."""
    return _MOULDS.get(story[:1], "mixed")
