"""Real pictures: a run that was killed ends like one that was not, and faces are where they say."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.studio import FaultRates, StudioOptions, people, produce
from storyface_assets.lib.studio.attribute_pairs import photograph_attribute_pairs
from storyface_assets.lib.studio.begun import begun_with, is_whole
from storyface_assets_tests.lib.processes import children, wait_for_end
from storyface_assets_tests.lib.studio.conftest import HEAD_DIR

OPTIONS = StudioOptions(
    people=2,
    seed=11,
    photos=3,
    celeba_people=1,
    celeba_photos=4,
    size=(128, 160),
    pair_size=96,
    faults=FaultRates(duplicates=0.3),
)
#: Starts a run as another process would, on two workers.
RUN = """
import sys
from dataclasses import replace
from pathlib import Path
from storyface_assets.lib.studio import produce
from storyface_assets_tests.lib.studio.test_produce import OPTIONS
if __name__ == "__main__":
    options = replace(OPTIONS, people=int(sys.argv[3]))
    produce(options, Path(sys.argv[1]), Path(sys.argv[2]), workers=2)
"""


def killed_run(out: Path, scratch: Path, people: int) -> None:
    """Start a run and kill it (−9) in the middle of a person: some pictures, not all marks."""
    script = scratch / "run.py"
    script.write_text(RUN)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    before = len(list(out.rglob("*.jpg")))
    run = subprocess.Popen([sys.executable, script, HEAD_DIR, out, str(people)], env=environment)
    while run.poll() is None and len(list(out.rglob("*.jpg"))) == before:
        time.sleep(0.01)
    workers = children(run.pid)
    run.kill()
    run.wait()
    # Workers of a dead run must not go on writing into the next one's folder.
    wait_for_end(workers)


def hashes(root: Path) -> dict[str, str]:
    return {
        p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in root.rglob("*")
        if p.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run in one go, by one worker."""
    out = tmp_path_factory.mktemp("studio") / "whole"
    made = produce(OPTIONS, HEAD_DIR, out, workers=1)
    return out, made


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_with_the_same_files(whole, tmp_path):
    # kill −9 leaves half a person and no done-mark; two workers finish in another order.
    out = tmp_path / "killed"
    killed_run(out, tmp_path, OPTIONS.people)
    assert len(list((out / ".work").glob("*-*.json"))) < 3 and not (out / "truth.parquet").exists()
    assert not is_whole(out)
    made = produce(OPTIONS, HEAD_DIR, out, workers=2)
    assert made.pictures == whole[1].pictures
    assert hashes(out) == hashes(whole[0])


@pytest.mark.slow
def test_a_killed_run_with_more_people_leaves_no_whole_set(whole, tmp_path):
    """Fault: the old truth stays beside new people's photos, and the set passes for complete."""
    out = tmp_path / "grown"
    shutil.copytree(whole[0], out)
    killed_run(out, tmp_path, 3)
    assert not (out / "truth.parquet").exists() and not is_whole(out)
    assert begun_with(out).people == 3
    # With fewer people the new one's photos would stay without labels and without truth.
    with pytest.raises(BadInput, match="3 people") as refused:
        produce(OPTIONS, HEAD_DIR, out)
    assert str(out) in str(refused.value) and "at least 3" in refused.value.mend
    produce(replace(OPTIONS, people=3), HEAD_DIR, out, workers=2)
    assert is_whole(out)
    truth = pd.read_parquet(out / "truth.parquet")
    photos = (out / "aihub82").rglob("*.jpg")
    assert set(truth.photo) == {p.relative_to(out / "aihub82").as_posix() for p in photos}


@pytest.mark.slow
def test_the_truth_is_the_last_file(whole, tmp_path, monkeypatch):
    """Fault: a run that ends between the truth and the pairs' table passes for complete."""
    out = tmp_path / "set"
    shutil.copytree(whole[0], out)
    (out / ".work" / "aihub82-000001.json").unlink()
    module = sys.modules["storyface_assets.lib.studio.produce"]
    original = module.write_durably

    def stopped_at(name):
        def write(target, data):
            if target.parent.name != ".work":
                assert not (out / "truth.parquet").exists()
            if target.name == name:
                raise KeyboardInterrupt
            original(target, data)

        monkeypatch.setattr(module, "write_durably", write)
        with pytest.raises(KeyboardInterrupt):
            produce(OPTIONS, HEAD_DIR, out, workers=1)
        assert not is_whole(out)

    stopped_at("pairs.parquet")
    stopped_at("truth.parquet")
    assert (out / "pairs" / "pairs.parquet").exists()
    monkeypatch.undo()
    produce(OPTIONS, HEAD_DIR, out, workers=1)
    assert is_whole(out) and hashes(out) == hashes(whole[0])


@pytest.mark.slow
def test_a_finished_set_is_left_as_it_is_and_other_options_are_refused(whole):
    """Fault: lists that say the same are written again, and the whole dataset is made anew."""
    out, made = whole
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()}
    again = produce(OPTIONS, HEAD_DIR, out)
    assert again.rendered == 0 and again.pictures == made.pictures == made.rendered
    for other, message in [
        (StudioOptions(people=2, seed=12), "other options"),
        (replace(OPTIONS, people=1), "2 people"),
        (replace(OPTIONS, celeba_people=0), "1 of the CelebA set"),
    ]:
        with pytest.raises(BadInput, match=message):
            produce(other, HEAD_DIR, out)
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()} == before


