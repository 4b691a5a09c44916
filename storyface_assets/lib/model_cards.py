"""The figures and the card that lie beside a model's weights."""

import json
from pathlib import Path
from typing import Any

METRICS_NAME = "metrics.json"
CARD_NAME = "README.md"


def read_figures(folder: Path) -> dict[str, Any]:
    """What ``metrics.json`` says; empty without such a file."""
    path = folder / METRICS_NAME
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def read_card(folder: Path) -> str:
    """The model card's Markdown; empty without one."""
    path = folder / CARD_NAME
    return path.read_text("utf-8") if path.is_file() else ""
