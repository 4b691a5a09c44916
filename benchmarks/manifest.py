"""Memory and speed of the label reader at AI-Hub's size, on label files made for it.

    python benchmarks/manifest.py [--entries 500000] [--folder DIR] [--only NAME …]

Writes label lists of seven labels in four encodings, then measures each of these in a process of
its own (wall and CPU seconds; peak resident memory of the whole process, libraries included):

- ``imports``: the same process with nothing read, to see what the libraries take;
- ``reader``: ``read_labels``, entry by entry into an Arrow table;
- ``whole``: that, a listing of as many photos with their facts, and ``match_labels`` to the raw
  table (the photos are not read; how fast that goes is the decoder's matter);
- ``naive``: the baseline, ``json.load`` of every file into Python dicts, then one DataFrame.

The last two hold the same labels for the same names; their labels are compared by a sum.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from storyface_assets.lib.dataset.aihub import with_facts
from storyface_assets.lib.dataset.aihub_entry import label_columns
from storyface_assets.lib.dataset.aihub_labels import read_labels
from storyface_assets.lib.dataset.listing import PHOTOS
from storyface_assets.lib.dataset.manifest import FACTS
from storyface_assets.lib.dataset.matching import match_labels
from storyface_assets.lib.dataset.photo_source import PhotoSource

ENCODINGS = {
    "기쁨": "utf-8",
    "당황": "euc-kr",
    "분노": "utf-8-sig",
    "슬픔": "cp949",
    "중립": "utf-8",
    "불안": "euc-kr",
    "상처": "cp949",
}


def names(first: int, count: int, label: str) -> Iterator[str]:
    """File names as the set has them; each person has about 70 photos."""
    for n in range(first, first + count):
        person = f"{(n // 70 + 1) * 0x9E3779B97F4A7C15 % 2**256:064x}"
        yield f"{person}_여_20_{label}_도심 환경_20201209{n % 10**6:06}-001-{n // 10**6:03}.jpg"


def write_label_files(folder: Path, entries: int) -> int:
    """Write ``entries`` entries; returns their bytes."""
    random, size = np.random.default_rng(1), 0
    for at, (label, encoding) in enumerate(ENCODINGS.items()):
        first, last = (entries * k // len(ENCODINGS) for k in (at, at + 1))
        path = folder / f"img_emotion_training_data({label}).json"
        with path.open("w", encoding=encoding) as stream:
            for n, name in enumerate(names(first, last - first, label)):
                boxes = np.round(random.uniform(-50, 3000, (3, 4)), 6).tolist()
                annotations = {
                    f"annot_{who}": {
                        "boxes": dict(zip(("maxX", "maxY", "minX", "minY"), box, strict=True)),
                        "faceExp": label,
                        "bg": "도심 환경",
                    }
                    for who, box in zip("ABC", boxes, strict=True)
                }
                entry = {
                    "filename": name,
                    "gender": "여",
                    "age": 20 if at % 2 else "20",
                    "isProf": "일반인",
                    "faceExp_uploader": label,
                    "bg_uploader": "도심 환경",
                } | annotations
                stream.write("[\n" if n == 0 else ",\n")
                stream.write(json.dumps(entry, ensure_ascii=False, indent=1))
            stream.write("\n]\n")
        size += path.stat().st_size
    return size


def imports(folder: Path, entries: int) -> tuple[int, float]:
    """Nothing."""
    return 0, 0.0


def reader(folder: Path, entries: int) -> tuple[int, float]:
    """Rows, and a sum of a column."""
    table, _ = read_labels(PhotoSource(folder), sorted(p.name for p in folder.glob("*.json")))
    return table.num_rows, float(table["box_b_max_x"].to_numpy().sum())


def whole(folder: Path, entries: int) -> tuple[int, float]:
    """Rows of the raw table that are kept, and a sum of a column."""
    labels, _ = read_labels(PhotoSource(folder), sorted(p.name for p in folder.glob("*.json")))
    photos = with_facts(*synthetic_photos(entries))
    table = match_labels(photos, labels)
    return int(table["kept"].sum()), float(table["box_b_max_x"].sum())


def naive(folder: Path, entries: int) -> tuple[int, float]:
    """Rows, and a sum of a column."""
    loaded: list[dict] = []
    for label, encoding in ENCODINGS.items():
        path = folder / f"img_emotion_training_data({label}).json"
        with path.open(encoding=encoding) as stream:
            loaded += json.load(stream)
    frame = pd.DataFrame([label_columns(entry) for entry in loaded])
    return len(frame), float(frame["box_b_max_x"].sum())


def synthetic_photos(entries: int) -> tuple[pa.Table, pa.Table]:
    """A listing as of ``list_set`` and facts as of ``photo_facts``, made in batches."""
    listed, facts = [], []
    for at, label in enumerate(ENCODINGS):
        first, last = (entries * k // len(ENCODINGS) for k in (at, at + 1))
        for start in range(first, last, 20_000):
            count = min(20_000, last - start)
            some = list(names(start, count, label))
            folder = f"원천데이터/EMOIMG_{label}_TRAIN_01"
            columns: list[list] = [
                [f"{folder}/{name}" for name in some],
                some,
                [3_000_000] * count,
                [str(start)] * count,
                [""] * count,
            ]
            listed.append(pa.record_batch(columns, schema=PHOTOS))
            sums = [f"{n:064x}" for n in range(start, start + count)]
            facts.append(
                pa.record_batch([sums, [4000] * count, [3000] * count, [""] * count], schema=FACTS)
            )
    return pa.Table.from_batches(listed).sort_by("photo"), pa.Table.from_batches(facts)


CASES: dict[str, Callable[[Path, int], tuple[int, float]]] = {
    f.__name__: f for f in (imports, reader, whole, naive)
}


def measure(name: str, folder: Path, entries: int) -> dict[str, float]:
    """Run one case; in a process that does nothing else."""
    began, worked = time.perf_counter(), time.process_time()
    rows, total = CASES[name](folder, entries)
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # kB → GB
    return {"rows": rows, "seconds": seconds, "cpu": worked, "peak_gb": peak, "sum": total}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=500_000)
    parser.add_argument("--folder", type=Path, help="keep the label files here, and use them again")
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not list(folder.glob("*.json")):
            write_label_files(folder, chosen.entries)
        size = sum(p.stat().st_size for p in folder.glob("*.json"))
        print(f"{chosen.entries} entries in {len(ENCODINGS)} files, {size / 1e6:.0f} MB")
        sums = set()
        for name in chosen.only:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                found = pool.apply(measure, (name, folder, chosen.entries))
            speed = found["rows"] / max(found["cpu"], 1e-9)
            print(
                f"{name:8} {found['rows']:7.0f} rows {found['seconds']:6.1f} s wall"
                f" {found['cpu']:6.1f} s CPU {speed:6.0f} rows a CPU second"
                f"  peak {found['peak_gb']:.2f} GB"
            )
            if name != "imports":
                sums.add(round(found["sum"]))
        assert len(sums) <= 1, f"the cases read different numbers: {sums}"


if __name__ == "__main__":
    main()
