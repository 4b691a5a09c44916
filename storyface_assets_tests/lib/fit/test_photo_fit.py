"""A fit recovers what a portrait was rendered from."""

import numpy as np
import torch

from storyface_assets.lib.fit import FitResult, character_from_fit, fit_photo
from storyface_assets.lib.fit.landmark_sets import INNER
from storyface_assets.lib.heads.albedo import AlbedoModel
from storyface_assets.lib.heads.character import HairSpec
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.srgb import srgb_to_linear
from storyface_assets.vocabulary import FACE_EXPRESSIONS
from storyface_assets_tests.lib.fit.conftest import Known


def face_points(model: OpenHead, shape: np.ndarray) -> np.ndarray:
    """The inner landmarks at rest, ``(N, 3)`` metres, centred."""
    vertices = model.vertices_numpy(shape, np.zeros(N_EXPRESSION), np.zeros(N_POSE))
    points = model.landmarks(torch.from_numpy(vertices)[None], "mediapipe478")[0].numpy()
    points = points[[i for i in INNER if model.landmark_mask("mediapipe478")[i]]]
    return points - points.mean(0)


def shape_error(model: OpenHead, guess: np.ndarray, truth: np.ndarray) -> float:
    """Mean landmark distance seen from the front, mm, after the best similarity transform."""
    a, b = face_points(model, guess), face_points(model, truth)
    left, stretch, right = np.linalg.svd(a.T @ b)
    moved = a @ (left @ right) * (stretch.sum() / (a**2).sum())
    return float(np.linalg.norm((moved - b)[:, :2], axis=1).mean() * 1000)


def test_landmarks_fit_within_the_goal(fits: list[FitResult]) -> None:
    """Issue 2: at most .02 of the eye distance."""
    assert max(f.landmark_residual for f in fits) < 0.02
    assert min(f.landmark_residual for f in fits) > 0


def test_shape_is_nearer_to_the_truth_than_the_mean_head(
    fits: list[FitResult], people: list[Known], model: OpenHead
) -> None:
    """Guards against a fit that matches landmarks with the wrong head."""
    fitted = [shape_error(model, f.shape, p.shape) for f, p in zip(fits, people, strict=True)]
    mean = [shape_error(model, 0 * p.shape, p.shape) for p in people]
    assert np.mean(fitted) < 0.9 * np.mean(mean)


def test_pose_is_recovered(fits: list[FitResult], people: list[Known]) -> None:
    """Guards against mirrored or swapped axes; pitch trades against face shape, hence wider."""
    for fit, person in zip(fits, people, strict=True):
        pitch, yaw, roll = np.degrees(fit.pose[:3] - person.pose[:3])
        assert abs(yaw) < 4
        assert abs(roll) < 3
        assert abs(pitch) < 9


def test_pose_and_translation_are_the_models_own(
    fits: list[FitResult], people: list[Known], model: OpenHead
) -> None:
    """Posing the model as told and shifting it projects onto the photo's landmarks."""
    fit, person = fits[1], people[1]
    vertices = model.vertices_numpy(fit.shape, fit.expression, fit.pose) + fit.translation
    points = model.landmarks(torch.from_numpy(vertices)[None], "mediapipe478")[0].numpy()
    pixels = fit.camera.project(points.astype(float))
    away = np.linalg.norm(pixels - person.face.landmarks[:, :2], axis=1)
    assert np.median(away[model.landmark_mask("mediapipe478")]) < 0.05 * person.face.interocular


def test_skin_tone_is_the_persons(fits: list[FitResult], people: list[Known]) -> None:
    """Dark stays dark: the fitted albedo orders people as the true textures do, hue included."""
    size = fits[0].texture.shape[0]
    middle = np.s_[size // 3 : size // 2, size // 3 : 2 * size // 3]
    for fit, person in zip(fits, people, strict=True):
        seen = srgb_to_linear(fit.texture[middle] / 255).reshape(-1, 3).mean(0)
        true = srgb_to_linear(person.texture[middle] / 255).reshape(-1, 3).mean(0)
        assert np.abs(np.log(seen / true)).max() < 0.6
        ratio = (seen / seen.sum()) / (true / true.sum())
        assert np.abs(np.log(ratio)).max() < 0.25


def test_the_same_photo_gives_the_same_head(
    people: list[Known], fits: list[FitResult], model: OpenHead, skins: AlbedoModel
) -> None:
    """Guards data versions: nothing downstream may go stale by chance."""
    again = fit_photo(people[0].rgb, people[0].face, model, skins)
    assert np.array_equal(again.texture, fits[0].texture)
    assert np.array_equal(again.shape, fits[0].shape)
    assert np.array_equal(again.expression, fits[0].expression)


def test_expressions_are_never_negative(fits: list[FitResult]) -> None:
    for fit in fits:
        assert fit.expression.min() >= 0


def test_gender_and_age_are_what_was_said_and_never_guessed(
    people: list[Known], fits: list[FitResult], model: OpenHead, skins: AlbedoModel
) -> None:
    said = fit_photo(people[0].rgb, people[0].face, model, skins, "female", 8)
    assert (said.gender, said.age) == (0.0, 8.0)
    assert {(f.gender, f.age) for f in fits} == {(0.5, 30.0)}


def test_the_character_has_the_five_expressions_and_the_wished_hair(
    fits: list[FitResult], model: OpenHead
) -> None:
    hair = HairSpec("bald", (1, 2, 3))
    character = character_from_fit(fits[0], model, hair)
    assert tuple(character.expressions) == FACE_EXPRESSIONS
    assert character.hair == hair
    assert character.texture.shape == (1024, 1024, 3)
    assert len({code.tobytes() for code in character.expressions.values()}) == 5
