"""A folder of head shots: rendered once, a file a person, read as one."""

import io
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal
from zipfile import BadZipFile

import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.progress import report_progress
from storyface_assets.lib.studio.head_shots import head_shots
from storyface_assets.lib.studio.people import Cast
from storyface_assets.lib.studio.stage import Models
from storyface_assets.lib.worker_pool import worker_pool

Part = Literal["train", "validation", "test"]
#: Of ten people one validates and one tests.
_TENTH: Final[dict[int, Part]] = {8: "validation", 9: "test"}
_CASTS: Final[tuple[Cast, ...]] = ("celeba", "aihub82")
_ARRAYS: Final = ("photos", "codes", "landmarks")


@dataclass(frozen=True)
class ShotOptions:
    """What is rendered.

    Attributes:
        people: how many; half of either cast.
        photos: of each.
        seed: of everything. Another than the image models' sets have: these people are their own.
    """

    people: int
    photos: int = 12
    seed: int = 20_261_129


@dataclass(frozen=True, eq=False)
class Shots:
    """Photos of known codes.

    Attributes:
        photos: ``(N, 224, 224, 3)`` uint8.
        codes: ``(N, 236)`` float32.
        landmarks: ``(N, 68, 2)`` float32, −1 to 1.
        persons: ``(N,)`` number of each one's person.
    """

    photos: np.ndarray
    codes: np.ndarray
    landmarks: np.ndarray
    persons: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)


def part_of(person: int) -> Part:
    """Where all photos of a person belong."""
    return _TENTH.get(person % 10, "train")


def render_shots(options: ShotOptions, head_dir: Path, folder: Path, workers: int) -> None:
    """Render what is not there yet; a run that was stopped goes on.

    Args:
        options: what.
        head_dir: the open head's folder.
        folder: of the set.
        workers: processes.

    Raises:
        BadInput: the head model cannot be read.
        OSError: cannot write.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [p for p in range(options.people) if not _file(folder, options, p).is_file()]
    done = options.people - len(missing)
    report_progress("head shots, people", done, options.people)
    if not missing:
        return
    with worker_pool(min(workers, len(missing))) as pool:
        futures = [pool.submit(_render, options, head_dir, folder, p) for p in missing]
        try:
            for future in as_completed(futures):
                future.result()
                done += 1
                report_progress("head shots, people", done, options.people)
        finally:
            pool.shutdown(cancel_futures=True)


def load_shots(options: ShotOptions, folder: Path, part: Part) -> Shots:
    """All photos of a part's people.

    Raises:
        BadInput: a file is missing or damaged, or the part has nobody.
    """
    people = [p for p in range(options.people) if part_of(p) == part]
    if not people:
        problem = f"has nobody for {part}: {options.people} people."
        raise BadInput(folder, "people", problem, "Render ten or more.")
    parts: dict[str, list[np.ndarray]] = {name: [] for name in _ARRAYS}
    for person in people:
        file = _file(folder, options, person)
        try:
            with np.load(file, allow_pickle=False) as arrays:
                for name in _ARRAYS:
                    parts[name].append(arrays[name])
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            mend = "Delete it; it is rendered again."
            raise BadInput(file, "", f"cannot be read ({error}).", mend) from error
    counts = [len(codes) for codes in parts["codes"]]
    joined = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    return Shots(**joined, persons=np.repeat(people, counts))


def _file(folder: Path, options: ShotOptions, person: int) -> Path:
    return folder / f"{options.seed}_{options.photos}_{person:05d}.npz"


@lru_cache(maxsize=1)
def _models(head_dir: Path) -> Models:
    return Models.load(head_dir)


def _render(options: ShotOptions, head_dir: Path, folder: Path, person: int) -> None:
    cast, index = _CASTS[person % len(_CASTS)], person // len(_CASTS)
    shots = head_shots(_models(head_dir), options.seed, cast, index, options.photos)
    buffer = io.BytesIO()
    np.savez(
        buffer,
        photos=np.stack([shot.photo for shot in shots]),
        codes=np.stack([shot.codes for shot in shots]),
        landmarks=np.stack([shot.landmarks for shot in shots]),
    )
    write_durably(_file(folder, options, person), buffer.getvalue())
