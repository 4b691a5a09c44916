"""The linear one of the two readers: chosen by cross-validation, fitted on all training stories."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.measures import accuracy, fit_temperature
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.text.embedding import EMBEDDING_NAME, embed
from storyface_assets.lib.text.emotion_features import Features
from storyface_assets.lib.text.emotion_figures import score
from storyface_assets.lib.text.emotion_reader import classes_of, softmax
from storyface_assets.lib.text.emotion_weights import EmotionWeights
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.story_corpus import corpus_version
from storyface_assets.lib.training import Progress
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker.text_emotion import candidates as parts
from storyface_assets.worker.text_emotion.fit import Linear, fit_ridge, fit_softmax_regression
from storyface_assets.worker.text_emotion.folds import folds_by_story
from storyface_assets.worker.text_emotion.general import General
from storyface_assets.worker.text_emotion.kept import KeptArrays
from storyface_assets.worker.text_emotion.recipes import REVISION, Recipe
from storyface_assets.worker.text_emotion.trials import Trial, Trials, curve_row
from storyface_assets.worker.training_worker import Job

NAME: Final = "text_emotion"
_INTENSITY_PENALTY: Final = 4.0


@dataclass(frozen=True, eq=False)
class LinearPart:
    """The fitted model, and how it was chosen.

    Attributes:
        model: fitted on all training stories.
        held_out: ``(n, 6)`` probabilities of the training sentences, each by a model that did not
            learn from its story.
        curve: points of the learning curve.
        figures: for ``metrics.json``.
    """

    model: EmotionWeights
    held_out: np.ndarray
    curve: list[Trial]
    figures: dict[str, Any]


def fit_linear_part(
    job: Job, recipe: Recipe, train: LabelledSentences, general: General | None
) -> LinearPart:
    """Cross-validate the candidates, and fit the last one on everything.

    Args:
        job: where what is held out is kept, the seed, and who is told.
        recipe: what is tried.
        train: sentences in story order.
        general: corpora whose candidates are shown beside; the weights do not depend on them.
    """
    trials = _trials(job, recipe, train, general)
    rows, best = _table_rows(trials)
    curve = _learning_curve(job, trials)
    temperature = fit_temperature(best.scores, train.emotions)
    held_out = softmax(best.scores / temperature)
    threshold = max(
        recipe.thresholds, key=lambda t: (accuracy(train.emotions, classes_of(held_out, t)), t)
    )
    model = _fit(trials, best.penalty, temperature, threshold)
    figures = {
        "cross_validation": rows,
        "learning_curve": [curve_row(trial) for trial in curve],
        "shipped": recipe.candidates[-1].name,
        "penalty": best.penalty,
        "penalties": list(recipe.penalties),
        "temperature": round(temperature, 4),
        "threshold": threshold,
        "terms": len(model.space.vocabulary),
    }
    return LinearPart(model, held_out, curve, figures)


def write_log(out: Path, curve: list[Trial]) -> None:
    """The learning curve where the other models have their losses: the UI draws it."""
    lines = [
        {"step": one.sentences, "loss": one.loss, "accuracy": one.figures["accuracy"]}
        for one in curve
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    write_durably(out / f"{NAME}.log.jsonl", text.encode())


def _trials(job: Job, recipe: Recipe, train: LabelledSentences, general: General | None) -> Trials:
    beside: Linear | None = None
    if general is not None:
        features = Features.of_dense(embed(general.texts))
        theirs = np.eye(len(TEXT_EMOTIONS))[general.classes]
        beside = fit_softmax_regression(features, theirs, 1e-5)
    of = [REVISION, EMBEDDING_NAME, corpus_version(job.data), asdict(recipe), job.seed]
    of.append(content_hash([general.texts, general.classes.tolist()]) if general else "")
    folds = folds_by_story(train.stories, recipe.folds, job.seed)
    prepared = parts.Prepared(train, recipe.doubt, beside)
    return Trials(prepared, folds, recipe, job.seed, KeptArrays(job.work, of))


def _table_rows(trials: Trials) -> tuple[dict[str, Any], Trial]:
    """Rows of the table, and the trial of the shipped candidate."""
    data, rows = trials.prepared.data, {}
    always = np.zeros(len(data.texts), int)
    rows["always 중립"] = score(data.emotions, always, data.stories).as_dict()
    if (told := trials.prepared.corpora_scores) is not None:
        guess = told.argmax(axis=1)
        rows["general corpora alone"] = score(data.emotions, guess, data.stories).as_dict()
    for candidate in trials.recipe.candidates:
        last = trials.candidate(candidate)
        rows[candidate.name] = last.figures
    if told is not None:
        rows[parts.WITH_CORPORA.name] = trials.candidate(parts.WITH_CORPORA).figures
    return rows, last


def _learning_curve(job: Job, trials: Trials) -> list[Trial]:
    """The points, each told when it is there."""
    points, began = [], time.monotonic()
    for point in trials.curve():
        points.append(point)
        figures = {name: point.figures[name] for name in ("accuracy", "five_faces")}
        seconds = (time.monotonic() - began) / max(1, sum(one.sentences for one in points))
        everything = len(trials.folds)
        progress = Progress(point.sentences, everything, {"loss": point.loss}, figures, seconds)
        job.tell(f"{NAME}, sentences", progress)
    return points


def _fit(trials: Trials, penalty: float, temperature: float, threshold: float) -> EmotionWeights:
    """The shipped candidate on all training stories."""
    prepared, data = trials.prepared, trials.prepared.data
    everything = np.arange(len(data.texts))
    space = prepared.space(everything)
    words = space.words(data.texts, prepared.terms)
    features = prepared.features(words, trials.recipe.candidates[-1]).in_double()
    tried = [p for p in trials.recipe.penalties if p >= penalty]
    *_, (_, (weight, bias)) = parts.fits(features, prepared.truth, tried)
    return EmotionWeights(
        space,
        weight.astype(np.float32),
        bias.astype(np.float32),
        fit_ridge(features, data.intensities, _INTENSITY_PENALTY).astype(np.float32),
        float(data.intensities.mean()),
        temperature,
        threshold,
    )
