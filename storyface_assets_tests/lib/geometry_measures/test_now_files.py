"""The NoW benchmark's files, as small ones of the same layout that a test makes."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from storyface_assets.lib.deca.coarse_reader import CoarseReader
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.geometry_measures.now_files import (
    LIST_NAME,
    NowPhoto,
    now_photos,
    read_obj_points,
    read_picked_points,
    read_scan,
)
from storyface_assets.lib.geometry_measures.now_protocol import LANDMARKS
from storyface_assets.lib.heads.export.mesh import Mesh
from storyface_assets.lib.heads.export.obj import write_obj
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.studio.moments import random_moment
from storyface_assets.lib.studio.people import sitter
from storyface_assets.lib.studio.seeds import rng_of
from storyface_assets.lib.studio.stage import Models, Stage
from storyface_assets.worker.measure_now import measure_now

DATA = Path(__file__).parents[3] / "data"
LINE = "FaMoS_1/multiview_neutral/IMG_0001.jpg"


def picked(points) -> str:
    rows = "".join(
        f' <point x="{x:.6f}" y="{y:.6f}" z="{z:.6e}" active="1" name="{n}"/>\n'
        for n, (x, y, z) in enumerate(points)
    )
    return f"<!DOCTYPE PickedPoints>\n<PickedPoints>\n{rows}</PickedPoints>\n"


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory):
    """One studio person, photographed and scanned: their true head at rest, in millimetres."""
    folder = tmp_path_factory.mktemp("now")
    models = Models.load(DATA / "open_models" / "open_head")
    person = sitter(9, "celeba", 4)
    stage = Stage(models, person, (420, 480))
    take = random_moment(rng_of(9, "now")).take(stage, archetype("happy"))
    photo = folder / "NoW_Dataset/final_release_version/iphone_pictures" / LINE
    photo.parent.mkdir(parents=True)
    cv2.imwrite(str(photo), take.rgb[..., ::-1])
    (folder / LIST_NAME).write_text(f"{LINE}\n\n", "utf-8")
    vertices = 1000 * models.head.vertices_numpy(stage.shape, np.zeros(50), np.zeros(15))
    with torch.no_grad():
        marks = models.head.landmarks(torch.from_numpy(vertices)[None].float(), "ibug68")[0]
    for name, text in (("scans", None), ("scans_lmks_onlypp", picked(marks[list(LANDMARKS)]))):
        (folder / name / "FaMoS_1").mkdir(parents=True)
        if text:
            (folder / name / "FaMoS_1" / "points.pp").write_text(text, "utf-8")
    mesh = Mesh(
        "scan", vertices.astype(np.float32), np.zeros((len(vertices), 3)), np.zeros((1, 2)), ()
    )
    write_obj(folder / "scans" / "FaMoS_1" / "scan.obj", [mesh], "none.mtl")
    return folder, vertices, marks[list(LANDMARKS)].numpy()


def test_photos_scans_and_points_are_read_as_they_were_written(benchmark):
    """Fault: another subject's scan, or coordinates in another order."""
    folder, vertices, marks = benchmark
    [photo] = now_photos(folder)
    assert (photo.subject, photo.challenge) == ("FaMoS_1", "multiview_neutral")
    points, landmarks = read_scan(folder, "FaMoS_1")
    assert np.allclose(points, vertices, atol=1e-4)
    assert np.allclose(landmarks, marks, atol=1e-2)


def test_the_shipped_encoder_is_measured_in_millimetres(benchmark):
    """Fault: metres against millimetres, or a head with the photo's expression on."""
    folder, _, _ = benchmark
    head = OpenHead.load(DATA / "open_models/open_head/head.npz")
    reader = CoarseReader.load(DATA / "open_models/face_geometry")
    told = measure_now(folder, now_photos(folder), reader, head, FaceLandmarker(DATA / "cache"))
    assert told["all"] == told["multiview_neutral"]
    assert told["all"]["photos"] == 1 and told["all"]["missed"] == 0
    assert 0.05 < told["all"]["median"] < 1.5 and told["all"]["mean"] < 2.5


def test_photos_without_a_face_are_counted(benchmark, tmp_path):
    folder, _, _ = benchmark
    head = OpenHead.load(DATA / "open_models/open_head/head.npz")
    reader = CoarseReader.load(DATA / "open_models/face_geometry")
    blank = tmp_path / "blank.jpg"
    cv2.imwrite(str(blank), np.full((300, 300, 3), 127, np.uint8))
    photos = [NowPhoto(blank, "FaMoS_1", "selfie")]
    told = measure_now(folder, photos, reader, head, FaceLandmarker(DATA / "cache"))
    assert told["selfie"] == told["all"] == {"photos": 0, "missed": 1}


def test_damaged_files_are_named(benchmark, tmp_path):
    folder, _, _ = benchmark
    with pytest.raises(BadInput, match="imagepathsvalidation"):
        now_photos(tmp_path)
    (tmp_path / LIST_NAME).write_text("../../secret.jpg\n")
    with pytest.raises(BadInput, match="line 1"):
        now_photos(tmp_path)
    (tmp_path / LIST_NAME).write_text(LINE)
    with pytest.raises(BadInput, match="IMG_0001.jpg.* is missing"):
        now_photos(tmp_path)
    with pytest.raises(BadInput, match=r"scans.nobody.*missing"):
        read_scan(folder, "nobody")
    few = tmp_path / "few.pp"
    few.write_text(picked(np.zeros((6, 3))))
    with pytest.raises(BadInput, match="6 points"):
        read_picked_points(few)
    few.write_text("<PickedPoints><point x='1'/></PickedPoints>")
    with pytest.raises(BadInput, match="no x"):
        read_picked_points(few)
    empty = tmp_path / "empty.obj"
    empty.write_text("# nothing\n")
    with pytest.raises(BadInput, match="no vertices"):
        read_obj_points(empty)
    empty.write_text("v 1 2\nv 1 2 3\n")
    with pytest.raises(BadInput, match="v: cannot be read"):
        read_obj_points(empty)
