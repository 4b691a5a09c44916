"""What a folder's set was begun with, who of it is done, and whether it is whole.

The folder ``.work`` (leading dot: no reader takes it for data) holds a done-mark a person, and the
options of the newest run. ``truth.parquet`` is removed before the first of a run's files is
written and comes back as the last: without it a run was stopped.
"""

import json
from dataclasses import asdict
from pathlib import Path

from storyface_assets.lib.durable import fsync_folder, write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.studio.options import FaultRates, StudioOptions
from storyface_assets.lib.studio.people import Cast

_WORK, _RECIPE, _OPTIONS = ".work", "recipe.txt", "options.json"
_MEND = "choose another folder, or remove this one."


def mark_path(out: Path, cast: Cast, index: int) -> Path:
    """Where the done-mark of a person lies."""
    return out / _WORK / f"{cast}-{index:06d}.json"


def truth_path(out: Path) -> Path:
    """Where the last file of a set lies."""
    return out / "truth.parquet"


def jobs_of(options: StudioOptions) -> list[tuple[Cast, int]]:
    """Everybody of both casts."""
    jobs: list[tuple[Cast, int]] = [("aihub82", i) for i in range(options.people)]
    return [*jobs, *(("celeba", i) for i in range(options.celebrities))]


def begun_with(out: Path) -> StudioOptions | None:
    """Options of the newest run in a folder, ``None`` where nothing was begun."""
    try:
        told = json.loads((out / _WORK / _OPTIONS).read_text("utf-8"))
        faults = FaultRates(**told.pop("faults"))
        return StudioOptions(**told | {"faults": faults, "size": tuple(told["size"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_whole(out: Path) -> bool:
    """Whether the newest run in a folder came to its end."""
    options = begun_with(out)
    if not truth_path(out).is_file():
        return False
    return options is None or all(mark_path(out, *job).is_file() for job in jobs_of(options))


def claim(out: Path, options: StudioOptions) -> None:
    """Take a folder for a set: a new one, or one with no more people and the same options.

    Raises:
        BadInput: it holds another set, or more people.
        OSError: it cannot be written to.
    """
    (out / _WORK).mkdir(parents=True, exist_ok=True)
    recipe = out / _WORK / _RECIPE
    if not recipe.exists():
        write_durably(recipe, options.recipe().encode())
    elif recipe.read_text("utf-8") != options.recipe():
        problem = "holds a set with other options (or of another version of the studio)."
        raise BadInput(out, "", problem, _MEND.capitalize())
    people, celebrities = _people(out)
    if people > options.people or celebrities > options.celebrities:
        problem = (
            f"holds {people} people and {celebrities} of the CelebA set, more than the"
            f" {options.people} and {options.celebrities} asked for."
        )
        least = f"Ask for at least {people} people and {celebrities} of the CelebA set"
        raise BadInput(out, "", problem, f"{least}, {_MEND}")


def begin(out: Path, options: StudioOptions) -> None:
    """Say that the set is not whole until its truth is written again."""
    truth_path(out).unlink(missing_ok=True)
    fsync_folder(out)
    data = json.dumps(asdict(options)).encode()
    write_durably(out / _WORK / _OPTIONS, data)


def _people(out: Path) -> tuple[int, int]:
    """How many of each cast were rendered or begun."""
    options = begun_with(out)
    counts = [options.people, options.celebrities] if options else [0, 0]
    for k, cast in enumerate(("aihub82", "celeba")):
        for path in (out / _WORK).glob(f"{cast}-*.json"):
            counts[k] = max(counts[k], int(path.stem.rpartition("-")[2]) + 1)
    return counts[0], counts[1]
