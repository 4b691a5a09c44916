"""Pictures a second of the studio, against setting the renderer up anew for each picture.

Run ``python benchmarks/studio.py [--people 12] [--workers 2]`` on an otherwise idle machine. Goal
(issue 3): at least 5 pictures a second on 2 cores at 256 px, with the set-up of each person. Both
ways render the same people at the same sizes in the same processes; the baseline takes one
picture of a person and forgets the person.
"""

import argparse
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from storyface_assets.lib.studio import StudioOptions, default_head_dir, produce


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--baseline", type=int, default=8, help="pictures, each of a new person")
    parser.add_argument("--data", type=Path, default=Path("data"))
    given = parser.parse_args()
    head_dir = default_head_dir(given.data)
    print(f"cores {os.cpu_count()}, load before {os.getloadavg()[0]:.1f}")

    side = (256, 320)  # the face fills less than the height: about 256 px of it are head
    ours = StudioOptions(people=given.people, seed=3, size=side)
    anew = StudioOptions(
        people=given.baseline, seed=3, size=side, photos=1, pairs=0, celeba_people=0
    )
    warm = replace(anew, people=given.workers, seed=9)
    _pace(warm, head_dir, given.workers)  # compiled kernels are kept on disk from here on
    baseline = _pace(anew, head_dir, given.workers)
    pace = _pace(ours, head_dir, given.workers)
    print(f"set up anew for each picture  {baseline:6.2f} pictures/s")
    print(f"studio                        {pace:6.2f} pictures/s  ({pace / baseline:.1f} ×)")


def _pace(options: StudioOptions, head_dir: Path, workers: int) -> float:
    """Pictures a second, start of the processes included."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        made = produce(options, head_dir, Path(folder) / "set", workers)
        return made.rendered / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
