"""The card of DECA's open weights, written from the numbers of their training."""

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
    second, detail = metrics["detail_recipe"], metrics["detail"]
    lesson, emotion = metrics["lesson_recipe"], metrics["emotion"]
    return f"""# face_geometry: a head from one photo, DECA's two stages

- **Kind**: for each stage an EfficientNet-lite0 (the first begun with the registry's ImageNet
  weights, Apache-2.0, the second with the first's), two layers to DECA's 236 codes of the **open
  head** (shape, albedo, expression, pose, camera, light) and to its 128 of the wrinkles; DECA's
  detail decoder from these and the expression to a displacement map of 256 × 256.
- **Files**: `coarse.safetensors`, `detail.safetensors` (half precision), `metrics.json`, and
  `face_geometry_*.log.jsonl` of the trainings of codes, wrinkles and EMOCA's lesson. Licence
  CC0-1.0.
- **Trained on** {data["train"]:,} photos that the studio rendered ({options["people"]} people,
  {options["photos"]} photos each; a tenth of the people validates, another tests), whose codes and
  wrinkles are known. No real photo was seen.
- **Recipe**: profile `{metrics["profile"]}`, {recipe["steps"]:,} steps of {recipe["batch"]}, AdamW
  {recipe["rate"]:g} falling as a cosine, then {second["steps"]:,} of {second["batch"]} for the
  wrinkles, {second["others"]:.0%} of them asked for in another expression than the photo's; then
  {lesson["steps"]:,} of {lesson["batch"]} for EMOCA's lesson, AdamW {lesson["rate"]:g}: the coarse
  encoder also learns, by {lesson["weights"]["emotion"]:g} times their distance, that photo and told
  expression look alike to the expression classifier's features (version
  `{metrics["judge"][:16]}`), for which the photo is moved as the told expression moves the
  mesh. Seed {metrics["seed"]}, {metrics["shares"]} shares a
  step, {metrics["seconds"]:,} seconds in all, {metrics["date"]};
  `storyface retrain face_geometry --profile {metrics["profile"]}`, or on several processes
  `python -m storyface_assets.worker.render_head_shots --out SHOTS` and
  `torchrun --nproc-per-node 2 -m storyface_assets.worker.train_face_geometry --data SHOTS
  --out DIR --profile {metrics["profile"]}`.{_begun(metrics)}

## Figures

On {test["photos"]:,} photos of {test["people"]} people that the training never saw; in parentheses
95 % bootstrap intervals by person. Scan-to-mesh is NoW's protocol (turn, shift and size aligned) on
{test["scans"]} of the photos, the true neutral head being the scan. Beside it what the mean codes
of the training reach: the encoder takes away {test["explained"]:.0%} of their error in
shape and expression. `storyface measure face_geometry` measures the same.

| measure | this | mean codes |
|---|---|---|
{rows}

EMOCA's lesson: distance of photo and told expression to the classifier's features on these people,
four photos of each (0: alike): {emotion["without"]:.3f} before these {lesson["steps"]:,} steps,
{emotion["distance"]:.3f} after. What the classifier reads on whole heads, with and without the
lesson, is in [ways.md](ways.md) of the shipped model.

Wrinkles: share of the true displacement's squares that is found on the same photos (1 all, 0 as
smooth skin). A decoder is given an expression: the true one, but where it says otherwise.

| wrinkles | found |
|---|---|
| in the photo's own expression | {detail["shown"]:.3f} |
| likewise, as the coarse encoder tells the expression | {detail["told"]:.3f} |
| in the expression of another person's photo | {detail["animated"]:.3f} |
| by the expression alone: eight others' mean map, four photos a person | {detail["usual"]:.3f} |

Root mean squares over the face: {detail["smooth"]:.1f} µm to find, {detail["error"]:.1f} µm of
error.

## Limits

- The studio's wrinkles are drawn along lines that faces crease along, deeper with age and with the
  expression's units (`lib/relief`); real skin has more: pores and moles are not in these maps.
- Studio people are made from the same head model: their true shapes lie in its space, which real
  ones do not. The ways to a head beside each other, on real photos too: [ways.md](ways.md) of the
  shipped model.
- It was made to give a story's teller a head; it is no tool for recognising people.
"""


def _begun(metrics: Mapping[str, Any]) -> str:
    if "begun" not in metrics:
        return ""
    first, before = metrics["begun"], len(metrics["lessons_before"])
    more = f"; it had {before} such before" if before else ""
    return f"""
  The lesson was given in a run of its own (`--begin MODEL`) to the two stages of a model of
  {first["date"]} (profile `{first["profile"]}`, seed {first["seed"]}, {first["shares"]} shares a
  step; its `coarse.safetensors` has the SHA-256 `{first["sha256"][:16]}…`){more}."""
