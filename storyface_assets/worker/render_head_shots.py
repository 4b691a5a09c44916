"""Render the photos that DECA's two stages learn from.

``python -m storyface_assets.worker.render_head_shots --out DIR [--people N] [--photos N]``

A run that was stopped goes on. The asset ``head_shots`` renders the same.
"""

import argparse
import os
from pathlib import Path

from storyface_assets.lib.deca.shot_set import ShotOptions, render_shots
from storyface_assets.worker.reporting import reporting


def main() -> None:
    """Read the arguments and render."""
    usual = ShotOptions()
    parser = argparse.ArgumentParser(description="Render head shots.")
    parser.add_argument("--head", type=Path, default=Path("data/open_models/open_head"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--people", type=int, default=usual.people)
    parser.add_argument("--photos", type=int, default=usual.photos, help="of each")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    options = ShotOptions(given.people, given.photos, given.seed)
    with reporting():
        render_shots(options, given.head, given.out, given.workers)


if __name__ == "__main__":
    main()
