"""The training of the expression classifier, whole, on a handful of painted faces."""

import json
import os
import shutil
import subprocess
import sys

import cv2
import numpy as np
import pandas as pd
import pytest
import torch

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier, Member, build_network
from storyface_assets.lib.classifiers.evaluation import image_emotion_figures, labelled
from storyface_assets.lib.classifiers.report import classifier_report
from storyface_assets.lib.dataset.picture_shards import pack_pictures
from storyface_assets.lib.dataset.schema import SPLITS
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.training.failure import read_failure
from storyface_assets.lib.training.log import read_logs
from storyface_assets.vocabulary import FACE_EXPRESSIONS
from storyface_assets.worker.train_image_emotion import main, train_image_emotion
from storyface_assets.worker.training_worker import Job
from storyface_assets_tests.tiny_books import REPOSITORY
from storyface_assets_tests.worker import short_training


def paint(row):
    """A mouth by expression, a skin by person."""
    face = np.full((64, 64, 3), 60 + 20 * row.number, np.uint8)
    bend = 6 * FACE_EXPRESSIONS.index(row.expression) - 12
    cv2.ellipse(face, (32, 44), (14, abs(bend) + 1), 0, 0, 180 if bend > 0 else 360, (20, 0, 0), 2)
    return face


@pytest.fixture(scope="module")
def splits(tmp_path_factory):
    folder = tmp_path_factory.mktemp("splits")
    for k, split in enumerate(SPLITS):
        rows = pd.DataFrame(
            {"person": f"{split} {n}", "group": f"{split} {n}", "number": 3 * k + n, "weight": 1.0}
            | {"expression": expression}
            for n in range(2)
            for expression in FACE_EXPRESSIONS
        )
        pack_pictures(rows, paint, folder / split, 64)
    return folder


@pytest.fixture(scope="module")
def trained(splits, tmp_path_factory):
    work, out = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("model")
    heard = []
    job = Job(splits, work, "tiny", tell=lambda name, progress: heard.append((name, progress.step)))
    return job, out, train_image_emotion(job, out), heard


def test_every_network_is_trained_measured_and_kept(trained, splits):
    _, out, metrics, heard = trained
    assert heard == [("googlenet", 10), ("googlenet", 20), ("lite0", 20), ("lite0", 40)]
    assert json.loads((out / "metrics.json").read_text("utf-8")) == metrics
    assert set(metrics["test"]["alone"]) == {"googlenet", "lite0"}
    logs = read_logs(out)
    assert {name: [row["step"] for row in rows] for name, rows in logs.items()} == {
        "googlenet": [10, 20],
        "lite0": [20, 40],
    }
    assert all({"loss", "accuracy"} <= set(row) for rows in logs.values() for row in rows)
    classifier, test = EmotionClassifier.load(out), labelled(splits, "test")
    told = classifier.probabilities(test)
    assert told.shape == (10, 5) and np.allclose(told.sum(1), 1)
    persons = test.pictures.index["person"].tolist()
    assert classifier_report(told, test.labels, persons) == metrics["test"]["ensemble"]
    figures = image_emotion_figures(out, splits)
    assert figures["accuracy"] == metrics["test"]["ensemble"]["accuracy"]


def test_the_card_says_what_was_measured(trained):
    _, out, metrics, _ = trained
    card = (out / "README.md").read_text("utf-8")
    assert f"{metrics['test']['ensemble']['accuracy']:.3f}" in card
    assert "10 pictures of 2 people" in card and metrics["data"]["version"][:16] in card


def test_a_second_run_trains_nothing_again(trained, tmp_path):
    job, out, _, heard = trained
    count = len(heard)
    train_image_emotion(job, tmp_path)
    assert len(heard) == count
    for name in ("googlenet.safetensors", "lite0.safetensors"):
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes()


def test_weights_in_half_precision_say_the_same(splits, tmp_path):
    """Fault: running statistics in half precision overflow, and every face is neutral."""
    torch.manual_seed(0)
    network = build_network("lite0").eval()
    with torch.no_grad():
        network.features[0][1].running_var.fill_(2e5)
    before = EmotionClassifier([Member("lite0", 64, 1.3)], [network])
    before.save(tmp_path)
    after, test = EmotionClassifier.load(tmp_path), labelled(splits, "test")
    assert after.members == before.members
    assert np.allclose(after.probabilities(test), before.probabilities(test), atol=5e-3)


