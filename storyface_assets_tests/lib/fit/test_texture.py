"""Textures from photos: whole, seamless, of the person and of nothing behind the person."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.fit import FitResult, fit_photo
from storyface_assets.lib.fit.atlas import atlas_of
from storyface_assets.lib.fit.complete import complete, pull_push
from storyface_assets.lib.fit.skin_mask import skin_mask
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import FaceLandmarker
from storyface_assets.lib.landmarks.face import CHIN
from storyface_assets_tests.lib.fit.conftest import Known


def test_no_texel_is_empty(fits: list[FitResult]) -> None:
    """Guards against holes: a texel that nothing wrote would be black."""
    for fit in fits:
        assert fit.texture.dtype == np.uint8
        assert (fit.texture.max(2) > 8).mean() > 0.995


def test_no_seam_where_photo_and_model_meet(fits: list[FitResult], model: OpenHead) -> None:
    """Along the edge of the sampled face the colour changes no faster than on the model's skin."""
    atlas = atlas_of(model)
    rim = (atlas.face > 0.02) & (atlas.face < 0.6) & atlas.skin & (atlas.plain > 0.9)
    far = (atlas.face == 0) & atlas.skin
    for fit in fits:
        grey = cv2.cvtColor(fit.texture, cv2.COLOR_RGB2GRAY).astype(np.float32)
        smooth = cv2.GaussianBlur(grey, (0, 0), 2)
        steep = np.hypot(cv2.Sobel(smooth, -1, 1, 0), cv2.Sobel(smooth, -1, 0, 1)) / 8
        assert np.quantile(steep[rim], 0.99) < max(3 * np.quantile(steep[far], 0.99), 4)


def test_a_coloured_background_never_reaches_the_skin(
    people: list[Known], model: OpenHead, skins: AlbedoModel, landmarker: FaceLandmarker
) -> None:
    """A loud wall behind the head leaves no trace on cheeks or ears."""
    person = people[0]
    wall = np.array([0, 255, 0], np.uint8)
    mask = cv2.resize(person.face.person, person.rgb.shape[1::-1])[..., None] < 0.5
    loud = np.where(mask, wall, person.rgb)
    (face,) = landmarker.detect(loud)
    texture = fit_photo(loud, face, model, skins).texture[atlas_of(model).skin].astype(int)
    greenness = texture[:, 1] - texture[:, [0, 2]].max(1)
    assert np.quantile(greenness, 0.9999) < 15


@settings(max_examples=20, deadline=None)
@given(value=st.floats(-3, 3), seed=st.integers(0, 99))
def test_pull_push_continues_a_constant(value: float, seed: int) -> None:
    """Whatever part of a constant picture is known, the whole is that constant."""
    weights = (np.random.default_rng(seed).random((64, 64)) > 0.97).astype(np.float32)
    weights[5, 5] = 1
    picture = np.full((64, 64, 3), value, np.float32) * weights[..., None]
    assert pull_push(picture, weights) == pytest.approx(value, abs=1e-4)


def test_completion_keeps_what_was_seen_and_meets_the_base_far_away() -> None:
    size = 256
    seen = np.full((size, size, 3), 0.1, np.float32)
    weights = np.zeros((size, size), np.float32)
    weights[112:144, 112:144] = 1
    xs, ys = np.meshgrid(np.arange(size), np.arange(size))
    mirror = np.stack([size - 1 - xs, ys], -1).astype(np.float32)
    whole = complete(seen, weights, np.zeros_like(seen), mirror)
    assert whole[128, 128] == pytest.approx(0.1, abs=1e-4)
    assert np.abs(whole[0, 0]).max() < 0.02
    assert np.abs(np.diff(whole[:, 128, 0])).max() < 0.2 * 0.1


def test_the_mirror_map_is_its_own_inverse(model: OpenHead) -> None:
    """Guards the mirrored side: going there and back ends at the same texel."""
    atlas = atlas_of(model)
    ys, xs = np.nonzero(atlas.face > 0.5)
    there = atlas.mirror[ys, xs]
    back = atlas.mirror[there[:, 1].round().astype(int), there[:, 0].round().astype(int)]
    away = np.hypot(back[:, 0] - xs, back[:, 1] - ys)
    assert np.quantile(away, 0.99) < 2


def test_a_beard_goes_on_where_the_photo_ends() -> None:
    """Guards against beards cut off along the chin; elsewhere dark edges still end with the photo.

    A goatee on the chin's underside was lost, and stubble ended in a line on the cheeks.
    """
    size = 256
    base = np.zeros((size, size, 3), np.float32)
    seen = np.full_like(base, -0.8)
    weights = np.zeros((size, size), np.float32)
    weights[:100] = 1
    beard = np.zeros_like(weights)
    beard[:, :128] = 1
    mirror = np.zeros((size, size, 2), np.float32) + size - 1  # the unseen corner: nothing to lend
    whole = complete(seen, weights, base, mirror, beard)
    assert whole[110, 40:90].max() < -0.5
    assert whole[110, 170:].min() > -0.2


def test_the_skin_mask_reaches_below_the_chin(people: list[Known]) -> None:
    """The crop was centred on the eyes, and a long face's chin lay outside it."""
    for known in people:
        face = known.face
        mask = skin_mask(known.rgb, face)
        below = face.landmarks[[CHIN], :2] + [[0, 0.35 * face.interocular]]
        at = below @ mask.to_crop[:, :2].T + mask.to_crop[:, 2]
        assert at[0, 1] < len(mask.alpha)
        assert mask.on(face.landmarks[[CHIN], :2] - [[0, 0.1 * face.interocular]])[0] > 0.5
