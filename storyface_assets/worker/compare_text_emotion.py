"""How every candidate of the text model does on each test set, and the model that is used.

``python -m storyface_assets.worker.compare_text_emotion --model DIR --data data/text
--corpora DIR [--out FILE.md]``

The linear candidates are fitted on all training stories with one penalty each, and their best class
counts; what the model's folder holds is read as it is used, with its threshold. The general
corpora's training parts are learnt from by the two candidates that are named after them, and by
nobody else.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.embedding import embed
from storyface_assets.lib.text.emotion_blend import BlendedReader
from storyface_assets.lib.text.emotion_figures import Score, read_stories, score
from storyface_assets.lib.text.emotion_readers import StoryReader
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker.text_emotion import candidates as parts
from storyface_assets.worker.text_emotion.card import HEADER, score_row
from storyface_assets.worker.text_emotion.fit import fit_softmax_regression
from storyface_assets.worker.text_emotion.general import read_general
from storyface_assets.worker.text_emotion.linear_features import Features
from storyface_assets.worker.text_emotion.measured_sets import (
    STORIES,
    MeasuredSet,
    general_test_sets,
    joined,
)
from storyface_assets.worker.text_emotion.recipes import RECIPES
from storyface_assets.worker.text_emotion.usable import usable_corpus

#: Of a general corpus that are read, evenly drawn.
MOST: Final = 2000
_GENERAL_PENALTY: Final = 1e-5
Row = tuple[str, str, Score]
#: Classes of sentences.
Guess = Callable[[LabelledSentences], np.ndarray]


def compare(model: Path, data: Path, corpora: Path, most: int = MOST) -> Iterator[Row]:
    """Candidate, test set and figures, one after the other.

    Args:
        model: folder of a blended model.
        data: the corpus of stories.
        corpora: general ones.
        most: sentences of a general corpus's test part that are read.

    Raises:
        BadInput: one of the three cannot be used.
    """
    corpus = usable_corpus(data, 2)
    told = corpus.test
    sets = [MeasuredSet(STORIES, told, told.stories), *general_test_sets(corpora, most)]
    yield from _rows("always 중립", sets, lambda one: np.zeros(len(one.texts), int))
    yield from _candidates(corpus.train, sets, corpora)
    both = BlendedReader.load(model)
    readers: dict[str, StoryReader] = {
        "the small networks": both.networks,
        "the fine-tuned encoder": both.encoder,
    }
    if both.how.context:
        readers |= {"both mixed": both.by_sentence(), "**both stacked** (shipped)": both}
    else:
        readers["**both mixed** (shipped)"] = both
    for name, reader in readers.items():
        yield from _rows(name, sets, partial(_read, reader))


def _candidates(train: LabelledSentences, sets: list[MeasuredSet], corpora: Path) -> Iterator[Row]:
    general = read_general(corpora)
    theirs = Features.of_dense(embed(general.texts))
    classes = np.eye(len(TEXT_EMOTIONS))[general.classes]
    beside = fit_softmax_regression(theirs, classes, _GENERAL_PENALTY)
    prepared = parts.Prepared(joined([train, *(one.data for one in sets)]), beside)
    truth = train.truth(RECIPES["open"].doubt)
    seen = np.arange(len(train.texts))
    words = prepared.words(seen)
    places, first = [], len(seen)
    for one in sets:
        places.append(np.arange(first, first + len(one.data.texts)))
        first += len(one.data.texts)
    weight, bias = beside
    for one in sets:
        guess = (embed(one.data.texts) @ weight + bias).argmax(1)
        yield "general corpora alone", one.title, _score(one, guess)
    for candidate in (*parts.CANDIDATES, parts.WITH_CORPORA):
        features = prepared.features(words, candidate)
        weight, bias = fit_softmax_regression(features.rows(seen), truth, candidate.penalty)
        for one, rows in zip(sets, places, strict=True):
            guess = (features.rows(rows).times(weight) + bias).argmax(1)
            yield candidate.name, one.title, _score(one, guess)


def _rows(name: str, sets: list[MeasuredSet], guess_of: Guess) -> Iterator[Row]:
    for one in sets:
        yield name, one.title, _score(one, guess_of(one.data))


def _read(reader: StoryReader, data: LabelledSentences) -> np.ndarray:
    return read_stories(reader, data).classes


def _score(one: MeasuredSet, guess: np.ndarray) -> Score:
    return score(one.data.emotions, guess, one.groups)


def main() -> None:
    """Print a row as soon as it is there; write the table if asked."""
    parser = argparse.ArgumentParser(description="Compare the candidates of the text model.")
    parser.add_argument("--model", type=Path, default=Path("data/open_models/text_emotion"))
    parser.add_argument("--data", type=Path, default=Path("data/text"))
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    lines = [HEADER]
    print(HEADER, flush=True)
    sizes: dict[str, Mapping[str, float]] = {}
    try:
        for name, title, figures in compare(given.model, given.data, given.corpora):
            sizes[title] = figures.as_dict()
            lines.append(score_row(name, title, figures.as_dict()))
            print(lines[-1], flush=True)
    except BadInput as error:
        raise SystemExit(str(error)) from error
    if given.out:
        told = ", ".join(f"{title} {size['sentences']:,}" for title, size in sizes.items())
        text = "\n".join(["# Candidates of the text model", "", f"Sentences: {told}.", "", *lines])
        write_durably(given.out, (text + "\n").encode())


if __name__ == "__main__":
    main()
