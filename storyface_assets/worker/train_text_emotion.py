"""Train the reader of a story sentence's emotion.

``python -m storyface_assets.worker.train_text_emotion --data DIR --out DIR [--profile open]``

DIR of the data is what ``dataset/story_sentences`` stored, or ``data/text`` itself. A run that was
stopped goes on from the checkpoints and held-out scores in ``--work`` (default: beside the output).
The output holds a linear model, a fine-tuned encoder and how they are mixed (``emotion_blend``),
``metrics.json`` with the figures on the test stories, and a model card. The profile ``research``
fine-tunes an encoder alone; see ``train_text_emotion_research``.

With ``--encoder MODEL --seen CORPUS`` an encoder that was fine-tuned before is taken as it is, and
the mixture is chosen on stories that are not in the corpus it learnt from.
"""

import time
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.text.corpus_facts import labellers_kappa
from storyface_assets.lib.text.emotion_blend import (
    ENCODER,
    LINEAR,
    BlendedReader,
    save_mixing,
)
from storyface_assets.lib.text.emotion_readers import StoryReader
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.story_corpus import StoryCorpus, corpus_version
from storyface_assets.worker.text_emotion.card import model_card, table
from storyface_assets.worker.text_emotion.folds import drawn_stories
from storyface_assets.worker.text_emotion.general import read_general
from storyface_assets.worker.text_emotion.linear_part import fit_linear_part, write_log
from storyface_assets.worker.text_emotion.measured import measured
from storyface_assets.worker.text_emotion.mixing import FittedMixing, HeldOut, fit_mixing
from storyface_assets.worker.text_emotion.recipes import RECIPES, Recipe
from storyface_assets.worker.text_emotion.research_card import summary
from storyface_assets.worker.text_emotion.taken_encoder import taken_encoder
from storyface_assets.worker.text_emotion.usable import usable_corpus
from storyface_assets.worker.training_worker import Job, run_training, write_figures

RESEARCH: Final = "research"
#: Folder of general corpora to compare with; the weights do not depend on it.
CORPORA: Final = "corpora"
#: What the figures tell of the encoder; the rest stands in its own folder.
_OF_ENCODER: Final = ("encoder", "seconds", "data", "training", "validation")
#: An encoder that is taken as it is, and the corpus that it learnt from.
GIVEN: Final = "encoder"
SEEN: Final = "seen"


def train_text_emotion(job: Job, out: Path) -> dict[str, Any]:
    """Fine-tune an encoder, fit a linear model, mix them, and measure on the test stories.

    The linear model is chosen by cross-validation and fitted on all training stories; the encoder
    leaves out the eighth of them that validates it, by which the mixture is chosen too.

    Args:
        job: what and how; ``folders["corpora"]`` adds a comparison to the table, ``"encoder"`` and
            ``"seen"`` take an encoder as it is. The profile ``research`` fine-tunes the encoder of
            ``weights_dir``, or of the hub.
        out: folder of the model.

    Returns:
        What ``metrics.json`` holds; nothing in a process that does not lead.

    Raises:
        BadInput: a corpus or an encoder that cannot be used, a test sentence that is nearly one
            of training, or folders that do not go together.
        TrainingFailed: a loss is no number.
    """
    if job.profile == RESEARCH:
        return _train_research(job, out)
    recipe = RECIPES[job.profile]
    corpus = usable_corpus(job.data, 2 * recipe.folds)
    train = corpus.train
    if recipe.stories:
        train = train.of(drawn_stories(train.stories, recipe.stories, job.seed))
    general = read_general(job.folders[CORPORA]) if CORPORA in job.folders else None
    if SEEN in job.folders and GIVEN not in job.folders:
        raise BadInput(f"--{SEEN}", "", "is for an encoder that is given.", f"Add --{GIVEN}.")
    taken = None
    if GIVEN in job.folders:
        taken = taken_encoder(job.folders[GIVEN], job.folders.get(SEEN), train, corpus, job.seed)
        encoder, validating = taken.metrics, taken.unseen
    else:
        encoder = _train_encoder(job, out / ENCODER, train, corpus.test, recipe.encoder)
        validating = _validation_stories(train, corpus.test, job.seed)
    if not job.team.leads:  # a linear model gains nothing by more processes
        return {}
    began = time.process_time()
    if taken:
        taken.copy(out / ENCODER)
    linear = fit_linear_part(job, recipe, train, general)
    linear.model.save(out / LINEAR)
    fitted = _mixing(out / ENCODER, train, validating, linear.held_out, recipe, job.seed)
    save_mixing(fitted.mixing, out)

    shipped = BlendedReader.load(out)  # as used: from the files

    def figures(reader: StoryReader) -> dict[str, Any]:
        return measured(reader, corpus.test, linear.model.intensity_bias)

    metrics = {
        "profile": job.profile,
        "seed": job.seed,
        "date": date.today().isoformat(),
        "data": _data_facts(job, corpus, train),
        "folds": recipe.folds,
        "doubt": recipe.doubt,
        "corpora": dict(general.sizes) if general else {},
        **linear.figures,
        "encoder": {name: encoder[name] for name in _OF_ENCODER},
        "encoder_taken": GIVEN in job.folders,
        "mixed_on": _size(train.of(validating)),
        "mixing": fitted.as_dict(),
        "test_linear": figures(shipped.linear)["test"],
        "test_encoder": figures(shipped.encoder)["test"],
        "test_by_sentence": figures(shipped.by_sentence())["test"],
        **figures(shipped),
        "cpu_minutes": round((time.process_time() - began) / 60, 1),
    }
    write_log(out, linear.curve)
    write_figures(out, metrics, model_card(metrics))
    return metrics


