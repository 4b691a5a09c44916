"""DECA's two stages from photos to champion, whole, on twenty people, by the command."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from storyface_assets.assets.declare import dataset_key
from storyface_assets.checks.head_shots import codes_are_of_their_photos
from storyface_assets.cli.app import app
from storyface_assets.lib.classifiers.augment import lit
from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.deca.coarse_figures import true_heads
from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.deca.coarse_task import LESSON_PROFILES, CoarseTask
from storyface_assets.lib.deca.codes import CODE_SIZES, N_CODES, Codes
from storyface_assets.lib.deca.encode import as_photos
from storyface_assets.lib.deca.face_points import FacePoints
from storyface_assets.lib.deca.geometry_figures import EMOTION, WRINKLES, face_geometry_figures
from storyface_assets.lib.deca.lite0_encoder import lite0_coarse_encoder
from storyface_assets.lib.deca.shot_set import (
    ShotOptions,
    cast_of,
    copy_shots,
    load_shots,
    part_of,
    render_shots,
)
from storyface_assets.lib.deca.shown_emotion import ShownEmotion
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.geometry_measures.head_report import Heads, head_report
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.store import Folder, content_hash
from storyface_assets.lib.training.log import read_logs
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings
from storyface_assets.worker.face_geometry_stages import Stages
from storyface_assets.worker.train_face_geometry import train_face_geometry
from storyface_assets.worker.training_worker import Job

HEAD_DIR = Path(__file__).parents[2] / "data" / "open_models" / "open_head"
JUDGES = {name: HEAD_DIR.with_name(name) for name in ("open_head", "image_emotion")}
OPTIONS = ShotOptions(people=20, photos=1)


class Trained(NamedTuple):
    """Folders of the champion and of its photos, its figures, and where it is champion."""

    out: Path
    shots: Path
    metrics: dict
    installation: Installation


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    settings = Settings.at(tmp_path_factory.mktemp("installation") / "data")
    settings.open_models_dir.mkdir(parents=True)
    for name, folder in JUDGES.items():
        (settings.open_models_dir / name).symlink_to(folder)
    environment = {"STORYFACE_DATA": str(settings.data_dir), "COLUMNS": "200"}
    command = ["retrain", "face_geometry", "--profile", "tiny"]
    result = CliRunner().invoke(app, command, env=environment)
    assert result.exit_code == 0 and "the new champion" in result.output, result.output
    installation = Installation.of(settings)
    out, shots = (
        installation.champion("face_geometry"),
        installation.load(dataset_key("head_shots")).path,
    )
    assert installation.head_encoder() is not None
    metrics = json.loads((out / "metrics.json").read_text("utf-8"))
    return Trained(out, shots, metrics, installation)


def test_a_tiny_training_writes_weights_figures_and_card(trained):
    """Fault: figures of other weights than those that are kept, or of people trained on."""
    out, shots, metrics, _ = trained
    assert metrics["data"] == metrics["data"] | {"train": 16, "validation": 2}
    again = face_geometry_figures(out, shots, JUDGES)
    rest = {WRINKLES + name: value for name, value in metrics["detail"].items()}
    rest[EMOTION] = metrics["emotion"]["distance"]
    assert again == pytest.approx(metrics["test"] | rest, abs=1e-3)
    assert again["photos"] == 2 and again["people"] == 2
    others = load_shots(shots, "validation")
    reader = CoarseReader.load(out)
    away = reader.read(others.photos).vector().numpy() - others.codes
    wanted = np.maximum(np.sqrt(np.square(away).mean(0)), 0.1 * reader.encoder.spread.numpy())
    assert np.allclose(reader.encoder.error, wanted, atol=2e-2)
    card = (out / "README.md").read_text("utf-8")
    assert f"{metrics['test']['scan_median']:.3f}" in card and "--profile tiny" in card


def test_the_lesson_alone_is_given_to_a_model_s_own_stages(trained, tmp_path):
    """Fault: wrinkles are learnt anew, people of another set test, or the lesson is hidden."""
    job = Job(
        trained.shots, tmp_path / "work", "tiny", judges=JUDGES, folders={"begin": trained.out}
    )
    out, first = tmp_path / "out", trained.metrics
    metrics = train_face_geometry(job, out)
    assert (out / "detail.safetensors").read_bytes() == (
        trained.out / "detail.safetensors"
    ).read_bytes()
    assert metrics["begun"]["sha256"] == content_hash(trained.out / "coarse.safetensors")
    assert metrics["begun"]["data"] == first["data"]
    assert [one["emotion"] for one in metrics["lessons_before"]] == [first["emotion"]]
    assert metrics["emotion"]["without"] == first["emotion"]["distance"]
    for name in ("recipe", "detail_recipe", "training", "detail_training"):
        assert metrics[name] == first[name]
    card = (out / "README.md").read_text("utf-8")
    assert "had 1 such before" in card
    assert "--begin" not in (trained.out / "README.md").read_text("utf-8")
    other = shutil.copytree(trained.out, tmp_path / "other") / "metrics.json"
    other.write_text(other.read_text("utf-8").replace("20261129", "7"), "utf-8")
    with pytest.raises(BadInput, match="metrics.json.*other people"):
        train_face_geometry(replace(job, folders={"begin": other.parent}), tmp_path / "none")
    (trained.out / "face_geometry_detail.log.jsonl").rename(tmp_path / "log")
    with pytest.raises(BadInput, match="metrics.json.*cannot be read"):
        train_face_geometry(job, tmp_path / "none")
    (tmp_path / "log").rename(trained.out / "face_geometry_detail.log.jsonl")
    assert not (tmp_path / "none").exists()


def test_a_new_classifier_gives_the_lesson_anew_in_the_same_work_folder(trained, tmp_path):
    """Fault: after another champion of image_emotion a night's training is refused for good."""
    other = shutil.copytree(JUDGES["image_emotion"], tmp_path / "image_emotion")
    (other / "note.txt").write_text("another champion", "utf-8")
    taught = []
    for judges in (JUDGES, JUDGES | {"image_emotion": other}):
        stages = Stages(Job(trained.shots, tmp_path / "work", "tiny", judges=judges))
        encoder, learnt = stages.learn_emotion(CoarseReader.load(trained.out).encoder)
        taught.append((stages.judge_version, learnt.folder, encoder.state_dict()))
    (one, first, weights), (two, second, same) = taught
    assert one != two and first != second and first.parent == second.parent
    # But for the note it is the same classifier.
    assert all(torch.equal(value, same[name]) for name, value in weights.items())