@pytest.mark.slow
def test_celeba_s_list_has_the_eyes_in_their_places(whole):
    folder = whole[0] / "celeba" / "img_align_celeba"
    lines = (whole[0] / "celeba" / "list_landmarks_align_celeba.txt").read_text().splitlines()[2:]
    assert len(lines) == 4
    for line in lines:
        name, *numbers = line.split()
        points = np.array(numbers, float).reshape(5, 2)
        np.testing.assert_allclose(points[:2], [[69, 111], [108, 111]], atol=3)
        assert cv2.imread(str(folder / name)).shape == (218, 178, 3)


@pytest.mark.slow
def test_pairs_differ_in_the_face_alone(whole):
    pairs = pd.read_parquet(whole[0] / "pairs" / "pairs.parquet")
    assert len(pairs) == 10
    for _, scene in pairs.groupby(["person", "scene"]):
        assert set(scene.expression) == {"neutral", "anger", "happy", "panic", "sadness"}
        pictures = np.stack(
            [cv2.imread(str(whole[0] / "pairs" / p)).astype(int) for p in scene.photo]
        )
        spread = np.ptp(pictures, axis=0).max(2)
        assert np.median(spread[:, :10]) < 12  # background, noise and light stay
        assert spread[30:80, 25:70].max() > 40  # the face moves
        points = {r.expression: np.reshape(r.mesh, (-1, 2)) for r in scene.itertuples()}
        # Fault: one face's points for all of them. A laugh draws the mouth's corners apart (in
        # shares of the eyes' distance), and the jaw of a shock falls.
        corners, chin, nose, eyes = (48, 54), 8, 30, (36, 45)

        def apart(name, a, b, points=points, eyes=eyes):
            of = np.linalg.norm(np.diff(points[name][list(eyes)], axis=0))
            return np.linalg.norm(points[name][a] - points[name][b]) / of

        assert apart("happy", *corners) > 1.03 * apart("neutral", *corners)
        assert apart("panic", chin, nose) > 1.02 * apart("neutral", chin, nose)


@pytest.mark.slow
def test_truth_lists_every_photo_with_its_box(whole):
    truth = pd.read_parquet(whole[0] / "truth.parquet")
    photos = {
        p.relative_to(whole[0] / "aihub82").as_posix()
        for p in (whole[0] / "aihub82").rglob("*.jpg")
    }
    assert set(truth.photo) == photos and truth.photo.is_monotonic_increasing
    box = truth[["box_min_x", "box_min_y", "box_max_x", "box_max_y"]].to_numpy()
    assert (box[:, 2] - box[:, 0] > 30).all() and (box[:, 3] - box[:, 1] > 40).all()


def test_the_studio_runs_where_little_is_installed():
    # A GPU machine has torch, numpy, scipy, OpenCV and numba, but not what books and the UI need.
    code = (
        "import sys; import storyface_assets.worker.studio;"
        "names = 'dagster typer pandas upath PIL kiwipiepy ai_edge_litert rich transformers';"
        "print([m for m in names.split() if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="cannot be written"):
        produce(OPTIONS, HEAD_DIR, tmp_path / "file" / "set")


@pytest.mark.parametrize(
    "change", [{"people": 0}, {"size": (10, 400)}, {"faults": FaultRates(labels=0.9)}]
)
def test_numbers_out_of_range_are_refused_by_name(change):
    with pytest.raises(BadInput, match="labels" if "faults" in change else next(iter(change))):
        StudioOptions(**{"people": 1} | change)


def test_attribute_pairs_differ_in_what_their_variant_says(whole):
    pairs = pd.read_parquet(whole[0] / "attribute_pairs" / "pairs.parquet").set_index("variant")
    pictures = {
        name: cv2.imread(str(whole[0] / "attribute_pairs" / photo)).astype(int)
        for name, photo in pairs["photo"].items()
    }
    assert {"as_is", "gender", "age"} <= set(pictures) and len(pictures) >= 5
    assert all(picture.shape == (218, 178, 3) for picture in pictures.values())
    here = pairs.loc["as_is"]
    assert pairs.loc["gender", "Male"] == -here["Male"]
    assert pairs.loc["age", "Young"] == -here["Young"]
    # CelebA's label for an old person's grey hair is no colour at all.
    assert pairs.loc["grey", ["Young", "Black_Hair", "Blond_Hair", "Brown_Hair"]].eq(-1).all()
    assert pairs.loc["grey", "Male"] == here["Male"]
    dyed = [name for name in ("black", "blond", "brown") if name in pictures]
    for name in dyed:
        colour = f"{name.capitalize()}_Hair"
        assert pairs.loc[name, colour] == 1 and pairs.loc[name, "Male"] == here["Male"]
        # Below the brows a dyed person is the same; the corners are everybody's backdrop.
        change = np.abs(pictures[name] - pictures["as_is"]).mean(2)
        assert change[:90].mean() > 3 * change[110:150, 60:118].mean()


def test_only_people_of_the_training_part_have_attribute_pairs(tmp_path):
    # A test person's face in other hair would be a test person in training.
    sitter = people.sitter(7, "celeba", 1)
    assert photograph_attribute_pairs(OPTIONS, sitter, None, None, tmp_path / "pairs") == []
    assert not (tmp_path / "pairs").exists()
