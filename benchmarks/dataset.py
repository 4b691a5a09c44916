"""Photos a second of the whole dataset chain, and how that grows with their number.

    python benchmarks/dataset.py --studio DIR [--photos 1000 10000] [--keep DIR]

DIR is a set that ``storyface studio`` rendered. It is made larger without rendering: each round
copies every photo that its truth file calls sound, as another person (the first part of the file
name is hashed anew), turned by up to ±7°, cut by up to 14 %, every second round mirrored, in other
tones and colours, and compressed again. So hashes differ and photos of two rounds are no near
duplicates to the eye; how many were taken for such all the same is printed (a copy that is dropped
costs the later steps nothing, which would flatter them). Landmark models must be in data/cache.

Each size runs in a process of its own on an empty data folder, by the job ``refresh_dataset`` on a
Dagster instance in memory, checks left out; then once more after 1 % new photos. Printed: seconds
of each step as its metadata has them, seconds a photo over all, peak memory of the process and of
its largest worker, and the ratio of seconds a photo between the sizes (1 is linear growth).
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd

REPOSITORY = Path(__file__).resolve().parents[1]
#: By how much copies are bent, in picture widths (standard deviation).
_BEND = 0.016


def sound_entries(studio: Path) -> list[tuple[dict[str, Any], Path]]:
    """Label entries of photos without a planted fault, with their photos."""
    truth = pd.read_parquet(studio / "truth.parquet")
    faults = [name for name in truth if name.endswith("_fault")] + ["duplicate_of"]
    sound = truth[(truth[faults] == "").all(axis=1) & (truth["photo"] != "")]
    photos = {row.filename: studio / "aihub82" / row.photo for row in sound.itertuples()}
    entries = []
    for path in sorted((studio / "aihub82").rglob("*.json")):
        raw = path.read_bytes()
        for encoding in ("utf-8-sig", "cp949"):
            try:
                listed = json.loads(raw.decode(encoding))
                break
            except UnicodeDecodeError:
                continue
        entries += [(e, photos[e["filename"]]) for e in listed if e["filename"] in photos]
    return entries


def write_set(studio: Path, target: Path, first: int, count: int) -> None:
    """Write photos number ``first`` up to ``first + count`` of the enlarged set."""
    entries, labels = sound_entries(studio), []
    folder = target / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        round_, place = divmod(number, len(entries))
        entry, photo = entries[place]
        new = another(entry, round_)
        picture, boxes = changed(cv2.imread(str(photo)), new, np.random.default_rng(number), round_)
        cv2.imwrite(str(folder / new["filename"]), picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
        labels.append(boxes)
    text = json.dumps(labels, ensure_ascii=False)
    (target / f"labels_{first:06d}.json").write_text(text, "utf-8")


def another(entry: dict[str, Any], round_: int) -> dict[str, Any]:
    """The entry as another person's."""
    person, _, rest = entry["filename"].partition("_")
    new = hashlib.sha256(f"{round_} {person}".encode()).hexdigest()
    return {**entry, "filename": f"{new}_{rest}"}


