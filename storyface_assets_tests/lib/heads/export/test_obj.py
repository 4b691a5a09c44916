"""OBJ files, read by a parser that shares no code with the writer."""

import cv2
import numpy as np
import pytest

from storyface_assets.vocabulary import FACE_EXPRESSIONS


def parse(path):
    """``{v, vt, vn}`` arrays, and ``{group: (material, (F, 3, 3) 0-based corners)}``."""
    rows, groups, name, material = {"v": [], "vt": [], "vn": []}, {}, "", ""
    for line in path.read_text("utf-8").splitlines():
        word, *rest = line.split() or [""]
        if word in rows:
            rows[word].append([float(x) for x in rest])
        elif word == "g":
            [name] = rest
        elif word == "usemtl":
            [material] = rest
            groups[name] = (material, [])
        elif word == "f":
            groups[name][1].append([[int(i) - 1 for i in c.split("/")] for c in rest])
    arrays = {key: np.array(values) for key, values in rows.items()}
    return arrays, {g: (m, np.array(faces)) for g, (m, faces) in groups.items()}


def materials(path):
    """``{material: {keyword: value}}``."""
    found, current = {}, {}
    for line in path.read_text("utf-8").splitlines():
        word, _, value = line.partition(" ")
        if word == "newmtl":
            current = found.setdefault(value, {})
        elif word and word != "#":
            current[word] = value
    return found


@pytest.mark.parametrize("name", FACE_EXPRESSIONS)
def test_vertices_come_back_as_they_were(written, name):
    # Six digits, the usual default, move a vertex by micrometres on each round trip.
    rows, _ = parse(written.folder / f"{name}.obj")
    wanted = written.head(written.character.expressions[name])
    np.testing.assert_allclose(rows["v"], wanted, atol=1e-7)
    np.testing.assert_array_equal(rows["vt"].astype(np.float32), written.model.uv)
    assert np.abs(np.linalg.norm(rows["vn"], axis=1) - 1).max() < 1e-4


def test_numbers_keep_all_of_a_float32(written):
    cloth = written.accessories[0]
    rows, groups = parse(written.folder / "clothes.obj")
    points = rows["v"][: len(cloth.vertices)].astype(np.float32)
    np.testing.assert_array_equal(points, cloth.vertices)
    # The second object's indices go on where the first one's end.
    lining = groups["neck_lining"][1]
    assert lining[..., 0].min() == len(cloth.vertices)
    assert lining[..., 1].min() == len(cloth.uv)
    assert lining[..., 0].max() == len(rows["v"]) - 1


def test_each_part_is_a_group_with_its_triangles(written):
    _, groups = parse(written.folder / "anger.obj")
    model = written.model
    assert tuple(groups) == model.part_names
    for number, name in enumerate(model.part_names):
        rows = model.face_part == number
        np.testing.assert_array_equal(groups[name][1][..., 0], model.faces[rows])
        np.testing.assert_array_equal(groups[name][1][..., 1], model.uv_faces[rows])
    assert groups["left_eye"][0] == groups["right_eye"][0] == "eyes"


def test_every_material_and_texture_is_there(written):
    # A program shows a grey head, and says nothing.
    known = materials(written.folder / "materials.mtl")
    objects = [*FACE_EXPRESSIONS, "hair", "clothes"]
    for name in objects:
        text = (written.folder / f"{name}.obj").read_text("utf-8")
        assert "mtllib materials.mtl\n" in text
        _, groups = parse(written.folder / f"{name}.obj")
        assert {material for material, _ in groups.values()} <= set(known)
    for material in known.values():
        assert cv2.imread(str(written.folder / material["map_Kd"])) is not None
    assert known["hair_strands"]["map_d"] == "hair_strands.png"
    skin = cv2.imread(str(written.folder / known["skin"]["map_Kd"]))[..., ::-1]
    np.testing.assert_array_equal(skin, written.character.texture)
