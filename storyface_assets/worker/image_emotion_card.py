"""The model card of the expression classifier, written from the numbers of its training."""

from collections.abc import Mapping, Sequence
from typing import Any

from storyface_assets.lib.classifiers.ensemble import Member
from storyface_assets.vocabulary import FACE_EXPRESSIONS


def _row(name: str, report: Mapping[str, Any]) -> str:
    def cell(figure: str) -> str:
        low, high = report[f"{figure}_low"], report[f"{figure}_high"]
        return f"{report[figure]:.3f} ({low:.2f}–{high:.2f})"

    by_class = " | ".join(f"{report['f1'][e]:.2f}" for e in FACE_EXPRESSIONS)
    error = report["calibration_error"]
    return f"| {name} | {cell('accuracy')} | {cell('macro_f1')} | {by_class} | {error:.3f} |"


def _confusion(counts: Sequence[Sequence[int]]) -> str:
    header = "| true \\ read | " + " | ".join(FACE_EXPRESSIONS) + " |\n|" + "---|" * 6
    rows = [
        f"| {name} | " + " | ".join(map(str, row)) + " |"
        for name, row in zip(FACE_EXPRESSIONS, counts, strict=True)
    ]
    return "\n".join([header, *rows])


def model_card(metrics: Mapping[str, Any], members: Sequence[Member]) -> str:
    """The README.md of the model's folder."""
    test, data = metrics["test"], metrics["data"]
    report = test["ensemble"]
    rows = [_row("**ensemble**", report), *(_row(n, r) for n, r in test["alone"].items())]
    header = "| network | accuracy | macro F1 | " + " | ".join(f"F1 {e}" for e in FACE_EXPRESSIONS)
    # On one process as on many: only the number of shares counts.
    shares = f" --accumulate {metrics['shares']}" if metrics["shares"] > 1 else ""
    table = "\n".join([f"{header} | ECE |", "|" + "---|" * 9, *rows])
    parts = ", ".join(f"{m.network} at {m.size} px" for m in members)
    return f"""# image_emotion: the expression of a face

Reads how probable each of {", ".join(FACE_EXPRESSIONS)} is in a face crop (256 × 256, framed as
`dataset/cropped_faces` frames it).

- **Kind**: {parts}; the mean of their calibrated softmax.
- **Files**: `config.json`, one `.safetensors` a network, `metrics.json`.
- **Trained on** {data["train"]:,} pictures (turned copies included), validated on
  {data["validation"]:,}; data version `{data["version"][:16]}`. Nobody of validation or test is
  in training.
- **Recipe**: profile `{metrics["profile"]}`, seed {metrics["seed"]},
  {metrics["seconds"]:,.0f} seconds, {metrics["date"]};
  `python -m storyface_assets.worker.train_image_emotion --splits DIR --out DIR
  --profile {metrics["profile"]}{shares}`.
- **Licence**: CC0-1.0 for what was trained here; EfficientNet-lite0 began from Google's ImageNet
  weights (Apache-2.0).

## On people that it never saw

{report["pictures"]} pictures of {report["people"]} people. In parentheses: 95 % bootstrap
interval over people.

{table}

{_confusion(report["confusion"])}

## Limits

The open profile's people are rendered by this project's studio: what is measured on them says
little about photographs.
"""
