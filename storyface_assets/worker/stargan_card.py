"""The model card of StarGAN, written from the numbers of its training."""

from collections.abc import Mapping
from typing import Any

from storyface_assets.lib.stargan.painter import PARTS


def _table(told: Mapping[str, float]) -> str:
    header = "| " + " | ".join(told) + " |\n|" + "---|" * len(told)
    return header + "\n| " + " | ".join(f"{value:.3f}" for value in told.values()) + " |"


def _figure(test: Mapping[str, Any], name: str) -> str:
    return f"{test[name]:.3f} ({test[f'{name}_low']:.2f}–{test[f'{name}_high']:.2f})"


def _losses(recipe: Mapping[str, Any]) -> str:
    told = []
    if recipe["paired"]:
        told.append(f"paired loss {recipe['paired']:g} on the studio's pairs")
    if recipe["critic_from"] < recipe["steps"]:
        first = f" from step {recipe['critic_from']:,}" if recipe["critic_from"] else ""
        told.append(f"{recipe['adversarial']} loss with {recipe['penalty']} penalty{first}")
    else:
        told.append("no critic of single pictures takes part")
    if recipe["pair_critic"]:
        part = f"{recipe['pair_critic']:g} of it from step {recipe['pair_critic_from']:,}"
        told.append(f"a critic of pairs ({part})")
    return ", ".join(told)


def _held_out(best: Mapping[str, float]) -> str:
    """How near made pictures come to true ones, where the set has pairs."""
    said = {part: best[f"held-out {part}"] for part in PARTS if f"held-out {part}" in best}
    told = [f"{error:.2f} ({part})" for part, error in said.items()]
    if not told:
        return ""
    return f"""
Made pictures of held-out scenes are {", ".join(told)} times as far
from the true ones as unchanged ones are (`paired_loss`; scenes that training never drew, of people
whom it knows).
"""


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
- **Recipe**: profile `{metrics["profile"]}`, seed {metrics["seed"]},
  {metrics["seconds"]:,.0f} seconds, {metrics["date"]};
  `python -m storyface_assets.worker.train_stargan --data DIR --out DIR
  --profile {metrics["profile"]}`. {recipe["steps"]:,} steps of
  {recipe["batch"]}; {_losses(recipe)}; averaged weights {recipe["average"]}.
- **Licence**: CC0-1.0.

## On people that it never saw

Every face of the {test["people"]} test people is asked for each expression and each other
attribute; two networks that never met this one (`image_emotion`, `face_attributes`) say whether it
is there. In parentheses: 95 % bootstrap interval over people.

Expressions: {_figure(test, "expression_success")} of {test["expression_asked"]:,}.

{_table(test["expression_by"])}

Attributes: {_figure(test, "attribute_success")} of {test["attribute_asked"]:,}.

{_table(test["attribute_by"])}

Of the made expressions {test["identity_kept"]:.3f} are nearest to another picture of the same
person, by the features of `face_attributes`; of real pictures {test["identity_real"]:.3f} are. A
made face is {test["identity_distance"]:.3f} times as far from its source as other people are.
{_held_out(metrics["training"]["best"])}
Away from the face the picture changes by {test["outside_change"]:.2f} grey levels of 255.

## Limits

The open profile's people are rendered by this project's studio: what is measured on them says
little about photographs.
"""
