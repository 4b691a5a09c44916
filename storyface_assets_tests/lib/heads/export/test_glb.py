"""The GLB, read by a reader that shares no code with the writer."""

import numpy as np
import pytest

from storyface_assets.lib.heads.open_head import JOINTS
from storyface_assets.lib.heads.units import UNITS
from storyface_assets.vocabulary import FACE_EXPRESSIONS


def source(written, part):
    """Vertex of the head model, and uv, of each corner that the part needs."""
    model = written.model
    rows = model.face_part == model.part_names.index(part)
    pairs = np.stack([model.faces[rows].ravel(), model.uv_faces[rows].ravel()], 1)
    return np.unique(pairs, axis=0).T


@pytest.fixture(scope="module")
def glb(written):
    return written.glb


@pytest.fixture(scope="module", params=["skin", "left_eye", "lower_teeth", "tongue", "lashes"])
def part(request, written):
    return request.param, source(written, request.param)[0]


def test_the_rest_is_the_models_to_the_bit(written, glb, part):
    name, vertices = part
    points = glb.posed(glb.part("head", name), {})
    rest = written.head(np.zeros(50))[vertices]
    # A batch of heads may round its sums otherwise than one head.
    np.testing.assert_allclose(points, rest, atol=1e-7)


def test_targets_carry_arkits_names_and_the_expressions(glb):
    names = glb.mesh("head")["extras"]["targetNames"]
    assert tuple(names) == (*UNITS, *FACE_EXPRESSIONS)
    assert len(glb.mesh("head")["weights"]) == len(names)
    assert all(len(p["targets"]) == len(names) for p in glb.mesh("head")["primitives"])


def test_each_unit_is_the_models_own(written, glb, part):
    # A target of another order, or a blink through the eyeball.
    name, vertices = part
    primitive = glb.part("head", name)
    for k, unit in enumerate(UNITS):
        moved = glb.posed(primitive, {unit: 1.0})
        assert np.abs(moved - written.unit(k)[vertices]).max() < 1e-5, unit


@pytest.mark.parametrize("name", FACE_EXPRESSIONS)
def test_an_expression_is_the_head_at_its_code(written, glb, part, name):
    moved = glb.posed(glb.part("head", part[0]), {name: 1.0})
    wanted = written.head(written.character.expressions[name])[part[1]]
    assert np.abs(moved - wanted).max() < 1e-5


def test_an_expressions_units_add_up_to_it_but_for_the_lids(written, glb):
    recipes = glb.mesh("head")["extras"]["expressions"]
    skin = glb.part("head", "skin")
    units, exact = glb.posed(skin, recipes["happy"]), glb.posed(skin, {"happy": 1.0})
    off = np.linalg.norm(units - exact, axis=1)
    lids = np.concatenate([lid.vertices for lid in written.model.lids.values()])
    is_lid = np.isin(source(written, "skin")[0], lids)
    assert off[~is_lid].max() < 1e-4 and off[is_lid].max() < 3e-3


@pytest.mark.parametrize("name", ["jawOpen", "happy"])
def test_normals_turn_with_the_face(glb, name):
    # Without turned normals a smile is lit like the still face.
    skin = glb.part("head", "skin")
    points = glb.posed(skin, {name: 1.0})
    triangles = glb.accessor(skin["indices"]).reshape(-1, 3)
    across = np.cross(
        points[triangles[:, 1]] - points[triangles[:, 0]],
        points[triangles[:, 2]] - points[triangles[:, 0]],
    )
    flat = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-12)

    def agreement(weights):
        normals = glb.posed(skin, weights, "NORMAL")[triangles].mean(1)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        return (normals * flat).sum(1).mean()

    assert agreement({name: 1.0}) > 0.97 and agreement({name: 1.0}) > agreement({}) + 0.005


def test_triangles_face_outward(glb):
    # Turned round, programs that cull show the inside of the skull.
    for eye in ("left_eye", "right_eye"):
        assert _volume(glb, glb.part("head", eye)) > 0
    skin = glb.part("head", "skin")
    points = glb.posed(skin, {})
    nose = points[:, 2].argmax()
    triangles = glb.accessor(skin["indices"]).reshape(-1, 3)
    around = points[triangles[(triangles == nose).any(1)]]
    assert (np.cross(around[:, 1] - around[:, 0], around[:, 2] - around[:, 0])[:, 2] > 0).all()
    assert glb.posed(skin, {}, "NORMAL")[nose, 2] > 0.5


