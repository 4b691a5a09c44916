import numpy as np
import pytest

from storyface_assets.lib.clothes import GARMENTS, build_clothes
from storyface_assets.lib.clothes.bust import body_build
from storyface_assets.lib.clothes.neck import find_neck, open_border
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.hair.skull import Skull
from storyface_assets_tests.lib.hair.people import PEOPLE, person

SKIN = (150, 110, 90)


def dressed(model, name, garment):
    character = person(model, name, skin=SKIN)
    skull = Skull(model, character.shape)
    clothes = build_clothes(
        model, character, skull.vertices, skull.samples.points, skull.face.half_width, garment
    )
    return character, skull, clothes


@pytest.mark.parametrize("name", list(PEOPLE))
@pytest.mark.parametrize("garment", list(GARMENTS))
def test_the_cut_neck_is_covered(model, name, garment):
    """A gap between neck and collar would show the inside of the head."""
    _, skull, (cloth, lining) = dressed(model, name, garment)
    skin = model.faces[model.face_part == model.part_names.index("skin")]
    rim = skull.vertices[open_border(skin, skull.vertices)]
    neck = find_neck(skull.vertices, skin, skull.samples.points)
    azimuth = np.arctan2(rim[:, 0], rim[:, 2] - neck.axis_z)
    collar = cloth.vertices[cloth.vertices[:, 1] > neck.height.min() - 0.005]
    for point, turn in zip(rim, azimuth, strict=True):
        around = np.arctan2(collar[:, 0], collar[:, 2] - neck.axis_z)
        near = np.abs((around - turn + np.pi) % (2 * np.pi) - np.pi) < 0.15
        assert collar[near, 1].max() > point[1] + 0.003
        reach = np.hypot(collar[near, 0], collar[near, 2] - neck.axis_z).max()
        assert reach > np.hypot(point[0], point[2] - neck.axis_z) - 0.001
    assert lining.vertices[:, 1].min() < rim[:, 1].min() - 0.02


@pytest.mark.parametrize("garment", list(GARMENTS))
def test_cloth_is_sound_and_faces_outward(model, garment):
    _, _, meshes = dressed(model, "heavy_man", garment)
    for mesh in meshes:
        assert mesh.kind == "cloth"
        assert np.isfinite(mesh.vertices).all()
        assert mesh.faces.max() < len(mesh.vertices)
        assert mesh.uv_faces.max() < len(mesh.uv)
        assert np.allclose(mesh.skin_weights.sum(1), 1, atol=1e-5)
    cloth = meshes[0]
    corners = cloth.vertices[cloth.faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    low = corners[..., 1].mean(1) < cloth.vertices[:, 1].min() + 0.1
    outward = corners.mean(1) * np.array([1, 0, 1])
    assert ((normal * outward).sum(1)[low] > 0).mean() > 0.99


def test_lining_has_the_colour_of_the_neck(model):
    _, _, (_, lining) = dressed(model, "woman", "crew_neck")
    assert np.abs(lining.texture[..., :3].astype(int) - np.array(SKIN)).max() <= 1


def test_chest_follows_the_body_and_the_collar_gives_way(model):
    """A neck that bends must not leave the collar behind, nor carry the shoulders along."""
    _, _, (cloth, _) = dressed(model, "woman", "crew_neck")
    y = cloth.vertices[:, 1]
    assert np.allclose(cloth.skin_weights[y < y.min() + 0.05, 0], 1)
    assert cloth.skin_weights[y > y.max() - 0.003, 1].min() > 0.3


def test_shoulders_grow_with_age_and_gender():
    child, woman, man = (body_build(0.066, g, a).shoulder for g, a in ((0, 5), (0, 30), (1, 30)))
    assert child < 0.8 * woman
    assert woman < man


def test_wished_colour_reaches_the_cloth(model):
    character, _, (cloth, _) = dressed(model, "child", "crew_neck")
    lower = cloth.texture[300:, :, :3].reshape(-1, 3).mean(0)
    assert np.abs(lower - np.array(character.shirt_colour)).max() < 8


def test_unknown_garment_is_refused(model):
    with pytest.raises(BadInput, match="toga.*crew_neck"):
        dressed(model, "child", "toga")
