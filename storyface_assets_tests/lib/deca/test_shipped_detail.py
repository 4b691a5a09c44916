"""The detail stage that books use, on people that its training never saw."""

import numpy as np
import pytest
import torch

from storyface_assets.lib.deca.codes import EXPRESSION
from storyface_assets.lib.deca.detail_figures import detail_report
from storyface_assets.lib.deca.detail_reader import DETAIL_NAME, DetailReader
from storyface_assets.lib.deca.encode import encoded
from storyface_assets.lib.deca.known_relief import KnownRelief
from storyface_assets.lib.deca.shot_set import cast_of
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.studio.people import sitter
from storyface_assets_tests.lib.geometry_measures.one_person import DATA, HEAD_DIR, shots_of

MODEL = DATA / "open_models" / "face_geometry"
pytestmark = pytest.mark.skipif(
    not (MODEL / DETAIL_NAME).is_file(), reason="no weights of the detail stage are shipped yet"
)
#: No set that anything was trained on has this seed.
SEED = 77
PHOTOS = 6


@pytest.fixture(scope="module")
def people():
    """Numbers of a child and of somebody old."""
    ages = {person: sitter(SEED, *cast_of(person)).age for person in range(40)}
    return min(ages, key=ages.get), max(ages, key=ages.get)


@pytest.fixture(scope="module")
def shots(people):
    return shots_of(people, PHOTOS, SEED)


@pytest.fixture(scope="module")
def reader():
    return DetailReader.load(MODEL)


def test_it_finds_wrinkles_of_new_people(shots, reader):
    """Fault: the weights, the crop or the window changed, and maps no longer lie on the face."""
    relief = KnownRelief(OpenHead.load(HEAD_DIR / "head.npz"), SEED)
    report = detail_report(reader.encoder, reader.decoder, shots, relief, torch.device("cpu"))
    assert report["shown"] > 0.15 and report["animated"] > 0.1, report
    assert report["shown"] > report["usual"]


def test_children_are_smoother_than_the_old(shots, people, reader):
    """Fault: everybody gets the same wrinkles, a child an old face."""
    codes = encoded(reader.encoder, shots.photos, torch.device("cpu")).numpy()
    depths = {}
    for person in people:
        rows = np.flatnonzero(shots.persons == person)
        maps = [reader.displacement(codes[r], shots.codes[r : r + 1, EXPRESSION]) for r in rows]
        depths[person] = float(np.sqrt(np.square(np.stack(maps)).mean()))
    child, old = people
    assert depths[old] > 2 * depths[child]
