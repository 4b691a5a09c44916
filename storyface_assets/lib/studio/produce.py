"""The whole set: people are photographed one a task, then lists are put together.

A person's files are written first, then a done-mark with the person's records; a run that was
killed goes on with the first person without a mark and ends with the same files.
"""

import json
import os
from collections.abc import Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.progress import report_progress
from storyface_assets.lib.studio.aihub import write_label_files
from storyface_assets.lib.studio.aihub_session import Session
from storyface_assets.lib.studio.attribute_pairs import photograph_attribute_pairs
from storyface_assets.lib.studio.begun import (
    begin,
    begun_with,
    claim,
    is_whole,
    jobs_of,
    mark_path,
    truth_path,
)
from storyface_assets.lib.studio.celeba import write_lists
from storyface_assets.lib.studio.celeba_session import CANVAS, photograph_celebrity
from storyface_assets.lib.studio.options import StudioOptions
from storyface_assets.lib.studio.pairs import photograph_pairs
from storyface_assets.lib.studio.people import Cast, sitter
from storyface_assets.lib.studio.stage import Models, Stage
from storyface_assets.lib.worker_pool import worker_pool

#: Folders of the pairs.
PAIRS: Final = "pairs"
ATTRIBUTE_PAIRS: Final = "attribute_pairs"
#: Frames are rendered larger than photos are on average; each photo is a cut-out.
_CANVAS_SCALE = 1.25


@dataclass(frozen=True)
class Produced:
    """What a run left behind.

    Attributes:
        pictures: files of all sets together, counting those of earlier runs.
        rendered: pictures of this run.
        people: persons of both casts.
    """

    pictures: int
    rendered: int
    people: int


def produce(
    options: StudioOptions, head_dir: Path, out: Path, workers: int | None = None
) -> Produced:
    """Render a set, or what is left of it.

    Args:
        options: what to render.
        head_dir: the open head's folder.
        out: folder of the set; may hold a part of it, or a set of fewer people.
        workers: processes; ``None`` for one a core.

    Returns:
        Counts.

    Raises:
        BadInput: the folder holds another set or more people, or cannot be written to.
    """
    try:
        claim(out, options)
    except OSError as error:
        mend = "Give a folder that can be written to."
        raise BadInput(out, "", f"cannot be written to ({error}).", mend) from error
    jobs = jobs_of(options)
    missing = [job for job in jobs if not mark_path(out, *job).exists()]
    before = begun_with(out)
    whole = before is not None and jobs_of(before) == jobs and is_whole(out)
    if not whole:
        begin(out, options)
    report_progress("people", len(jobs) - len(missing), len(jobs))
    rendered = 0
    for done, pictures in enumerate(_photograph_all(options, head_dir, out, missing, workers), 1):
        rendered += pictures
        report_progress("people", len(jobs) - len(missing) + done, len(jobs))
    marks = [json.loads(mark_path(out, *job).read_text("utf-8")) for job in jobs]
    if not whole:
        _put_together(out, marks)
    return Produced(sum(m["pictures"] for m in marks), rendered, len(jobs))


def _photograph_all(
    options: StudioOptions,
    head_dir: Path,
    out: Path,
    missing: list[tuple[Cast, int]],
    workers: int | None,
) -> Iterator[int]:
    if not missing:
        return
    count = max(min(workers or os.cpu_count() or 1, len(missing)), 1)
    # Spawned also when it is one: every person is rendered in the same surroundings.
    with worker_pool(count) as pool:
        futures = [pool.submit(photograph_person, options, head_dir, out, *j) for j in missing]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


@lru_cache(maxsize=1)
def _models(head_dir: Path) -> Models:
    """Loaded once a process, by its first task: an error then reaches the caller as it is."""
    return Models.load(head_dir)


def photograph_person(
    options: StudioOptions, head_dir: Path, out: Path, cast: Cast, index: int
) -> int:
    """Everything of one person, then the done-mark; returns how many pictures."""
    person, models = sitter(options.seed, cast, index), _models(head_dir)
    mark: dict[str, Any] = {"cast": cast}
    if cast == "celeba":
        stage = Stage(models, person, CANVAS)
        mark["celeba"] = photograph_celebrity(options, person, stage, out / "celeba")
        pairs = photograph_attribute_pairs(options, person, stage, models, out / ATTRIBUTE_PAIRS)
        mark["attribute_pairs"] = pairs
        mark["pictures"] = len(mark["celeba"]) + len(pairs)
    else:
        size = tuple(round(_CANVAS_SCALE * side) for side in options.size)
        stage = Stage(models, person, (size[0], size[1]))
        session = Session(options, person, stage, out / "aihub82")
        session.photograph()
        pairs = photograph_pairs(options, person, stage, out / PAIRS)
        mark |= {"records": session.records, "truth": session.truth, "pairs": pairs}
        mark["pictures"] = sum(bool(row["photo"]) for row in session.truth) + len(pairs)
    write_durably(mark_path(out, cast, index), json.dumps(mark, ensure_ascii=False).encode())
    return int(mark["pictures"])


def _put_together(out: Path, marks: list[dict[str, Any]]) -> None:
    """Label files, lists and tables from every person's records; the truth is the last."""
    people = [m for m in marks if m["cast"] == "aihub82"]
    write_label_files(out / "aihub82", [tuple(r) for m in people for r in m["records"]])
    celebrities = [p for m in marks if m["cast"] == "celeba" for p in m["celeba"]]
    if celebrities:
        write_lists(out / "celeba", celebrities)
    pairs = [r for m in people for r in m["pairs"]]
    if pairs:
        _write_table(out / PAIRS / "pairs.parquet", pairs)
    variants = [r for m in marks if m["cast"] == "celeba" for r in m["attribute_pairs"]]
    if variants:
        _write_table(out / ATTRIBUTE_PAIRS / "pairs.parquet", variants)
    _write_table(truth_path(out), [r for m in people for r in m["truth"]])


def _write_table(path: Path, rows: list[dict[str, Any]]) -> None:
    import io

    import pandas as pd

    file = io.BytesIO()
    pd.DataFrame(rows).sort_values("photo", kind="stable").to_parquet(file, index=False)
    write_durably(path, file.getvalue())
