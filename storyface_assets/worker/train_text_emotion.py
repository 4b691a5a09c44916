"""Train the reader of a story sentence's emotion.

``python -m storyface_assets.worker.train_text_emotion --data DIR --out DIR [--profile open]``

DIR of the data is what ``dataset/story_sentences`` stored, or ``data/text`` itself. A run that was
stopped goes on from the checkpoints in ``--work`` (default: beside the output). The output holds
small networks, a fine-tuned encoder and how they are mixed (``emotion_blend``), ``metrics.json``
with the figures on the test stories, and a model card. The profile ``research`` fine-tunes an
encoder alone; see ``train_text_emotion_research``.

With ``--encoder MODEL --seen CORPUS`` an encoder that was fine-tuned before on another corpus is
taken as it is; stories that validated it and some that it has not seen choose the mixture.
"""

import time
from collections import Counter
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
    NETWORKS,
    BlendedReader,
    save_mixing,
)
from storyface_assets.lib.text.emotion_figures import score
from storyface_assets.lib.text.emotion_readers import StoryReader
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.story_corpus import StoryCorpus, corpus_version
from storyface_assets.lib.text.story_network.recipe import RECIPES as NETWORK_RECIPES
from storyface_assets.worker.text_emotion.card import model_card, table
from storyface_assets.worker.text_emotion.folds import drawn_stories
from storyface_assets.worker.text_emotion.measured import measured
from storyface_assets.worker.text_emotion.mixing import HeldOut, fit_mixing
from storyface_assets.worker.text_emotion.networks_part import NetworksTraining, write_log
from storyface_assets.worker.text_emotion.recipes import RECIPES
from storyface_assets.worker.text_emotion.research_card import summary
from storyface_assets.worker.text_emotion.taken_encoder import taken_encoder
from storyface_assets.worker.text_emotion.usable import usable_corpus
from storyface_assets.worker.training_worker import Job, run_training, write_figures

RESEARCH: Final = "research"
#: Training stories that there must be.
LEAST: Final = 4
#: What the figures tell of the encoder; the rest stands in its own folder.
_OF_ENCODER: Final = ("encoder", "seconds", "data", "training", "validation")
#: An encoder that is taken as it is, and the corpus that it learnt from.
GIVEN: Final = "encoder"
SEEN: Final = "seen"


def train_text_emotion(job: Job, out: Path) -> dict[str, Any]:
    """Fine-tune an encoder, train small networks, mix both, and measure on the test stories.

    Both leave out the eighth of the training stories that validates them, by which the mixture is
    chosen too; where an encoder is taken, what validated it and an eighth of the new stories.

    Args:
        job: what and how; ``folders["encoder"]`` and ``"seen"`` take an encoder as it is. The
            profile ``research`` fine-tunes the encoder of ``weights_dir``, or of the hub.
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
    corpus = usable_corpus(job.data, LEAST)
    train = corpus.train
    if recipe.stories:
        train = train.of(drawn_stories(train.stories, recipe.stories, job.seed))
    if SEEN in job.folders and GIVEN not in job.folders:
        raise BadInput(f"--{SEEN}", "", "is for an encoder that is given.", f"Add --{GIVEN}.")
    taken = None
    if GIVEN in job.folders:
        taken = taken_encoder(job.folders[GIVEN], job.folders.get(SEEN), train, corpus, job.seed)
        encoder, validating = taken.metrics, taken.unseen
    else:
        encoder = _train_encoder(job, out / ENCODER, train, corpus.test, recipe.encoder)
        validating = _validation_stories(train, corpus.test, job.seed)
    if not job.team.leads:  # small networks gain nothing by more processes
        return {}
    began = time.process_time()
    if taken:
        taken.copy(out / ENCODER)
    truth = train.truth(recipe.doubt)
    training = NetworksTraining(job, NETWORK_RECIPES[recipe.networks], train, validating, truth)
    networks = training.all()
    networks.reader.save(out / NETWORKS)
    held = read_held_out(out, train.of(validating))
    fitted = fit_mixing(held, recipe.shares, recipe.thresholds, job.seed)
    save_mixing(fitted.mixing, out)
    usual = float(train.intensities.mean())
    curve = training.curve(recipe.curve)

    shipped = BlendedReader.load(out)  # as used: from the files

    def figures(reader: StoryReader) -> dict[str, Any]:
        return measured(reader, corpus.test, usual)

    metrics = {
        "profile": job.profile,
        "seed": job.seed,
        "date": date.today().isoformat(),
        "data": _data_facts(job, corpus, train.of(set(train.stories) - validating)),
        "doubt": recipe.doubt,
        **networks.figures,
        "learning_curve": curve,
        "encoder": {name: encoder[name] for name in _OF_ENCODER},
        "encoder_taken": GIVEN in job.folders,
        "mixed_on": _size(train.of(validating)),
        "validation_networks": figures_of(held, held.networks),
        "validation_encoder": figures_of(held, held.encoder),
        "mixing": fitted.as_dict(),
        "test_networks": figures(shipped.networks)["test"],
        "test_encoder": figures(shipped.encoder)["test"],
        "test_by_sentence": figures(shipped.by_sentence())["test"],
        **figures(shipped),
        "cpu_minutes": round((time.process_time() - began) / 60, 1),
    }
    write_log(out, curve)
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


def read_held_out(model: Path, held: LabelledSentences) -> HeldOut:
    """Both readers' answers to stories that neither saw, as books are read: from files, on a CPU.

    Args:
        model: folder with both.
        held: the stories.
    """
    from storyface_assets.lib.text.story_network.reader import NetworksReader
    from storyface_assets.lib.text.transformer.reader import TransformerReader

    one, _ = NetworksReader.load(model / NETWORKS).probabilities(held.texts, held.stories)
    two, _ = TransformerReader.load(model / ENCODER).probabilities(held.texts, held.stories)
    return HeldOut(one, two, held.emotions, held.stories)


def figures_of(held: HeldOut, probabilities: np.ndarray) -> dict[str, float]:
    """How often the best class of ``(n, 6)`` is right, for the card."""
    return score(held.classes, probabilities.argmax(1), held.stories).as_dict()


def _train_research(job: Job, out: Path) -> dict[str, Any]:
    """A fine-tuned encoder, by the worker that also knows the published recipe."""
    if job.folders:
        problem = f"is not for the profile {RESEARCH}."
        raise BadInput(f"--{min(job.folders)}", "", problem, "Leave it out.")
    # Imported late: transformers takes seconds to load.
    from storyface_assets.worker.train_text_emotion_research import train_research

    return train_research(job, out)


def _data_facts(job: Job, corpus: StoryCorpus, learnt: LabelledSentences) -> dict[str, Any]:
    return {
        "version": corpus_version(job.data),
        "train": _size(learnt),
        "longest_test": max(Counter(corpus.test.stories).values()),
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
            GIVEN: "an encoder, fine-tuned before, that is taken as it is",
            SEEN: "the corpus that it learnt from",
        },
    )


if __name__ == "__main__":
    main()
