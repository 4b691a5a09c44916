"""Train and measure the text emotion model of ``data/open_models/text_emotion``.

``python -m storyface_assets.worker.train_text_emotion --out data/open_models/text_emotion``
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.measures import accuracy, calibration_error, confusion, fit_temperature
from storyface_assets.lib.text.corpora import CORPORA, read_corpora
from storyface_assets.lib.text.embedding import embed
from storyface_assets.lib.text.emotion_reader import softmax
from storyface_assets.lib.text.emotion_weights import EmotionWeights
from storyface_assets.lib.text.labelled_stories import LabelledSentences, read_labelled_sentences
from storyface_assets.lib.text.near_duplicates import near_duplicates
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker.text_emotion import candidates as parts
from storyface_assets.worker.text_emotion import evaluate
from storyface_assets.worker.text_emotion.card import model_card, table
from storyface_assets.worker.text_emotion.fit import (
    dual_rows,
    fit_ridge,
    fit_softmax_regression,
)

N_FOLDS = 5
SEED = 0
THRESHOLDS = (0.0, 0.2, 0.25, 0.3, 0.35)
SHIPPED = parts.CANDIDATES[-1]
INTENSITY_PENALTY = 4.0
#: Evenly drawn from all; enough for a comparison in a few minutes.
MAX_CORPORA_SENTENCES = 20_000


def _guess(probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """Best class, or 중립 (class 0) where no class reaches the threshold."""
    return np.where(probabilities.max(axis=1) < threshold, 0, probabilities.argmax(axis=1))


def _corpora_model(folder: Path) -> tuple[tuple[np.ndarray, np.ndarray], dict[str, int]]:
    """Weights ``(512, 6)`` and bias of a model of the general corpora alone, and their sizes.

    It learns from their training and validation parts (of KOTE often only the latter can be had).
    """
    found = read_corpora(folder)
    rows = found.table[found.table["split"].isin(["train", "validation"])]
    if rows.empty:
        problem = f"has no corpus in it that can be read ({'; '.join(found.faults) or 'no files'})."
        raise BadInput(folder, "--corpora", problem, "See data/raw/README.md.")
    rows = rows.iloc[:: -(-len(rows) // MAX_CORPORA_SENTENCES)]
    texts = rows["text"].tolist()
    classes = rows["emotion"].map(TEXT_EMOTIONS.index).to_numpy(int)
    model = fit_softmax_regression(embed(texts), classes, len(TEXT_EMOTIONS), penalty=1e-5)
    sizes = {corpus.title: int((rows["corpus"] == corpus.name).sum()) for corpus in CORPORA}
    return model, {title: size for title, size in sizes.items() if size}


def _cross_validate(
    prepared: parts.Prepared, folds: np.ndarray
) -> tuple[dict[str, Any], float, np.ndarray]:
    """Rows of the table, and the best penalty and held-out scores of the shipped candidate."""
    data, rows = prepared.data, {}
    always = np.zeros(len(data.texts), int)
    rows["always 중립"] = evaluate.score(data.emotions, always, data.stories).as_dict()
    tried: tuple[parts.Candidate, ...] = parts.CANDIDATES
    if prepared.corpora_scores is not None:
        guess = prepared.corpora_scores.argmax(axis=1)
        rows["general corpora alone"] = evaluate.score(data.emotions, guess, data.stories).as_dict()
        tried = (*tried, parts.WITH_CORPORA)
    best_penalty, best_scores = 0.0, np.zeros(0)
    for candidate in tried:
        penalties = parts.PENALTIES if candidate == SHIPPED else (parts.MIDDLE_PENALTY,)
        by_penalty = parts.held_out_scores(prepared, candidate, folds, penalties)
        penalty = max(
            by_penalty,
            key=lambda p: accuracy(data.emotions, by_penalty[p].argmax(axis=1)),
        )
        guess = by_penalty[penalty].argmax(axis=1)
        rows[candidate.name] = evaluate.score(data.emotions, guess, data.stories).as_dict()
        print(candidate.name, penalty, rows[candidate.name]["accuracy"], flush=True)
        if candidate == SHIPPED:
            best_penalty, best_scores = penalty, by_penalty[penalty]
    return rows, best_penalty, best_scores


def _fit(
    prepared: parts.Prepared, penalty: float, temperature: float, threshold: float
) -> EmotionWeights:
    """The shipped candidate on all training stories."""
    data = prepared.data
    space = prepared.space(np.arange(len(data.texts)))
    features = prepared.features(space, SHIPPED)
    products = features.inner_products(features)
    rows, back = dual_rows(products)
    weight, bias = fit_softmax_regression(rows, data.emotions, len(TEXT_EMOTIONS), penalty)
    strength = fit_ridge(products, data.intensities, INTENSITY_PENALTY)
    return EmotionWeights(
        space,
        features.transposed_times(back @ weight).astype(np.float32),
        bias.astype(np.float32),
        features.transposed_times(strength).astype(np.float32),
        float(data.intensities.mean()),
        temperature,
        threshold,
    )


def _measure(model: EmotionWeights, test: LabelledSentences) -> dict[str, Any]:
    """Figures on stories that had no part in training or choosing."""
    seen = model.space.features(test.texts, test.stories)
    scores = seen.times(model.emotion_weight) + model.emotion_bias
    probabilities = softmax(scores / model.temperature)
    intensity = seen.times(model.intensity_weight)[:, 0] + model.intensity_bias
    misses = np.abs(np.clip(intensity, 0, 1) - test.intensities)
    misses_of_mean = np.abs(model.intensity_bias - test.intensities)
    guess = _guess(probabilities, model.threshold)
    ece = calibration_error(probabilities, test.emotions)
    return {
        "test": evaluate.score(test.emotions, guess, test.stories).as_dict(),
        "test_confusion": confusion(test.emotions, guess, len(TEXT_EMOTIONS)),
        "test_calibration_error": round(ece, 3),
        "test_intensity_error": round(float(misses.mean()), 3),
        "test_intensity_error_of_mean": round(float(misses_of_mean.mean()), 3),
    }


def train(out: Path, data_dir: Path, corpora: Path | None = None) -> dict[str, Any]:
    """Choose by cross-validation, fit on all training stories, measure on the test stories.

    Args:
        out: folder for weights, metrics and card.
        data_dir: the folder with ``text/story_sentences.tsv`` and ``text/story_test.tsv``.
        corpora: folder of general corpora (``kote/``, …) to compare with; the weights do not
            depend on them.

    Returns:
        What ``metrics.json`` holds.

    Raises:
        BadInput: broken tables, or a test sentence that is nearly a training sentence.
    """
    began = time.process_time()
    data = read_labelled_sentences(data_dir / "text" / "story_sentences.tsv")
    test = read_labelled_sentences(data_dir / "text" / "story_test.tsv")
    leaks = near_duplicates(test.texts, data.texts)
    if leaks:
        raise BadInput("story_test.tsv", "sentence", f"repeats {leaks[0]}.", "Write another.")

    corpora_model, sizes = _corpora_model(corpora) if corpora else (None, {})
    prepared = parts.Prepared(data, corpora_model)
    folds = evaluate.folds_by_story(data.stories, N_FOLDS, SEED)
    table_rows, penalty, scores = _cross_validate(prepared, folds)
    temperature = fit_temperature(scores, data.emotions)
    held_out = softmax(scores / temperature)
    threshold = max(THRESHOLDS, key=lambda t: (accuracy(data.emotions, _guess(held_out, t)), t))
    model = _fit(prepared, penalty, temperature, threshold)
    metrics = {
        "train": {"sentences": len(data.texts), "stories": len(set(data.stories))},
        "folds": N_FOLDS,
        "corpora_sentences": sum(sizes.values()),
        "corpora": sizes,
        "cross_validation": table_rows,
        "shipped": SHIPPED.name,
        "penalty": penalty,
        "temperature": round(temperature, 4),
        "threshold": threshold,
        "terms": len(model.space.vocabulary),
        **_measure(model, test),
        "cpu_minutes": round((time.process_time() - began) / 60, 1),
    }
    model.save(out)
    text = json.dumps(metrics, ensure_ascii=False, indent=1) + "\n"
    (out / "metrics.json").write_text(text, "utf-8")
    (out / "README.md").write_text(model_card(metrics), "utf-8")
    return metrics


def main(argv: list[str] | None = None) -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder")
    parser.add_argument("--corpora", type=Path, help="general corpora to compare with")
    options = parser.parse_args(argv)
    print(table(train(options.out, options.data, options.corpora)))


if __name__ == "__main__":
    main()
