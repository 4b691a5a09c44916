"""CelebA's pictures show the eyes where the list says."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from storyface_assets.lib.studio.celeba_session import CANVAS, photograph_celebrity
from storyface_assets.lib.studio.options import StudioOptions
from storyface_assets.lib.studio.people import sitter
from storyface_assets.lib.studio.stage import Models, Stage
from storyface_assets_tests.lib.studio.conftest import HEAD_DIR

#: Pixels: a look aside hides a part of the iris, which is 9 pixels wide, behind the lids.
CLOSE = 2.5


@pytest.fixture(scope="module")
def green_eyed():
    """A person whose irises nobody can take for lashes or shadow, before the camera."""
    person = sitter(7, "celeba", 0)
    person = replace(person, person=replace(person.person, iris_colour=(0, 255, 0)))
    return person, Stage(Models.load(HEAD_DIR), person, CANVAS)


def misses(picture: np.ndarray, points: np.ndarray) -> list[float]:
    """Pixels from each point to the middle of the green around it; closed eyes are left out."""
    bgr = picture.astype(float)
    green = np.clip(bgr[..., 1] - bgr[..., [0, 2]].max(2) - 12, 0, None)
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    found = []
    for eye in points:
        weight = green * (np.hypot(x - eye[0], y - eye[1]) < 16)
        if weight.sum() > 200:
            middle = np.array([(weight * x).sum(), (weight * y).sum()]) / weight.sum()
            found.append(float(np.linalg.norm(middle - eye)))
    return found


@pytest.mark.slow
def test_irises_are_where_the_list_has_the_eyes(green_eyed, tmp_path):
    # Lid points taken for pupils once made every face 11 % too small.
    person, stage = green_eyed
    right, lids, moved = [], [], []
    for seed in (1, 2, 3):
        options = StudioOptions(people=1, seed=seed, celeba_people=1, celeba_photos=4)
        for record in photograph_celebrity(options, person, stage, tmp_path):
            picture = cv2.imread(str(tmp_path / "img_align_celeba" / record["name"]))
            eyes = np.array(record["landmarks"][:2])
            right += misses(picture, eyes)
            lids += misses(picture, eyes + [[-2.2, 0], [2.2, 0]])
            moved += misses(picture, eyes + [0, 8])
    assert len(right) >= 18 and max(right) < CLOSE and np.mean(right) < 1.2
    # The measure itself tells right from wrong. Over ten seeds the means are 0.9, 2.0 and 7.9.
    assert np.mean(lids) > 1.5 and min(moved) > 2 * CLOSE
