"""How every candidate of the text model does on each test set, and the model that is used.

``python -m storyface_assets.worker.compare_text_emotion --model DIR --data data/text
--corpora DIR [--also NAME=DIR …] [--out FILE.md]``

The linear candidates are fitted on all training stories with one penalty each, and their best class
counts; what the model's folder holds is read as it is used, with its threshold. The general
corpora's training parts are learnt from by the two candidates that are named after them, and by
nobody else; models of ``--also`` are read as they are. What takes long (the stories' embeddings,
what the linear candidates and the teacher say, two small networks that are trained here) is kept in
``--work``: a comparison that was stopped goes on from there.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.text.emotion_blend import (
    CONFIG_NAME,
    ENCODER,
    NETWORKS,
    BlendedReader,
)
from storyface_assets.lib.text.emotion_figures import Score, read_stories, score
from storyface_assets.lib.text.emotion_readers import StoryReader, load_emotion_reader
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.story_corpus import corpus_version
from storyface_assets.lib.training import Progress, TrainingFailed
from storyface_assets.worker.reporting import line_of
from storyface_assets.worker.text_emotion.card import HEADER, score_row
from storyface_assets.worker.text_emotion.distilled import one_network, said_by
from storyface_assets.worker.text_emotion.linear_candidates import LinearCandidates
from storyface_assets.worker.text_emotion.measured_sets import (
    STORIES,
    MeasuredSet,
    general_test_sets,
)
from storyface_assets.worker.text_emotion.usable import usable_corpus
from storyface_assets.worker.train_text_emotion_research import validation_stories
from storyface_assets.worker.training_worker import Job, named_folder

#: Of a general corpus that are read, evenly drawn.
MOST: Final = 2000
ONE: Final = "one small network"
DISTILLED: Final = "the same, distilled from both mixed"
_NO_MORE: Final[Mapping[str, Path]] = MappingProxyType({})
_ABOUT: Final = """# Candidates of the text model

Measured on {day} by `python -m storyface_assets.worker.compare_text_emotion`;
stories of data version `{version}`. In parentheses: 95 % bootstrap intervals over stories (of the
general corpora: over their groups). The general corpora's sentences are comments, poems and posts,
labelled by other people with other classes in mind, which one table brings to the six, and each is
read alone. How what `--also` adds was made, the project's README tells ("Every candidate").
"""
Row = tuple[str, str, Score]
#: Classes of sentences.
Guess = Callable[[LabelledSentences], np.ndarray]


def compare(
    model: Path, job: Job, corpora: Path, also: Mapping[str, Path] = _NO_MORE, most: int = MOST
) -> Iterator[Row]:
    """Candidate, test set and figures, one after the other.

    Args:
        model: folder of a blended model.
        job: its ``data`` is the corpus of stories; the rest is of the networks trained here.
        corpora: general ones.
        also: folders of more models, by name.
        most: sentences of a general corpus's test part that are read.

    Raises:
        BadInput: one of the folders cannot be used.
        TrainingFailed: a loss is no number.
    """
    corpus = usable_corpus(job.data, 2)
    told = corpus.test
    sets = [MeasuredSet(STORIES, told, told.stories), *general_test_sets(corpora, most)]
    both = BlendedReader.load(model)
    readers = _readers(both, also)  # before minutes of fitting: a folder may be no model
    yield from _rows("always 중립", sets, lambda one: np.zeros(len(one.texts), int))
    linear = LinearCandidates(job, corpus.train, [one.data for one in sets], corpora)
    for name, classes in linear.said():
        for one, theirs in zip(sets, _cut(sets, classes), strict=True):
            yield name, one.title, _score(one, theirs)
    validating = validation_stories(corpus.train, corpus.test, job.seed)
    weights = [content_hash(model / name) for name in (NETWORKS, ENCODER, CONFIG_NAME)]
    said = said_by(both, content_hash(weights), job, corpus.train)
    small = {
        ONE: one_network(job, corpus.train, validating),
        DISTILLED: one_network(job, corpus.train, validating, said),
    }
    for name, reader in {**small, **readers}.items():
        yield from _rows(name, sets, partial(_read, reader))


def _readers(both: BlendedReader, also: Mapping[str, Path]) -> dict[str, StoryReader]:
    """The model, its parts, and others that were trained before."""
    readers: dict[str, StoryReader] = {
        "the small networks": both.networks,
        "the fine-tuned encoder": both.encoder,
    }
    if both.how.context:
        readers |= {"both mixed": both.by_sentence(), "**both stacked** (shipped)": both}
    else:
        readers["**both mixed** (shipped)"] = both
    if taken := {*readers, ONE, DISTILLED} & set(also):
        raise BadInput("--also", min(taken), "is a candidate's name already.", "Use another.")
    return {**{name: load_emotion_reader(folder) for name, folder in also.items()}, **readers}


def _cut(sets: list[MeasuredSet], classes: np.ndarray) -> list[np.ndarray]:
    """What was said of all sets, by set."""
    return np.split(classes, np.cumsum([len(one.data.texts) for one in sets])[:-1])


def _rows(name: str, sets: list[MeasuredSet], guess_of: Guess) -> Iterator[Row]:
    for one in sets:
        yield name, one.title, _score(one, guess_of(one.data))


def _read(reader: StoryReader, data: LabelledSentences) -> np.ndarray:
    return read_stories(reader, data).classes


def _score(one: MeasuredSet, guess: np.ndarray) -> Score:
    return score(one.data.emotions, guess, one.groups)


def _to_stderr(name: str, progress: Progress) -> None:
    """Beside the table, which is printed."""
    print(line_of(name, progress), file=sys.stderr, flush=True)


def main() -> None:
    """Print a row as soon as it is there; write the table if asked."""
    parser = argparse.ArgumentParser(description="Compare the candidates of the text model.")
    parser.add_argument("--model", type=Path, default=Path("data/open_models/text_emotion"))
    parser.add_argument("--data", type=Path, default=Path("data/text"))
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--also", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--work", type=Path, default=Path("data/cache/compare_text_emotion"))
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    lines = [HEADER]
    print(HEADER, flush=True)
    sizes: dict[str, Mapping[str, float]] = {}
    try:
        also = dict(named_folder("--also", one) for one in given.also)
        job = Job(given.data, given.work, tell=_to_stderr)
        for name, title, figures in compare(given.model, job, given.corpora, also):
            sizes[title] = figures.as_dict()
            lines.append(score_row(name, title, figures.as_dict()))
            print(lines[-1], flush=True)
    except (BadInput, TrainingFailed) as error:
        raise SystemExit(str(error)) from error
    if given.out:
        told = ", ".join(f"{title} {size['sentences']:,}" for title, size in sizes.items())
        text = _ABOUT.format(day=date.today().isoformat(), version=corpus_version(given.data)[:16])
        table = "\n".join([text, f"Sentences: {told}.", "", *lines])
        write_durably(given.out, (table + "\n").encode())


if __name__ == "__main__":
    main()
