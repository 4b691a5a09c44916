"""Train the reader of hair colour, gender and age that judges StarGAN.

``python -m storyface_assets.worker.train_face_attributes --data DIR --out DIR [--profile open]``

DIR of the data is what ``dataset/stargan_training_set`` stored. A run that was stopped goes on
from its checkpoints in ``--work`` (default: beside the output).
"""

import json
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
from storyface_assets.lib.stargan.label_vectors import ATTRIBUTES
from storyface_assets.lib.training import Plan, train
from storyface_assets.lib.training.log import keep_log
from storyface_assets.worker.training_worker import Job, run_training, write_figures


def train_face_attributes(job: Job, out: Path) -> dict[str, Any]:
    """Train, measure, and write model, figures and card.

    Args:
        job: what and how.
        out: folder of the model.

    Returns:
        What ``metrics.json`` holds; nothing in a process that does not lead.

    Raises:
        BadInput: data that cannot be used.
        TrainingFailed: a loss is no number.
    """
    recipe = PROFILES[job.profile]
    training = attribute_set(job.data, "train")
    validation = attribute_set(job.data, "validation")
    torch.manual_seed(job.seed)
    network = efficientnet(NETWORK, len(ATTRIBUTES))
    load_lite0(network)
    task = AttributeTask(
        network, training, validation, recipe, job.device, None, job.team, job.compiled
    )
    how = Plan(
        steps=recipe.steps,
        validate_every=max(recipe.steps // 12, 1),
        checkpoint_every=50,
        goal="log_likelihood",
        seed=job.seed,
        recipe=json.dumps([asdict(recipe), job.version]),
    )
    outcome = train(
        task, how, job.work, lambda progress: job.tell("face_attributes", progress), job.team
    )
    if not job.team.leads:
        return {}
    network.load_state_dict(load_file(job.work / "network.safetensors"))
    AttributeReader(network, recipe.size).save(out)
    # Measured as it will be used: from the files, in half precision.
    reader, test = AttributeReader.load(out, job.device), attribute_set(job.data, "test")
    metrics = {
        "profile": job.profile,
        "seed": job.seed,
        "shares": job.team.parts,
        "date": date.today().isoformat(),
        "seconds": round(outcome.seconds),
        "data": {
            "version": job.version,
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
    keep_log(job.work, out, "face_attributes")
    write_figures(out, metrics, _card(metrics, recipe.size))
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
- **Recipe**: profile `{metrics["profile"]}`, seed {metrics["seed"]},
  {metrics["seconds"]:,.0f} seconds, {metrics["date"]};
  `python -m storyface_assets.worker.train_face_attributes --data DIR --out DIR
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


def _told(metrics: dict[str, Any]) -> str:
    test = metrics["test"]
    return f"on {test['people']} people: balanced {test['balanced_accuracy']:.3f}"


if __name__ == "__main__":
    run_training("Train face_attributes.", PROFILES, train_face_attributes, _told)
