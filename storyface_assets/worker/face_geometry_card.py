"""The open coarse encoder's card, written from the numbers of its training."""

from collections.abc import Mapping
from typing import Any, Final

_ROWS: Final = {
    "scan_median": "scan-to-mesh, median, mm",
    "scan_mean": "scan-to-mesh, mean, mm",
    "scan_std": "scan-to-mesh, standard deviation, mm",
    "landmark_error": "68 landmarks, of the eyes' outer distance",
    "shape_error": "identity, mm of the face's points, not aligned",
    "expression_error": "expression, likewise",
}


def model_card(metrics: Mapping[str, Any]) -> str:
    """The README.md of the model's folder."""
    recipe, data, test, mean = (metrics[name] for name in ("recipe", "data", "test", "mean"))
    options = data["options"]
    rows = "\n".join(
        f"| {what} | {test[name]:.3f} ({test[name + '_low']:.3f}–{test[name + '_high']:.3f}) | "
        f"{mean[name]:.3f} |"
        for name, what in _ROWS.items()
    )
    return f"""# face_geometry: codes of a head from one photo, DECA's coarse stage

- **Kind**: EfficientNet-lite0 (begun with the registry's ImageNet weights, Apache-2.0), two layers
  to DECA's 236 codes of the **open head**: shape, albedo, expression, pose, camera, light.
- **Files**: `coarse.safetensors` (half precision), `metrics.json`, `face_geometry.log.jsonl`.
  Licence CC0-1.0.
- **Trained on** {data["train"]:,} photos that the studio rendered ({options["people"]} people,
  {options["photos"]} photos each; a tenth of the people validates, another tests), whose codes are
  known. No real photo was seen, and nothing was learnt by rendering yet.
- **Recipe**: profile `{metrics["profile"]}`, {recipe["steps"]:,} steps of {recipe["batch"]}, AdamW
  {recipe["rate"]:g} falling as a cosine, seed {metrics["seed"]}, {metrics["shares"]} shares a step,
  {metrics["seconds"]:,} seconds, {metrics["date"]};
  `storyface retrain face_geometry --profile {metrics["profile"]}`, or on several processes
  `python -m storyface_assets.worker.render_head_shots --out SHOTS` and
  `torchrun --nproc-per-node 2 -m storyface_assets.worker.train_face_geometry --data SHOTS
  --out DIR --profile {metrics["profile"]}`.

## Figures

On {test["photos"]:,} photos of {test["people"]} people that the training never saw; in parentheses
95 % bootstrap intervals by person. Scan-to-mesh is NoW's protocol (turn, shift and size aligned) on
{test["scans"]} of the photos, the true neutral head being the scan. Beside it what the mean codes
of the training reach: the encoder takes away {test["explained"]:.0%} of their error in
shape and expression. `storyface measure face_geometry` measures the same.

| measure | this | mean codes |
|---|---|---|
{rows}

## Limits

- Studio people are made from the same head model: their true shapes lie in its space, which real
  ones do not. On real photos nothing is measured here.
- It was made to give a story's teller a head; it is no tool for recognising people.
"""
