"""The model card of StarGAN, written from the numbers of its training."""

from collections.abc import Mapping
from typing import Any


def _table(told: Mapping[str, float]) -> str:
    header = "| " + " | ".join(told) + " |\n|" + "---|" * len(told)
    return header + "\n| " + " | ".join(f"{value:.3f}" for value in told.values()) + " |"


def _figure(test: Mapping[str, Any], name: str) -> str:
    return f"{test[name]:.3f} ({test[f'{name}_low']:.2f}–{test[f'{name}_high']:.2f})"


def model_card(metrics: Mapping[str, Any]) -> str:
    """The README.md of the model's folder."""
    test, recipe = metrics["test"], metrics["recipe"]
    counts = ", ".join(
        f"{name} {splits.get('train', 0):,}" for name, splits in metrics["data"]["pictures"].items()
    )
    drawn = (
        "the official generator (Choi et al., CVPR 2018)"
        if recipe["generator"] == "official"
        else "the light generator of `lib/stargan/painter.py`"
    )
    return f"""# stargan: another expression, hair colour, gender or age for a face

- **Kind**: {drawn} at {recipe["size"]} px; its label vector has eleven numbers, mask included
  (`lib/stargan/label_vectors.py`).
- **Files**: `config.json`, `generator.safetensors`, `metrics.json`.
- **Trained on** (pictures) {counts}; data version `{metrics["data"]["version"][:16]}`. Nobody of
  validation or test is in training.
- **Recipe**: profile `{metrics["profile"]}`, seed {metrics["seed"]}, {metrics["seconds"]} seconds,
  {metrics["date"]}; `python -m storyface_assets.worker.train_stargan --data DIR --out DIR
  --judges data/open_models --profile {metrics["profile"]}`. {recipe["steps"]:,} steps of
  {recipe["batch"]}; {recipe["adversarial"]} loss, {recipe["penalty"]} penalty, paired loss
  {recipe["paired"]}, averaged weights {recipe["average"]}.
- **Licence**: CC0-1.0 for what was trained here. The paired loss looks through
  EfficientNet-lite0's ImageNet weights (Apache-2.0), which are not part of this model.

## On people that it never saw

Every face of the {test["people"]} test people is asked for each expression and each other
attribute; two networks that never met this one (`image_emotion`, `face_attributes`) say whether it
is there. In parentheses: 95 % bootstrap interval over people.

Expressions: {_figure(test, "expression_success")} of {test["expression_asked"]:,}.

{_table(test["expression_by"])}

Attributes: {_figure(test, "attribute_success")} of {test["attribute_asked"]:,}.

{_table(test["attribute_by"])}

Away from the face the picture changes by {test["outside_change"]:.2f} grey levels of 255.

## Limits

The open profile's people are rendered by this project's studio: what is measured on them says
little about photographs.
"""
