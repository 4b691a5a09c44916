"""The head with its wrinkles as geometry and as maps."""

import cv2
import numpy as np
import pytest

from storyface_assets.lib.geometry_measures.nearest import nearest_on_mesh
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE, WINDOW
from storyface_assets.lib.heads.export.dense import dense_head, divided, heights_at
from storyface_assets.lib.heads.export.maps import (
    DEPTH_STEP,
    DISPLACEMENT_STEP,
    MIDDLE,
    DepthFrame,
    depth_map,
)
from storyface_assets.lib.heads.export.mesh import Material, Mesh, Patch, Picture
from storyface_assets.lib.render.scene import rest_normals
from storyface_assets.vocabulary import FACE_EXPRESSIONS


@pytest.fixture(scope="module")
def angry(written):
    model = written.model
    vertices = written.head(written.character.expressions["anger"]).astype(np.float32)
    skin = model.face_part == model.part_names.index("skin")
    material = Material("skin", Picture("skin", written.character.texture), 0.5)
    patch = Patch("skin", material, model.faces[skin], model.uv_faces[skin])
    normals = rest_normals(vertices, model.faces)
    return Mesh("anger", vertices, normals, model.uv.astype(np.float32), (patch,))


def test_a_triangle_becomes_four_that_cover_it_once():
    """Fault: a quarter is missing, or turned inside out."""
    points = np.array([[0.0, 0, 0], [4, 0, 0], [0, 4, 0], [4, 4, 0]])
    made, faces = divided(points, np.array([[0, 1, 2], [1, 3, 2]]))
    a, b, c = (made[faces[:, n]] for n in range(3))
    areas = np.cross(b - a, c - a)[:, 2] / 2
    assert np.allclose(areas, 2) and len(faces) == 8
    assert len(made) == 4 + 5 and np.array_equal(made[:4], points)


def test_without_wrinkles_the_fine_face_lies_on_the_coarse_one(angry):
    flat = dense_head(angry, np.zeros((DETAIL_SIZE, DETAIL_SIZE), np.float32))
    assert len(flat.patches[0].faces) > 5 * len(angry.patches[0].faces)
    some = flat.vertices[len(angry.vertices) :: 97].astype(np.float64)
    _, away = nearest_on_mesh(some, angry.vertices.astype(np.float64), angry.patches[0].faces)
    assert away.max() < 1e-6
    assert np.array_equal(flat.vertices[: len(angry.vertices)], angry.vertices)
    # Lit as the coarse one is, not in facets.
    known = np.unique(angry.patches[0].faces)
    assert np.allclose(flat.normals[known], angry.normals[known], atol=1e-4)
    # The sixteen pieces of a triangle: three corners' normals, and those between them.
    pieces = flat.patches[0].faces[-16 * 200 :].reshape(200, -1)
    spread = np.ptp(flat.normals[pieces], axis=1).max(1)
    inner = [np.flatnonzero(np.bincount(np.unique(p, return_inverse=True)[1]) == 6) for p in pieces]
    inside = [np.unique(p)[i] for p, i in zip(pieces, inner, strict=True)]
    within = np.array([np.ptp(flat.normals[i], axis=0).max() for i in inside])
    curved = spread > 0.05
    assert curved.sum() > 50 and (within[curved] > 0.1 * spread[curved]).all()


def test_wrinkles_stand_out_as_far_as_the_map_says(angry, written):
    """Fault: a map upside down, or millimetres for metres."""
    map_ = written.character.displacement["anger"]
    flat, deep = (dense_head(angry, m) for m in (np.zeros_like(map_), map_))
    away = np.linalg.norm(deep.vertices - flat.vertices, axis=1)
    assert away.max() == pytest.approx(np.abs(map_).max(), rel=0.25)
    lowest = np.argmax(away)
    normal = flat.normals[lowest]
    assert (deep.vertices[lowest] - flat.vertices[lowest]) @ normal < -0.5 * away[lowest]
    x, y = np.argwhere(map_ == map_.min())[0][::-1]
    uv = np.array(
        [
            [
                WINDOW.left + WINDOW.side * (x + 0.5) / 256,
                1 - WINDOW.top - WINDOW.side * (y + 0.5) / 256,
            ]
        ]
    )
    assert heights_at(map_, uv)[0] == pytest.approx(map_.min(), abs=1e-7)
    assert heights_at(map_, np.array([[0.01, 0.01]]))[0] == 0


def test_the_files_hold_the_maps_of_every_expression(written):
    for name in FACE_EXPRESSIONS:
        read = cv2.imread(str(written.folder / f"{name}_displacement.png"), cv2.IMREAD_UNCHANGED)
        assert read.dtype == np.uint16
        metres = (read.astype(np.float64) - MIDDLE) * DISPLACEMENT_STEP
        assert np.abs(metres - written.character.displacement[name]).max() < DISPLACEMENT_STEP
        text = (written.folder / f"{name}_detail.obj").read_text("utf-8")
        assert text.count("\nf ") > 40_000
        normals = cv2.imread(str(written.folder / f"{name}_normals.png"))[..., ::-1] / 127.5 - 1
        # A face looks ahead, and its normals are of unit length.
        assert np.median(normals[..., 2]) > 0.3
        assert abs(np.linalg.norm(normals, axis=2) - 1).max() < 0.02
    facts = written.facts["maps"]
    assert facts["displacement of 0"] == MIDDLE
    assert facts["displacement and normals lie over, of the texture"]["side"] == WINDOW.side
    rest = written.head(np.zeros(50))
    assert facts["depth 0 at z"] == pytest.approx(rest[:, 2].max(), abs=1e-6)


def test_depth_is_measured_from_the_nose_backwards(angry):
    """Fault: perspective weights on an orthographic picture, or the far side seen."""
    frame = DepthFrame.of(angry.vertices)
    depth = depth_map(angry, frame)
    seen = depth < 65535
    assert seen.mean() > 0.2 and depth.min() < 0.002 / DEPTH_STEP
    tip = np.argwhere(depth == depth.min())[0]
    assert depth[tip[0], tip[1] + 70] > depth[tip[0], tip[1] + 15] + 0.005 / DEPTH_STEP
    # Against the vertices that are seen from the front, each at its own place.
    points = angry.vertices
    scale, centre = 512 / 0.30, np.array([frame.x, frame.y])
    near = (np.abs(points[:, :2] - centre) < 0.03).all(1) & (angry.normals[:, 2] > 0.8)
    column = ((points[near, 0] - frame.x) * scale + 256).astype(int)
    row = ((frame.y - points[near, 1]) * scale + 256).astype(int)
    away = depth[row, column] * DEPTH_STEP - (frame.front - points[near, 2])
    assert np.median(np.abs(away)) < 3e-4
