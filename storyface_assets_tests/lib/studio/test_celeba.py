import numpy as np

from storyface_assets.lib.studio import celeba
from storyface_assets.lib.studio.celeba_session import attributes_of
from storyface_assets.lib.studio.people import sitter


def test_attributes_are_in_the_official_order():
    # The official header is alphabetical, digits first; readers go by column number too.
    assert len(celeba.ATTRIBUTES) == 40 == len(set(celeba.ATTRIBUTES))
    assert list(celeba.ATTRIBUTES) == sorted(celeba.ATTRIBUTES)
    place = {"5_o_Clock_Shadow": 0, "Bald": 4, "Black_Hair": 8, "Blond_Hair": 9, "Brown_Hair": 11}
    place |= {"Eyeglasses": 15, "Male": 20, "No_Beard": 24, "Smiling": 31, "Young": 39}
    assert {name: celeba.ATTRIBUTES.index(name) for name in place} == place


def test_lists_read_like_celeba_s(tmp_path):
    person = sitter(1, "celeba", 3)
    pictures = [
        {
            "name": celeba.picture_name(n),
            "identity": 4,
            "partition": 1,
            "attributes": attributes_of(person, np.zeros(50), 0.0),
            "landmarks": [[69.2, 111.0], [108, 111], [88, 135], [72, 152], [105, 151.6]],
        }
        for n in (2, 1)
    ]
    celeba.write_lists(tmp_path, pictures)
    lines = (tmp_path / "list_attr_celeba.txt").read_text().splitlines()
    assert lines[0] == "2" and tuple(lines[1].split()) == celeba.ATTRIBUTES
    name, *values = lines[2].split()
    assert name == "000001.jpg" and len(values) == 40 and set(values) == {"1", "-1"}
    male = values[celeba.ATTRIBUTES.index("Male")]
    assert (male == "1") == (person.gender == "male")
    assert (tmp_path / "list_eval_partition.txt").read_text().split("\n")[0] == "000001.jpg 1"
    assert (tmp_path / "identity_CelebA.txt").read_text().split("\n")[1] == "000002.jpg 4"
    points = (tmp_path / "list_landmarks_align_celeba.txt").read_text().splitlines()
    assert points[1].split()[:2] == ["lefteye_x", "lefteye_y"]
    assert points[2].split()[1:5] == ["69", "111", "108", "111"]


def test_alignment_brings_eyes_to_their_places_without_stretching():
    eyes = np.array([[150.0, 260.0], [230.0, 250.0]])
    matrix = celeba.align(eyes, celeba.EYES)
    there = eyes @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(there, celeba.EYES, atol=1e-9)
    product = matrix[:, :2] @ matrix[:, :2].T
    np.testing.assert_allclose(product, product[0, 0] * np.eye(2), atol=1e-12)


def test_persons_stay_on_one_side_of_celeba_s_split():
    sides = [celeba.partition_of(i) for i in range(100)]
    assert sides.count(0) == 80 and sides.count(1) == 10 and sides.count(2) == 10
    # Genders alternate: a split by every tenth person would be of one gender.
    for side in (1, 2):
        assert {i % 2 for i, s in enumerate(sides[:20]) if s == side} == {0, 1}