def _volume(glb, primitive):
    points = glb.posed(primitive, {})
    a, b, c = np.moveaxis(points[glb.accessor(primitive["indices"]).reshape(-1, 3)], 1, 0)
    return float((np.cross(a, b) * c).sum() / 6)


def test_the_texture_is_the_right_way_up(written, glb):
    # With v upside down lips would be cheeks; glTF counts from the top.
    skin = glb.part("head", "skin")
    picture = glb.picture(skin)
    uv = glb.accessor(skin["attributes"]["TEXCOORD_0"])
    height, width = picture.shape[:2]
    vertices = source(written, "skin")[0]

    def redness(landmark):
        triangle = written.model._landmarks["mediapipe478"][0][landmark]
        at = uv[np.isin(vertices, triangle)]
        x, y = (at * (width, height)).astype(int).T
        red, green, _ = picture[y, x].astype(float).mean(0)
        return red / green

    # The red of both lips' middles, beside a cheek's and the forehead's.
    lips, plain = redness([11, 16]), redness([50, 280, 151])
    assert lips > 1.08 * plain, (lips, plain)
    picture = picture[::-1]
    assert redness([11, 16]) < 1.08 * plain


def test_bounds_are_those_of_the_values(glb):
    # Viewers frame and cull by these.
    bounded = 0
    for index, accessor in enumerate(glb.document["accessors"]):
        values = glb.accessor(index)
        assert np.isfinite(values).all()
        if "min" in accessor:
            bounded += 1
            np.testing.assert_array_equal(np.float32(accessor["min"]), values.min(0))
            np.testing.assert_array_equal(np.float32(accessor["max"]), values.max(0))
    positions = [
        p["attributes"]["POSITION"] for m in glb.document["meshes"] for p in m["primitives"]
    ]
    targets = [t["POSITION"] for p in glb.mesh("head")["primitives"] for t in p["targets"]]
    assert all("min" in glb.document["accessors"][i] for i in positions + targets)
    assert bounded == len(positions + targets) + 1


def test_indices_and_materials_exist(glb):
    for mesh in glb.document["meshes"]:
        for primitive in mesh["primitives"]:
            count = len(glb.accessor(primitive["attributes"]["POSITION"]))
            indices = glb.accessor(primitive["indices"])
            assert indices.max() == count - 1 and len(np.unique(indices)) == count
            assert glb.picture(primitive).size


@pytest.mark.parametrize("name", FACE_EXPRESSIONS)
def test_an_animation_brings_an_expression_and_takes_it_away(glb, name):
    names = glb.mesh("head")["extras"]["targetNames"]
    animation = next(a for a in glb.document["animations"] if a["name"] == name)
    [channel], [sampler] = animation["channels"], animation["samplers"]
    assert glb.document["nodes"][channel["target"]["node"]]["name"] == "head"
    times = glb.accessor(sampler["input"])[:, 0]
    weights = glb.accessor(sampler["output"]).reshape(len(times), len(names))
    assert (np.diff(times) > 0).all() and times[0] == 0
    np.testing.assert_array_equal(weights[:, names.index(name)], [0, 1, 1, 0])
    assert np.delete(weights, names.index(name), 1).any() == np.False_


def test_hair_is_a_mesh_of_its_own_around_the_skull(written, glb):
    strands = next(a for a in written.accessories if a.name == "hair_strands")
    primitive = glb.part("hair", "hair_strands")
    points, normals = glb.posed(primitive, {}), glb.posed(primitive, {}, "NORMAL")
    np.testing.assert_array_equal(np.unique(points, axis=0), np.unique(strands.vertices, axis=0))
    head = written.model.joint_regressor[JOINTS.index("head")] @ written.head(np.zeros(50))
    outward = ((points - head - (0, 0.07, 0.02)) * normals).sum(1)
    assert (outward > 0).mean() > 0.99
    material = glb.document["materials"][primitive["material"]]
    assert material["alphaMode"] == "MASK" and material["doubleSided"]
    assert glb.picture(primitive).shape[2] == 4


def test_lashes_are_solid_at_the_lid_and_gone_outside(glb):
    primitive = glb.part("head", "lashes")
    alpha = glb.picture(primitive)[..., 3]
    uv = glb.accessor(primitive["attributes"]["TEXCOORD_0"])
    x, y = (uv * alpha.shape[::-1]).astype(int).T
    assert alpha[y, x].max() > 200 and alpha[y, x].min() < 20
    assert (alpha > 0).mean() < 0.03


def test_a_film_sized_book_stays_small(written):
    assert written.facts["bytes"]["head.glb"] < 15e6
