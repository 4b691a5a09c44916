"""The figures and the card that lie beside a model's weights."""

import json
from pathlib import Path
from typing import Any

METRICS_NAME = "metrics.json"
CARD_NAMES = ("MODEL_CARD.md", "README.md", "card.md")


def read_figures(folder: Path) -> dict[str, float | int | str | bool]:
    """The figures of ``metrics.json``, nested names joined by a dot; empty without such a file."""
    path = folder / METRICS_NAME
    return dict(_flat(json.loads(path.read_text("utf-8")), "")) if path.is_file() else {}


def read_card(folder: Path) -> str:
    """The model card's Markdown; empty without one."""
    found = [folder / name for name in CARD_NAMES if (folder / name).is_file()]
    return found[0].read_text("utf-8") if found else ""


def _flat(value: Any, name: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        parts = [_flat(inner, f"{name}.{key}" if name else key) for key, inner in value.items()]
        return [pair for part in parts for pair in part]
    return [(name, value)] if isinstance(value, (int, float, str, bool)) else []
