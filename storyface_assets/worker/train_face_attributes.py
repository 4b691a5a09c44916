"""Train the reader of hair colour, gender and age that judges StarGAN.

``python -m storyface_assets.worker.train_face_attributes --data DIR --out DIR [--profile open]``

DIR of the data is what ``dataset/stargan_training_set`` stored. A run that was stopped goes on
from its checkpoints in ``--work`` (default: beside the output).
"""

import argparse
import json
import sys
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from storyface_assets.lib.classifiers.attributes import (
    NETWORK,
    PROFILES,
    AttributeReader,
    AttributeTask,
    attribute_report,
    attribute_set,
)
from storyface_assets.lib.classifiers.efficientnet import efficientnet
from storyface_assets.lib.classifiers.pretrained import load_lite0
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.model_cards import CARD_NAME, METRICS_NAME
from storyface_assets.lib.stargan.label_vectors import ATTRIBUTES
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.training import Plan, TrainingFailed, train
from storyface_assets.lib.training.log import keep_log
from storyface_assets.worker.reporting import Tell, reporting


def train_face_attributes(
    data: Path, work: Path, out: Path, profile: str, device: str, seed: int, tell: Tell
) -> dict[str, Any]:
    """Train, measure, and write model, figures and card.

    Args:
        data: what ``stargan_training_set`` stored.
        work: folder of the checkpoints.
        out: folder of the model.
        profile: of ``PROFILES``.
        device: torch's name of it.
        seed: of all chance.
        tell: hears the progress.

    Returns:
        What ``metrics.json`` holds.

    Raises:
        BadInput: data that cannot be used.
        TrainingFailed: a loss is no number.
    """
    began, recipe, version = time.perf_counter(), PROFILES[profile], content_hash(data)
    training, validation = attribute_set(data, "train"), attribute_set(data, "validation")
    torch.manual_seed(seed)
    network = efficientnet(NETWORK, len(ATTRIBUTES))
    load_lite0(network)
    task = AttributeTask(network, training, validation, recipe, device)
    how = Plan(
        steps=recipe.steps,
        validate_every=max(recipe.steps // 12, 1),
        checkpoint_every=50,
        goal="log_likelihood",
        seed=seed,
        recipe=json.dumps([asdict(recipe), version]),
    )
    outcome = train(task, how, work, lambda progress: tell("face_attributes", progress))
    network.load_state_dict(load_file(work / "network.safetensors"))
    AttributeReader(network, recipe.size).save(out)
    # Measured as it will be used: from the files, in half precision.
    reader, test = AttributeReader.load(out, device), attribute_set(data, "test")
    metrics = {
        "profile": profile,
        "seed": seed,
        "date": date.today().isoformat(),
        "seconds": round(time.perf_counter() - began),
        "data": {
            "version": version,
            "train": len(training),
            "validation": len(validation),
            "test": len(test),
        },
        "training": asdict(outcome),
        "test": {
            **attribute_report(reader.probabilities(test), test.labels),
            "people": len(set(test.pictures.column("person").tolist())),
        },
    }
    keep_log(work, out, "face_attributes")
    text = json.dumps(metrics, indent=1, ensure_ascii=False) + "\n"
    write_durably(out / METRICS_NAME, text.encode())
    write_durably(out / CARD_NAME, _card(metrics, recipe.size).encode())
    return metrics


def _card(metrics: dict[str, Any], size: int) -> str:
    test, data = metrics["test"], metrics["data"]
    rows = "\n".join(f"| {name} | {value:.3f} |" for name, value in test["by_attribute"].items())
    return f"""# face_attributes: hair colour, gender and age of a face

Says how probable each of {", ".join(ATTRIBUTES)} is in a face crop in CelebA's framing. It judges
what StarGAN makes, and says what a portrait shows already; it never takes part in a training of
StarGAN.

- **Kind**: EfficientNet-lite0 at {size} px with five sigmoids.
- **Files**: `config.json`, `lite0.safetensors`, `metrics.json`.
- **Trained on** {data["train"]:,} pictures (the studio's attribute pairs among them), validated on
  {data["validation"]:,}; data version `{data["version"][:16]}`. Nobody of validation or test is in
  training.
- **Recipe**: profile `{metrics["profile"]}`, seed {metrics["seed"]}, {metrics["seconds"]} seconds,
  {metrics["date"]}; `python -m storyface_assets.worker.train_face_attributes --data DIR --out DIR
  --profile {metrics["profile"]}`.
- **Licence**: CC0-1.0 for what was trained here; it began from Google's ImageNet weights
  (Apache-2.0).

## On people that it never saw

{data["test"]} pictures of {test["people"]} people: {test["accuracy"]:.3f} of all answers right;
balanced (the mean over yes and no) {test["balanced_accuracy"]:.3f}.

| attribute | balanced |
|---|---|
{rows}

## Limits

The open profile's people are rendered by this project's studio: what is measured on them says
little about photographs. Gender here is CelebA's attribute `Male`, a look and no more.
"""


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--profile", choices=list(PROFILES), default="open")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    work = given.work or given.out.with_name(given.out.name + ".work")
    with reporting() as tell:
        try:
            metrics = train_face_attributes(
                given.data, work, given.out, given.profile, given.device, given.seed, tell
            )
        except (BadInput, TrainingFailed) as error:
            sys.exit(str(error))
    test = metrics["test"]
    print(f"on {test['people']} people: balanced {test['balanced_accuracy']:.3f}", flush=True)


if __name__ == "__main__":
    main()