def changed(
    bgr: np.ndarray, entry: dict[str, Any], rng: np.random.Generator, round_: int
) -> tuple[np.ndarray, dict[str, Any]]:
    """Another photo of the same pixels, and its entry with the boxes moved along."""
    height, width = bgr.shape[:2]
    if round_ == 0:
        return bgr, entry
    scale = rng.uniform(1.04, 1.16)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-7, 7), scale)
    matrix[:, 2] += rng.uniform(-0.03, 0.03, 2) * (width, height)
    if round_ % 2:
        matrix = np.array([[-1, 0, width - 1], [0, 1, 0]]) @ np.vstack([matrix, [0, 0, 1]])
    picture = cv2.warpAffine(bgr, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    # Bent as another person's features are, and lit from elsewhere.
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x += _BEND * width * smooth_noise(rng, height, width)
    y += _BEND * width * smooth_noise(rng, height, width)
    picture = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    picture = np.clip(picture * (1 + 0.25 * smooth_noise(rng, height, width))[..., None], 0, 255)
    picture = picture.astype(np.uint8)
    tones = rng.uniform(0.75, 1.25, 3)
    levels = 255 * (np.arange(256) / 255) ** rng.uniform(0.75, 1.3)
    picture = np.clip(levels[picture] * tones, 0, 255).astype(np.uint8)
    boxes = dict(entry)
    for who in ("annot_A", "annot_B", "annot_C"):
        if entry.get(who) and entry[who].get("boxes"):
            box = entry[who]["boxes"]
            corners = [(box[x], box[y], 1) for x in ("minX", "maxX") for y in ("minY", "maxY")]
            moved = np.array(corners) @ matrix.T
            low, high = np.maximum(moved.min(0), 0), np.minimum(moved.max(0), (width, height))
            named = {"minX": low[0], "minY": low[1], "maxX": high[0], "maxY": high[1]}
            boxes[who] = {**entry[who], "boxes": {k: float(v) for k, v in named.items()}}
    return picture, boxes


def smooth_noise(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """``(H, W)`` float32 of about unit variance that changes over a fifth of the picture."""
    coarse = rng.normal(0, 1, (6, 6)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def measure(studio: str, count: int, room: str) -> dict[str, Any]:
    """The chain on ``count`` photos, then on 1 % more."""
    from dagster import AssetRecordsFilter, DagsterInstance

    from storyface_assets.assets.declare import dataset_key
    from storyface_assets.automation.rendering import QUIET
    from storyface_assets.definitions import build_definitions
    from storyface_assets.lib.dataset.funnel import STEPS
    from storyface_assets.settings import Settings

    data = Path(room) / "data"
    (data / "cache").mkdir(parents=True)
    (data / "open_models").symlink_to(REPOSITORY / "data" / "open_models")
    for models in (REPOSITORY / "data" / "cache").glob("mediapipe*"):
        (data / "cache" / models.name).symlink_to(models)
    settings = Settings.at(data)
    job = build_definitions(settings).resolve_job_def("refresh_dataset")
    keys = [dataset_key(step) for step in (*STEPS, "near_duplicates", "emotion_splits")]
    result: dict[str, Any] = {"photos": count}
    with DagsterInstance.ephemeral() as instance:
        more = max(1, count // 100)
        for name, first, new in (("all", 0, count), ("1 % new", count, more)):
            write_set(Path(studio), settings.emotion_photos_dir, first, new)
            began = time.perf_counter()
            job.execute_in_process(
                run_config=QUIET, instance=instance, asset_selection=keys, raise_on_error=True
            )
            result[name] = {"seconds": time.perf_counter() - began, "steps": {}}
            for key in keys:
                [record] = instance.fetch_materializations(AssetRecordsFilter(key), 1).records
                metadata = record.asset_materialization.metadata  # type: ignore[union-attr]
                result[name]["steps"][key.path[-1]] = metadata["seconds of work"].value
    folder = data / "store" / "dataset" / "emotion_splits"
    funnel = max(folder.rglob("funnel.parquet"), key=lambda path: path.stat().st_mtime)
    result["why"] = pd.read_parquet(funnel)[["step", "kept", "why"]].to_string(index=False)
    for who, name in ((resource.RUSAGE_SELF, "process"), (resource.RUSAGE_CHILDREN, "worker")):
        result[name] = resource.getrusage(who).ru_maxrss / 1024
    return result


def main() -> None:
    """Measure every size and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studio", type=Path, required=True)
    parser.add_argument("--photos", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--keep", type=Path, help="keep the data folders here")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    pace = []
    for count in options.photos:
        room = tempfile.mkdtemp(prefix="dataset-", dir=options.keep)
        # Its own process: peak memory never goes down again.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            found = pool.submit(measure, str(options.studio), count, room).result()
        if options.keep is None:
            shutil.rmtree(room)
        for name in ("all", "1 % new"):
            steps = ", ".join(f"{k} {v:.1f}" for k, v in found[name]["steps"].items())
            print(f"{count} photos, {name}: {found[name]['seconds']:.1f} s ({steps})")
        pace.append(found["all"]["seconds"] / count)
        print(
            f"  {1 / pace[-1]:.1f} photos/s, {1000 * pace[-1]:.0f} ms a photo; peak"
            f" {found['process']:.0f} MB, largest worker {found['worker']:.0f} MB,"
            f" load {os.getloadavg()[0]:.1f}"
        )
        print(found["why"], flush=True)
    for count, seconds in zip(options.photos[1:], pace[1:], strict=True):
        ratio = seconds / pace[0]
        print(f"seconds a photo, {count} over {options.photos[0]} photos: {ratio:.2f}")


if __name__ == "__main__":
    main()
