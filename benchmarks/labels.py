"""How well wrong labels are found on a studio set, and what it costs.

    python benchmarks/labels.py --set data/raw/studio [--people 24] [--data data]

The set is what ``storyface studio`` renders, with its ``truth.parquet``. Prints precision and
recall (see ``lib.dataset.labels.score``), what became of each planted fault, milliseconds a photo
of looking for faces (one process, nothing kept from before), and seconds of the model's review of
10,000 photos (the set's own, repeated with noise).
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.aihub import read_emotion_photos
from storyface_assets.lib.dataset.face_readings import face_readings
from storyface_assets.lib.dataset.labels.decisions import Decisions
from storyface_assets.lib.dataset.labels.features import expression_features
from storyface_assets.lib.dataset.labels.filtering import filter_labels
from storyface_assets.lib.dataset.labels.review import review_labels
from storyface_assets.lib.dataset.labels.score import label_quality
from storyface_assets.lib.landmarks import fetch_models
from storyface_assets.lib.store import Memo

_MANY = 10_000


def main() -> None:
    """Read the arguments, filter the set, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path, required=True)
    parser.add_argument("--people", type=int, help="only the first so many people")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder")
    given = parser.parse_args()
    photos, truth = given.set / "aihub82", pd.read_parquet(given.set / "truth.parquet")
    with tempfile.TemporaryDirectory() as scratch:
        cache = Path(scratch)
        models = fetch_models(given.data / "cache")
        (cache / models.name).symlink_to(models.resolve())
        rows = read_emotion_photos(photos, Memo(cache / "dataset", "files", "benchmark"), 1).table
        rows = rows[rows["kept"]]
        if given.people:
            some = sorted(truth["uploader"].unique())[: given.people]
            rows, truth = rows[rows["person"].isin(some)], truth[truth["uploader"].isin(some)]
        face_readings(rows.head(1), photos, cache, 1)  # the models are loaded, the code compiled
        start = time.perf_counter()
        features = face_readings(rows, photos, cache, 1, expression_features)
        each = (time.perf_counter() - start) / max(len(rows) - 1, 1) * 1000
    filtered = filter_labels(rows, features, Decisions(Path("none"))).table
    quality = label_quality(filtered, truth)
    kinds = quality.pop("kinds")
    print(f"{rows['person'].nunique()} people, {len(rows)} photos; faces {each:.1f} ms a photo")
    for name, value in quality.items():
        print(f"  {name:16s} {value:.3f}" if isinstance(value, float) else f"  {name:16s} {value}")
    print(pd.DataFrame(kinds).T.fillna(0).astype(int).to_string())
    _time_review(filtered, features)


def _time_review(filtered: pd.DataFrame, features: dict[str, np.ndarray | None]) -> None:
    known = filtered[filtered["kept"] & filtered["label_score"].notna()]
    own = np.stack([np.asarray(features[key]) for key in known["sha256"]])
    times, rng = -(-_MANY // len(known)), np.random.default_rng(0)
    many = np.concatenate([own + rng.normal(0, 0.01, own.shape) for _ in range(times)])[:_MANY]
    person = pd.factorize(known["person"])[0]
    persons = np.concatenate([person + k * len(known) for k in range(times)])[:_MANY]
    labels = (known["expression"].tolist() * times)[:_MANY]
    start = time.perf_counter()
    review_labels(many.astype(np.float16), labels, persons)
    print(f"review of {_MANY} photos: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
