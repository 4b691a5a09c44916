"""A folder of head shots: rendered once, a file a person, read as one."""

import io
import json
import shutil
from collections.abc import Iterable
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal
from zipfile import BadZipFile

import cv2
import numpy as np

from storyface_assets.lib.deca.face_crop import SIDE
from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.progress import report_progress
from storyface_assets.lib.studio.head_shots import head_shots
from storyface_assets.lib.studio.people import Cast
from storyface_assets.lib.studio.stage import Models
from storyface_assets.lib.worker_pool import worker_pool

Part = Literal["train", "validation", "test"]
PARTS: Final[tuple[Part, ...]] = ("train", "validation", "test")
OPTIONS_NAME: Final = "options.json"
#: Of ten pairs (one person of either cast) one validates and one tests.
_TENTH: Final[dict[int, Part]] = {8: "validation", 9: "test"}
_CASTS: Final[tuple[Cast, ...]] = ("celeba", "aihub82")
#: Raised when the same options would give other photos, or other wrinkles (``lib.relief``).
LOOK: Final = 3
#: Of a file, beside the photos.
_COLUMNS: Final = ("codes", "landmarks", "labels")
_MEND: Final = "Make head_shots again."


@dataclass(frozen=True)
class ShotOptions:
    """What is rendered.

    Attributes:
        people: how many; half of either cast.
        photos: of each.
        seed: of everything. Another than the image models' sets have: these people are their own.
    """

    people: int = 700
    photos: int = 16
    seed: int = 20_261_129


@dataclass(frozen=True, eq=False)
class Shots:
    """Photos of known codes.

    Attributes:
        photos: ``(N, 224, 224, 3)`` uint8 RGB.
        codes: ``(N, 236)`` float32.
        landmarks: ``(N, 68, 2)`` float32, −1 to 1.
        labels: ``(N,)`` the expressions that were meant, as in ``vocabulary.FACE_EXPRESSIONS``.
        persons: ``(N,)`` number of each one's person.
    """

    photos: np.ndarray
    codes: np.ndarray
    landmarks: np.ndarray
    labels: np.ndarray
    persons: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    def first_of_each(self, count: int) -> "Shots":
        """The first photos of every person."""
        rows = np.concatenate(
            [np.flatnonzero(self.persons == person)[:count] for person in np.unique(self.persons)]
        )
        return Shots(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def part_of(person: int) -> Part:
    """Where all photos of a person belong."""
    return _TENTH.get(person // len(_CASTS) % 10, "train")


def people_of(options: ShotOptions, part: Part) -> list[int]:
    """All persons of a part."""
    return [person for person in range(options.people) if part_of(person) == part]


def cast_of(person: int) -> tuple[Cast, int]:
    """Who it is among the studio's people: the cast, and the number in it."""
    return _CASTS[person % len(_CASTS)], person // len(_CASTS)


def render_shots(options: ShotOptions, head_dir: Path, folder: Path, workers: int) -> None:
    """Render who is not there yet; a run that was stopped goes on.

    Args:
        options: what.
        head_dir: the open head's folder.
        folder: of the set; it may hold more people already.
        workers: processes.

    Raises:
        BadInput: the head model cannot be read, or fewer than 19 people are asked for.
        OSError: cannot write.
    """
    if {part_of(p) for p in range(options.people)} != set(PARTS):
        problem = f"are {options.people}: nobody would be left to test on."
        raise BadInput("head shots", "people", problem, "Render twenty or more.")
    folder.mkdir(parents=True, exist_ok=True)
    missing = [p for p in range(options.people) if not _file(folder, options, p).is_file()]
    done = options.people - len(missing)
    report_progress("head shots, people", done, options.people)
    if missing:
        with worker_pool(min(workers, len(missing))) as pool:
            futures = [pool.submit(_render, options, head_dir, folder, p) for p in missing]
            try:
                for future in as_completed(futures):
                    future.result()
                    done += 1
                    report_progress("head shots, people", done, options.people)
            finally:
                pool.shutdown(cancel_futures=True)
    _close(options, folder)


def copy_shots(options: ShotOptions, source: Path, folder: Path) -> None:
    """A set of its own of the first people of a larger one."""
    for person in range(options.people):
        shutil.copyfile(_file(source, options, person), _file(folder, options, person))
    _close(options, folder)


def read_options(folder: Path) -> ShotOptions:
    """What a set holds.

    Raises:
        BadInput: it is no set of head shots, or was not rendered to its end.
    """
    file = folder / OPTIONS_NAME
    try:
        return ShotOptions(**json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(file, "", f"cannot be read ({error}).", _MEND) from error


def load_shots(folder: Path, part: Part) -> Shots:
    """All photos of a part's people.

    Raises:
        BadInput: a file is missing or damaged.
    """
    options = read_options(folder)
    people = people_of(options, part)
    read = [_read(_file(folder, options, person)) for person in people]
    photos, *columns = (np.concatenate(several) for several in zip(*read, strict=True))
    persons = np.repeat(people, [len(one[0]) for one in read])
    return Shots(photos, **dict(zip(_COLUMNS, columns, strict=True)), persons=persons)


def _close(options: ShotOptions, folder: Path) -> None:
    # Last: a folder that says what it holds is whole.
    write_durably(folder / OPTIONS_NAME, (json.dumps(asdict(options), indent=1) + "\n").encode())


def _file(folder: Path, options: ShotOptions, person: int) -> Path:
    # Others than were asked for must not be taken for them.
    return folder / f"{LOOK}_{options.seed}_{options.photos}_{person:05d}.npz"


def _read(file: Path) -> tuple[np.ndarray, ...]:
    try:
        with np.load(file, allow_pickle=False) as arrays:
            photos = [_decoded(data) for data in _parts(arrays["jpegs"], arrays["sizes"])]
            return np.stack(photos), *(arrays[name] for name in _COLUMNS)
    except (OSError, ValueError, KeyError, BadZipFile, cv2.error) as error:
        raise BadInput(file, "", f"cannot be read ({error}).", _MEND) from error


def _parts(joined: np.ndarray, sizes: np.ndarray) -> Iterable[np.ndarray]:
    return np.split(joined, np.cumsum(sizes)[:-1])


def _decoded(data: np.ndarray) -> np.ndarray:
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if picture is None or picture.shape != (SIDE, SIDE, 3):
        raise ValueError("a photo is damaged")
    return np.ascontiguousarray(picture[..., ::-1])


@lru_cache(maxsize=1)
def _models(head_dir: Path) -> Models:
    return Models.load(head_dir)


def _render(options: ShotOptions, head_dir: Path, folder: Path, person: int) -> None:
    cast, index = cast_of(person)
    shots = head_shots(_models(head_dir), options.seed, cast, index, options.photos)
    arrays = {
        "jpegs": np.frombuffer(b"".join(shot.jpeg for shot in shots), np.uint8),
        "sizes": np.array([len(shot.jpeg) for shot in shots]),
        "codes": np.stack([shot.codes for shot in shots]),
        "landmarks": np.stack([shot.landmarks for shot in shots]),
        "labels": np.array([shot.label for shot in shots]),
    }
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    write_durably(_file(folder, options, person), buffer.getvalue())
