"""All pairs of hashes against comparing imagehash objects, and how well duplicates are found.

Run ``python benchmarks/dedup.py`` for the speed: 20,000 phashes, of which some are near each other.
Comparing all 2·10⁸ pairs of ``ImageHash`` objects takes minutes, so the loop runs whole on the
first 1,000 hashes, where both answers must be the same, and its time is scaled by the number of
pairs. Goal (issue 3): at least 100 times faster.

Run ``python benchmarks/dedup.py --studio data/raw/studio`` for the quality on a rendered set whose
duplicates are known: hashes alone at several radii, and hashes with verification. The same
picture in every expression (``pairs/``) is put in too: joining two of it is wrong. ``--cache`` says
where faces and hashes are kept (else a temporary folder).
"""

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.duplicates import duplicate_quality, find_near_duplicates
from storyface_assets.lib.dataset.duplicates import hashes as hashing
from storyface_assets.lib.dataset.duplicates.candidates import candidate_pairs
from storyface_assets.lib.dataset.duplicates.groups import Groups
from storyface_assets.lib.dataset.duplicates.hamming import near_pairs
from storyface_assets.lib.dataset.duplicates.hashes import pack, read_hashes
from storyface_assets.lib.dataset.face_readings import face_readings
from storyface_assets.lib.store import Memo

RADIUS = 8
#: Hashes that the loop compares whole.
LOOPED = 1_000


def near_hashes(count: int, seed: int = 0) -> list[imagehash.ImageHash]:
    """Random hashes; every tenth differs from the one before it in 0 to 12 bits."""
    rng = np.random.default_rng(seed)
    bits = rng.random((count, 64)) < 0.5
    for i in range(1, count, 10):
        bits[i] = bits[i - 1]
        bits[i, rng.permutation(64)[: rng.integers(13)]] ^= True
    return [imagehash.ImageHash(row.reshape(8, 8)) for row in bits]


def loop(hashes: list[imagehash.ImageHash], radius: int) -> list[tuple[int, int, int]]:
    """What a plain script does."""
    return [
        (i, j, distance)
        for (i, first), (j, second) in combinations(enumerate(hashes), 2)
        if (distance := int(first - second)) <= radius
    ]


def speed(count: int) -> None:
    """Seconds of both ways, and that they say the same."""
    hashes = near_hashes(count)
    packed = np.array([pack(one) for one in hashes])
    near_pairs(packed[:300], RADIUS)  # compiles, if new
    start = time.perf_counter()
    by_loop = loop(hashes[:LOOPED], RADIUS)
    looped = time.perf_counter() - start
    assert by_loop == [tuple(pair) for pair in near_pairs(packed[:LOOPED], RADIUS).tolist()]
    print(f"same answer on {LOOPED} hashes: {len(by_loop)} pairs within {RADIUS} bits")
    scale = count * (count - 1) / (LOOPED * (LOOPED - 1))
    for workers in (1, os.cpu_count() or 1):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            pairs = near_pairs(packed, RADIUS, workers)
            times.append(time.perf_counter() - start)
        best = min(times)
        rate = count * (count - 1) / 2 / best
        print(
            f"{count} hashes, {len(pairs)} pairs, {workers} thread(s): {best:.3f} s, {rate:.2e} "
            f"comparisons/s; loop {looped * scale:.0f} s (scaled): {looped * scale / best:.0f} ×"
        )


def studio_table(root: Path) -> pd.DataFrame:
    """A row a file of the emotion photos and the pairs that holds anything."""
    paths = sorted(p for part in ("aihub82", "pairs") for p in (root / part).rglob("*.jpg"))
    rows = []
    for path in paths:
        data = path.read_bytes()
        if data:
            digest = hashlib.sha256(data).hexdigest()
            rows.append((path.relative_to(root).as_posix(), digest, len(data), ""))
    return pd.DataFrame(rows, columns=["photo", "sha256", "bytes", "person"])


def by_hashes(
    table: pd.DataFrame, found: hashing.Hashes, whole: int, face: int
) -> tuple[pd.DataFrame, int]:
    """Groups by hashes alone, and how many pairs they are."""
    groups, pairs = Groups(len(found.sha256)), candidate_pairs(found, whole, face)
    for i, j, _ in pairs:
        groups.join(int(i), int(j))
    root = dict(zip(found.sha256, found.sha256[groups.roots()], strict=True))
    return table.assign(group=table["sha256"].map(root)), len(pairs)


def quality_lines(root: Path, cache: Path) -> Iterator[str]:
    """The table of what is found, with and without verification."""
    table = studio_table(root)
    truth = pd.read_parquet(root / "truth.parquet")
    prefix = "aihub82/"
    truth = truth[["photo", "duplicate_of", "duplicate_kind"]].assign(
        photo=prefix + truth["photo"],
        duplicate_of=(prefix + truth["duplicate_of"]).where(truth["duplicate_of"] != "", ""),
    )
    face_readings(table, root, cache, select=lambda reading: None)

    def open_memo(step: str, recipe: str) -> Memo:
        return Memo(cache / "dataset", step, recipe)

    start = time.perf_counter()
    found = read_hashes(table, root, cache, open_memo(hashing.STEP, hashing.RECIPE), 1)
    each = (time.perf_counter() - start) / len(table) * 1e3
    yield f"{len(table)} photos; hashes {each:.1f} ms a photo (if none were kept)"
    kinds = sorted(set(truth["duplicate_kind"]) - {""})
    yield "| method | pairs | precision | recall | " + " | ".join(kinds) + " |"
    yield "|---" * (4 + len(kinds)) + "|"

    def line(name: str, pairs: int, result: dict[str, Any]) -> str:
        recalls = [f"{result['recall_by_kind'].get(k, float('nan')):.3f}" for k in kinds]
        figures = [str(pairs), f"{result['precision']:.4f}", f"{result['recall']:.4f}", *recalls]
        return f"| {name} | " + " | ".join(figures) + " |"

    for whole, face in ((0, -1), (4, -1), (12, -1), (20, -1), (28, -1), (-1, 12), (12, 12)):
        grouped, pairs = by_hashes(table, found, whole, face)
        name = f"hashes alone: whole ≤ {whole}, face ≤ {face}".replace("whole ≤ -1, ", "")
        yield line(name.replace(", face ≤ -1", ""), pairs, duplicate_quality(grouped, truth))
    result, report = find_near_duplicates(table, root, cache, open_memo)
    checked = duplicate_quality(result, truth)
    yield line("hashes (12, 12) and verification", int(report.pairs["same"].sum()), checked)
    yield f"planted: {checked['planted_by_kind']}; seconds: {report.seconds}"
    yield f"missed: {checked['missed']}"
    yield f"wrong: {checked['wrong_pairs']}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hashes", type=int, default=20_000)
    parser.add_argument("--studio", type=Path, help="folder with aihub82/, pairs/, truth.parquet")
    parser.add_argument("--cache", type=Path)
    options = parser.parse_args()
    if options.studio is None:
        print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}")
        speed(options.hashes)
        return
    with tempfile.TemporaryDirectory() as scratch:
        for text in quality_lines(options.studio, options.cache or Path(scratch)):
            print(text)


if __name__ == "__main__":
    main()