def test_the_lesson_changes_what_is_learnt(trained):
    """Fault: the lesson runs, and the classifier has no say in it."""
    logs = read_logs(trained.out)
    assert set(logs) == {f"face_geometry_{name}" for name in ("coarse", "detail", "emotion")}
    shots, head = load_shots(trained.shots, "train"), OpenHead.load(HEAD_DIR / "head.npz")
    shown = ShownEmotion(EmotionClassifier.load(JUDGES["image_emotion"]), head)
    recipe, taught = LESSON_PROFILES["tiny"], []
    for judge in (None, shown):
        encoder = CoarseReader.load(trained.out).encoder
        task = CoarseTask(encoder, shots, shots, FacePoints.of(head), recipe, shown=judge)
        torch.manual_seed(0)
        told = task.step(1)
        assert ("emotion" in told) is (judge is not None)
        taught.append(torch.cat([p.detach().flatten() for p in encoder.parameters()]))
    assert told["emotion"] > 0 and not torch.equal(*taught)


def test_true_codes_measure_as_no_error(trained):
    """Fault: a head is measured against another photo's."""
    _, shots, metrics, _ = trained
    test = load_shots(shots, "test")
    true, head = true_heads(test), OpenHead.load(HEAD_DIR / "head.npz")
    report = head_report(true, true, test.persons, head, 1)
    assert report["scan_median"] < 0.01 and report["landmark_error"] < 1e-4
    seen = Heads.of(Codes.split(torch.from_numpy(test.codes)), FacePoints.of(head))
    # A lens is no orthographic camera, but near it.
    assert head_report(seen, true, test.persons, head, 1)["landmark_error"] < 0.06
    assert metrics["mean"]["scan_median"] > 0.2


def test_people_are_in_one_part_each_and_rendered_once(trained):
    """Fault: a person trains and tests, or a second run renders everything anew."""
    shots = trained.shots
    parts = [load_shots(shots, p) for p in ("train", "validation", "test")]
    people = [set(part.persons.tolist()) for part in parts]
    assert set.union(*people) == set(range(20)) and sum(map(len, people)) == 20
    assert all(part_of(p) == "test" for p in people[2])
    # Both casts in each: children are in one of them only.
    assert all({cast_of(p)[0] for p in part} == {"celeba", "aihub82"} for part in people)
    first = parts[0].first_of_each(1)
    assert len(first) == 16 and np.array_equal(first.photos[1], parts[0].photos[1])
    files = {f: os.stat(f).st_mtime_ns for f in shots.glob("*.npz")}
    render_shots(OPTIONS, HEAD_DIR, shots, 1)
    assert files == {f: os.stat(f).st_mtime_ns for f in shots.glob("*.npz")}


def test_codes_of_other_photos_are_noticed(trained, tmp_path):
    """Fault: an encoder is trained on codes that are not those of its photos."""
    copy_shots(OPTIONS, trained.shots, tmp_path)
    whole = Folder(tmp_path)
    assert codes_are_of_their_photos(whole, trained.installation).passed
    [file], [other] = (tmp_path.glob(f"*_{person:05d}.npz") for person in (18, 19))
    arrays, wrong = dict(np.load(file)), dict(np.load(other))
    np.savez(file, **(arrays | {"codes": wrong["codes"]}))
    assert not codes_are_of_their_photos(whole, trained.installation).passed


def test_a_damaged_or_unfinished_set_and_too_few_people_are_refused(trained, tmp_path):
    shots = trained.shots
    with pytest.raises(BadInput, match="Make head_shots again"):
        load_shots(tmp_path, "test")
    copy_shots(OPTIONS, shots, tmp_path)
    assert np.array_equal(load_shots(tmp_path, "test").photos, load_shots(shots, "test").photos)
    [file] = tmp_path.glob("*_00019.npz")
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(BadInput, match="00019.*Make head_shots again"):
        load_shots(tmp_path, "test")
    with pytest.raises(BadInput, match="twenty or more"):
        render_shots(ShotOptions(18), HEAD_DIR, tmp_path, 1)


def test_untrained_the_encoder_tells_the_training_s_mean():
    """Fault: camera and light begin far from any photo."""
    encoder = lite0_coarse_encoder().eval()
    codes = torch.randn(50, N_CODES, generator=torch.Generator().manual_seed(0)) * 3 + 1
    encoder.scale_to(codes)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), np.uint8)
    photos = as_photos(pictures, torch.device("cpu"))
    with torch.inference_mode():
        told = encoder(photos)
    assert told.shape == (2, sum(CODE_SIZES.values()))
    assert torch.allclose(told, codes.mean(0).expand(2, -1), atol=1e-5)
    other = lit(2 * photos - 1, 0.3)
    assert -1 <= other.min() and other.max() <= 1 and not torch.equal(other, 2 * photos - 1)
