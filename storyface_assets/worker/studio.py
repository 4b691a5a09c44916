"""Renders a studio set without the command line's packages, e.g. on a GPU machine.

``python -m storyface_assets.worker.studio --people 100 --seed 1 --out set [--data data]``
"""

import argparse
from pathlib import Path

from storyface_assets.lib.progress import listening
from storyface_assets.lib.studio import StudioOptions, produce
from storyface_assets.lib.studio.options import default_head_dir


def main() -> None:
    """Read the arguments and render."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=12, help="AI-Hub photos a person")
    parser.add_argument("--celeba-people", type=int)
    parser.add_argument("--celeba-photos", type=int, default=8)
    parser.add_argument("--pairs", type=int, default=1, help="scenes a person in all expressions")
    parser.add_argument("--attribute-pairs", type=int, default=1, help="of each of those")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder")
    given = parser.parse_args()
    options = StudioOptions(
        people=given.people,
        seed=given.seed,
        photos=given.photos,
        celeba_people=given.celeba_people,
        celeba_photos=given.celeba_photos,
        pairs=given.pairs,
        attribute_pairs=given.attribute_pairs,
    )
    with listening(lambda work, done, total: print(f"{work} {done}/{total}", flush=True)):
        made = produce(options, default_head_dir(given.data), given.out, given.workers)
    print(f"{made.pictures} pictures of {made.people} people in {given.out}")


if __name__ == "__main__":
    main()