def test_a_model_that_is_damaged_or_of_other_classes_is_refused(trained, tmp_path):
    _, out, _, _ = trained
    with pytest.raises(BadInput, match=r"config\.json"):
        EmotionClassifier.load(tmp_path)
    config = json.loads((out / "config.json").read_text("utf-8"))
    (tmp_path / "config.json").write_text(json.dumps(config | {"classes": ["happy"]}), "utf-8")
    with pytest.raises(BadInput, match="classes: are happy"):
        EmotionClassifier.load(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    (tmp_path / "googlenet.safetensors").write_bytes(b"no weights")
    with pytest.raises(BadInput, match=r"googlenet\.safetensors"):
        EmotionClassifier.load(tmp_path)


def test_torchrun_trains_the_same_model_on_two_processes(splits, tmp_path):
    """Fault: both write, both tell, or one waits for the other's validation for ever."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command += [
        "-m",
        short_training.__name__,
        "--splits",
        str(splits),
        "--out",
        str(out),
        "--device",
        "cpu",
    ]
    command += ["--work", str(tmp_path / "work"), "--profile", "tiny"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)  # noqa: S603
    assert ended.returncode == 0, ended.stderr
    told = [line.split(",")[0] for line in ended.stdout.splitlines() if "/" in line]
    assert told == ["googlenet: 2/2", "lite0: 2/2"]
    metrics = json.loads((out / "metrics.json").read_text("utf-8"))
    assert metrics["shares"] == 2 and "--accumulate 2" in (out / "README.md").read_text("utf-8")
    assert {p.name for p in out.iterdir()} == {
        "config.json", "googlenet.safetensors", "googlenet.log.jsonl", "lite0.safetensors",
        "lite0.log.jsonl", "metrics.json", "README.md",
    }  # fmt: skip
    assert EmotionClassifier.load(out).probabilities(labelled(splits, "test")).shape == (10, 5)


#: Hides what a bare GPU machine has not; Python runs it before anything else.
BARE = """
import sys

HAS_NOT = {
    "PIL", "cv2", "dagster", "dagster_pipes", "imagehash", "mediapipe", "numba", "pandas",
    "pyarrow", "scipy", "sklearn", "transformers", "typer", "upath",
}

class Without:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        gone = name.partition(".")[0] in HAS_NOT
        return None if gone else self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
"""


def bare(tmp_path, *command):
    """Run a module where only torch, NumPy and safetensors are installed."""
    site = tmp_path / "site"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(BARE, "utf-8")
    return subprocess.run(  # noqa: S603
        [sys.executable, *command],
        check=False,
        capture_output=True,
        text=True,
        # One thread: beside other tests two of them wait for each other longer than they work.
        env=os.environ | {"PYTHONPATH": f"{site}{os.pathsep}{REPOSITORY}", "OMP_NUM_THREADS": "1"},
    )


def test_a_machine_with_torch_and_numpy_alone_trains_the_model(splits, tmp_path):
    """Fault: an import that only the store or the UI needs, and the GPU machine stops at it."""
    assert "No module named 'pandas'" in bare(tmp_path, "-c", "import pandas").stderr
    out = tmp_path / "out"
    where = ["--splits", str(splits), "--out", str(out), "--device", "cpu", "--profile", "tiny"]
    ended = bare(tmp_path, "-m", short_training.__name__, *where)
    assert ended.returncode == 0, ended.stderr
    metrics = json.loads((out / "metrics.json").read_text("utf-8"))
    assert metrics["data"]["version"] == content_hash(splits)
    assert (out / "README.md").is_file() and len(list(out.glob("*.safetensors"))) == 2


def test_a_bare_machine_says_what_an_old_set_needs(splits, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(splits, old)
    (old / "train" / "columns.npz").unlink()
    ended = bare(
        tmp_path, "-m", short_training.__name__, "--splits", str(old), "--profile", "tiny",
        "--out", str(tmp_path / "out"), "--device", "cpu",
    )  # fmt: skip
    assert ended.returncode == 1
    said = ended.stderr.strip().splitlines()[-1]
    assert "columns.npz: is missing. Materialize" in said and "install pandas" in said


def test_bad_splits_are_said_in_one_line_and_left_for_whoever_started_it(tmp_path, monkeypatch):
    argv = ["x", "--splits", str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", [*argv, "--profile", "tiny", "--device", "cpu"])
    with pytest.raises(SystemExit, match="is missing"):
        main()
    assert "is missing" in read_failure(tmp_path / "out")