def _train_encoder(
    job: Job, out: Path, train: LabelledSentences, test: LabelledSentences, name: str
) -> dict[str, Any]:
    # Imported late, as below.
    from storyface_assets.lib.text.transformer.recipe import RECIPES as ENCODERS
    from storyface_assets.worker.train_text_emotion_research import train_on

    recipe = ENCODERS[name]
    # Another plan begins anew, beside what an earlier one left.
    of = [asdict(recipe), corpus_version(job.data), sorted(set(train.stories)), job.seed]
    work = job.work / ENCODER / content_hash(of)[:16]
    # Its inputs are all of other lengths: compiling would take longer than it saves.
    theirs = replace(job, work=work, profile=name, compiled=False)
    return train_on(theirs, out, train, test, recipe, recipe.encoder)


def _validation_stories(train: LabelledSentences, test: LabelledSentences, seed: int) -> set[str]:
    from storyface_assets.worker.train_text_emotion_research import validation_stories

    return validation_stories(train, test, seed)


def _mixing(
    encoder: Path,
    train: LabelledSentences,
    validating: set[str],
    held_out: np.ndarray,
    recipe: Recipe,
    seed: int,
) -> FittedMixing:
    """By stories that the encoder did not see, and what the linear model says unseen of them."""
    from storyface_assets.lib.text.transformer.reader import TransformerReader

    held, rows = train.of(validating), np.isin(train.stories, sorted(validating))
    # On the CPU, as books are read.
    told, _ = TransformerReader.load(encoder).probabilities(held.texts, held.stories)
    both = HeldOut(held_out[rows], told, held.emotions, held.stories)
    return fit_mixing(both, recipe.shares, recipe.thresholds, seed)


def _train_research(job: Job, out: Path) -> dict[str, Any]:
    """A fine-tuned encoder, by the worker that also knows the published recipe."""
    if job.folders:
        problem = f"is not for the profile {RESEARCH}."
        raise BadInput(f"--{min(job.folders)}", "", problem, "Leave it out.")
    # Imported late: transformers takes seconds to load.
    from storyface_assets.worker.train_text_emotion_research import train_research

    return train_research(job, out)


def _data_facts(job: Job, corpus: StoryCorpus, train: LabelledSentences) -> dict[str, Any]:
    return {
        "version": corpus_version(job.data),
        "train": _size(train),
        "kappa": _rounded(labellers_kappa(corpus.train)),
        "test_kappa": _rounded(labellers_kappa(corpus.test)),
        "twins": [asdict(twin) for twin in corpus.twins],
        "left_out": len(corpus.left_out.texts),
    }


def _size(data: LabelledSentences) -> dict[str, int]:
    return {"sentences": len(data.texts), "stories": len(set(data.stories))}


def _rounded(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None


def _told(metrics: dict[str, Any]) -> str:
    return summary(metrics) if metrics["profile"] == RESEARCH else table(metrics)


def main() -> None:
    """Read the arguments and train."""
    profiles = (*RECIPES, RESEARCH)
    run_training(
        "Train text_emotion.",
        profiles,
        train_text_emotion,
        _told,
        {
            CORPORA: "general corpora to compare with; the weights do not depend on them",
            GIVEN: "an encoder, fine-tuned before, that is taken as it is",
            SEEN: "the corpus that it learnt from",
        },
    )


if __name__ == "__main__":
    main()
