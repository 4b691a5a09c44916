from collections import Counter

import numpy as np
import torch

from storyface_assets.lib.hair import HAIR_COLOURS, STYLES
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.studio.acting import act, manner_of
from storyface_assets.lib.studio.celeba_session import attributes_of
from storyface_assets.lib.studio.people import identity_of, sitter
from storyface_assets_tests.lib.studio.conftest import HEAD_DIR


def test_a_person_is_the_same_whoever_asks_and_when():
    # Guards against draws from one stream: person 5 would depend on persons 0 to 4.
    later = [sitter(3, "aihub82", i) for i in (9, 5)]
    assert sitter(3, "aihub82", 5) == later[1]
    assert sitter(4, "aihub82", 5) != later[1]


def test_the_two_casts_are_different_people():
    # The same identity in both sets would leak faces between training sets.
    ids = [identity_of(1, cast, i) for cast in ("aihub82", "celeba") for i in range(50)]
    assert len(set(ids)) == 100 and all(len(i) == 64 and int(i, 16) >= 0 for i in ids)
    assert sitter(1, "celeba", 0).person != sitter(1, "aihub82", 0).person


def test_emotion_people_are_of_all_ages_both_genders_and_mostly_east_asian():
    people = [sitter(1, "aihub82", i) for i in range(60)]
    ages = np.array([p.age for p in people])
    assert ages.min() < 12 and ages.max() > 65
    assert 25 <= sum(p.gender == "male" for p in people) <= 35
    assert np.mean([p.person.attributes.asian > 0.7 for p in people]) > 0.75
    assert all(p.person.hair_style in STYLES for p in people)
    assert all(p.person.hair_colour in HAIR_COLOURS for p in people)


def test_celeba_has_enough_of_each_attribute_that_is_trained_on():
    # StarGAN cannot learn Blond_Hair from a cast with two blonds.
    people = [sitter(1, "celeba", i) for i in range(200)]
    count = Counter()
    for person in people:
        count.update(n for n, on in attributes_of(person, np.zeros(50), 0.0).items() if on)
    for name in ("Black_Hair", "Blond_Hair", "Brown_Hair"):
        assert 0.15 < count[name] / 200 < 0.5, name
    assert 0.4 < count["Male"] / 200 < 0.6 and 0.35 < count["Young"] / 200 < 0.75
    # CelebA's blonds are nearly all women; ours are not.
    blonds = [p for p in people if p.person.hair_colour == "blond"]
    assert 0.25 < np.mean([p.gender == "male" for p in blonds]) < 0.75


def test_people_smile_in_ways_of_their_own_and_more_or_less():
    first, second = (manner_of(1, "aihub82", i) for i in (0, 1))
    assert np.abs(first.codes["happy"] - second.codes["happy"]).max() > 0.15

    def shown(intensity):
        codes = [
            act(first, "happy", intensity, np.random.default_rng(s))
            - act(first, "neutral", 1.0, np.random.default_rng(s))
            for s in range(8)
        ]
        return np.linalg.norm(codes, axis=1).mean()

    assert shown(1.2) > 1.3 * shown(0.5)
    face = act(first, "happy", 1.0, np.random.default_rng(0))
    assert face.shape == (50,) and face.dtype == np.float32 and np.abs(face).max() <= 2.2


def test_sad_people_keep_their_eyes_open():
    # The film's archetype closes lids by a quarter; eyes that are narrow by birth were shut.
    head = OpenHead.load(HEAD_DIR / "head.npz")

    def gap(code):
        vertices = head.vertices_numpy(np.zeros(100), code, np.zeros(15))
        points = head.landmarks(torch.from_numpy(vertices)[None], "mediapipe478")[0].numpy()
        return np.linalg.norm(points[[159, 386]] - points[[145, 374]], axis=1).mean()

    rest = gap(np.zeros(50, np.float32))
    shares = [
        gap(act(manner_of(1, "aihub82", i), "sadness", 1.0, np.random.default_rng(i))) / rest
        for i in range(30)
    ]
    assert np.median(shares) > 0.85 and np.mean(np.array(shares) < 0.6) < 0.15
