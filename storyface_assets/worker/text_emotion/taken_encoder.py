"""An encoder that was fine-tuned before and is taken as it is, with the stories it did not see."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.model_cards import METRICS_NAME
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.near_duplicates import near_duplicates, nearly_among
from storyface_assets.lib.text.story_corpus import (
    StoryCorpus,
    corpus_version,
    read_story_corpus,
)
from storyface_assets.worker.text_emotion.folds import drawn_stories

#: One new story in so many is not learnt from, as of those that the encoder learnt from.
_PARTS: Final = 8


@dataclass(frozen=True, eq=False)
class TakenEncoder:
    """A fine-tuned encoder.

    Attributes:
        folder: of the model.
        metrics: what its ``metrics.json`` holds.
        unseen: stories that it did not learn from: those that validated it, and some new ones.
    """

    folder: Path
    metrics: dict[str, Any]
    unseen: set[str]

    def copy(self, out: Path) -> None:
        """Put it into a model, where it may be already."""
        if not (out.is_dir() and out.samefile(self.folder)):
            shutil.copytree(self.folder, out, dirs_exist_ok=True)


def taken_encoder(
    folder: Path, seen: Path | None, train: LabelledSentences, corpus: StoryCorpus, seed: int
) -> TakenEncoder:
    """An encoder and what it can be judged by.

    Args:
        folder: of the encoder, as the training left it.
        seen: the corpus that it learnt from.
        train: sentences of today's corpus that are learnt from.
        corpus: today's.
        seed: of the choice among the stories that it has not seen.

    Raises:
        BadInput: it cannot be read, learnt from another corpus than ``seen``, saw what tests today,
            or was validated by other stories than the corpus says.
    """
    file = folder / METRICS_NAME
    try:
        metrics = json.loads(file.read_text("utf-8"))
        version = metrics["data"]["version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        mend = "Name the folder encoder of a text_emotion model."
        raise BadInput(file, "", f"cannot be read ({error}).", mend) from error
    if seen is None:
        mend = "Name the folder of that corpus, whose stories must not choose the mixture."
        raise BadInput("--seen", "", "does not say what the encoder learnt from.", mend)
    if corpus_version(seen) != version:
        problem = f"is not what {file} says it learnt from ({version[:16]})."
        raise BadInput(seen, "", problem, "Check that corpus out of the project's history.")
    before = read_story_corpus(seen).train
    _refuse_leaks(seen, before, corpus)
    validated = _validated(file, metrics, before, corpus)
    fresh = train.of(set(train.stories) - set(before.stories))
    count = len(set(fresh.stories)) // _PARTS
    some = fresh.of(drawn_stories(fresh.stories, count, seed)) if count else fresh.of(())
    known = np.array(some.stories)[nearly_among(some.texts, before.texts)]
    unseen = (validated & set(train.stories)) | (set(some.stories) - set(known.tolist()))
    return TakenEncoder(folder, metrics, unseen)


def _validated(
    file: Path, metrics: dict[str, Any], before: LabelledSentences, corpus: StoryCorpus
) -> set[str]:
    """The stories that the encoder was validated by, and did not learn from."""
    # Imported late: it imports torch.
    from storyface_assets.worker.train_text_emotion_research import validation_stories

    mend = "Fine-tune an encoder anew: leave out --encoder."
    try:
        seed, told = metrics["seed"], metrics["data"]["validation"]["sentences"]
    except (KeyError, TypeError) as error:
        raise BadInput(file, "seed, data.validation", "is not there.", mend) from error
    validated = validation_stories(before, corpus.test, seed)
    if (found := len(before.of(validated).texts)) != told:
        problem = f"says {told} sentences, the eighth of that corpus has {found}."
        raise BadInput(file, "data.validation", problem, mend)
    return validated


def _refuse_leaks(seen: Path, before: LabelledSentences, corpus: StoryCorpus) -> None:
    """The encoder must have seen no test story, no twin of one and no sentence nearly of one."""
    mend = "Fine-tune an encoder anew: leave out --encoder."
    kept_out = {*corpus.test.stories, *corpus.left_out.stories}
    if shared := sorted(kept_out & set(before.stories)):
        raise BadInput(seen, "", f"holds {shared[0]}, which tests or is like a test's.", mend)
    if near := near_duplicates(corpus.test.texts, before.texts):
        problem = f"holds “{near[0][1]}”, nearly “{near[0][0]}” of the test."
        raise BadInput(seen, "", problem, mend)
