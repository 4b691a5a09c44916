"""Whether a changed face is still the same person."""

import numpy as np
import pytest

from storyface_assets.lib.stargan.identity import same_person_shares

PERSONS = np.repeat(np.array(["a", "b", "c"]), 4)
ROWS = np.arange(12)


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


@pytest.fixture
def real():
    chance = np.random.default_rng(0)
    middles = np.eye(3, 16).repeat(4, 0)
    return unit(middles + 0.05 * chance.normal(size=(12, 16)))


def test_a_face_that_hardly_changes_is_the_same_person(real):
    told = same_person_shares(real, PERSONS, real, ROWS)
    assert told["identity_kept"] == told["identity_real"] == 1
    assert told["identity_distance"] == pytest.approx(0, abs=1e-6)


def test_a_face_that_becomes_somebody_else_is_not(real):
    told = same_person_shares(real, PERSONS, np.roll(real, 4, 0), ROWS)
    assert told["identity_kept"] == 0 and told["identity_real"] == 1
    assert told["identity_distance"] == pytest.approx(1, rel=0.1)


def test_the_source_itself_does_not_count(real):
    # Else every picture would be its own nearest, and even strangers would score 1.
    strangers = np.array([str(n) for n in range(12)])
    assert same_person_shares(real, strangers, real, ROWS)["identity_kept"] == 0


def test_one_person_alone_gives_numbers(real):
    # A figure that is no number would make every candidate of a tiny dataset a broken one.
    told = same_person_shares(real, np.repeat("a", 12), np.roll(real, 1, 0), ROWS)
    assert all(np.isfinite(value) for value in told.values())
