"""Bad portraits, made from rendered ones: what is refused, what is only warned about."""

import cv2
import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.fit import check_portrait
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import Face, FaceLandmarker
from storyface_assets_tests.lib.fit.conftest import Known, render


def with_glasses(person: Known, colour: tuple[int, int, int], eyes: int) -> np.ndarray:
    """The portrait with dark glasses painted on."""
    rgb = person.rgb.copy()
    unit = person.face.interocular
    for corners in ((33, 133), (263, 362))[:eyes]:
        x, y = person.face.landmarks[list(corners), :2].mean(0)
        axes = (int(0.27 * unit), int(0.2 * unit))
        cv2.ellipse(rgb, (int(x), int(y + 0.06 * unit)), axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
    return rgb


def refused(rgb: np.ndarray, landmarker: FaceLandmarker) -> BadInput:
    with pytest.raises(BadInput) as caught:
        check_portrait(rgb, landmarker.detect(rgb))
    return caught.value


def test_a_good_portrait_passes(people: list[Known], landmarker: FaceLandmarker) -> None:
    for person in people:
        face, _ = check_portrait(person.rgb, landmarker.detect(person.rgb))
        assert abs(face.yaw_degrees - np.degrees(person.pose[1])) < 10


@pytest.mark.parametrize("seed", [0, 1])
def test_a_picture_without_a_face_is_refused(seed: int, landmarker: FaceLandmarker) -> None:
    noise = np.random.default_rng(seed).integers(0, 255, (30, 40, 3), np.uint8)
    rgb = cv2.resize(noise, (640, 480), interpolation=cv2.INTER_CUBIC)
    assert "no face" in refused(rgb, landmarker).problem


def test_a_white_picture_is_refused(landmarker: FaceLandmarker) -> None:
    assert "no face" in refused(np.full((300, 200, 3), 255, np.uint8), landmarker).problem


def test_of_two_faces_the_larger_is_taken_with_a_warning(
    people: list[Known], landmarker: FaceLandmarker
) -> None:
    small = cv2.resize(people[1].rgb, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    both = np.full((480, 480 + small.shape[1], 3), 200, np.uint8)
    both[:, small.shape[1] :] = people[0].rgb
    both[: small.shape[0], : small.shape[1]] = small
    face, warnings = check_portrait(both, landmarker.detect(both))
    assert face.box[0] > small.shape[1]
    assert any("2 faces" in w for w in warnings)


def test_a_side_view_is_refused(
    people: list[Known], model: OpenHead, landmarker: FaceLandmarker
) -> None:
    rgb, _ = render(model, people[0].texture, people[0].shape, yaw=58)
    error = refused(rgb, landmarker)
    assert "side view" in error.problem or "no face" in error.problem


def test_a_tiny_face_is_refused(people: list[Known], landmarker: FaceLandmarker) -> None:
    wide = np.full((480, 640, 3), 190, np.uint8)
    small = cv2.resize(people[0].rgb, (130, 130), interpolation=cv2.INTER_AREA)
    wide[200:330, 250:380] = small
    assert "too small" in refused(wide, landmarker).problem


def test_a_close_up_is_found(people: list[Known], landmarker: FaceLandmarker) -> None:
    """Guards the bordered detection: a face that fills the photo."""
    x0, y0, x1, y1 = people[0].face.box.astype(int)
    close = np.ascontiguousarray(people[0].rgb[y0:y1, x0:x1])
    faces = landmarker.detect(cv2.resize(close, None, fx=2, fy=2))
    assert len(faces) == 1


@pytest.mark.parametrize("colour", [(12, 12, 14), (45, 30, 22)])
def test_dark_glasses_are_refused(
    colour: tuple[int, int, int], people: list[Known], landmarker: FaceLandmarker
) -> None:
    rgb = with_glasses(people[0], colour, eyes=2)
    assert "eyes" in refused(rgb, landmarker).problem


def test_one_covered_eye_is_only_warned_about(
    people: list[Known], landmarker: FaceLandmarker
) -> None:
    rgb = with_glasses(people[0], (12, 12, 14), eyes=1)
    _, warnings = check_portrait(rgb, landmarker.detect(rgb))
    assert any("One eye" in w for w in warnings)


def test_a_view_from_below_is_refused() -> None:
    """The angle comes from the landmarks: tilt a flat face's landmarks about the ear axis."""
    landmarks = np.zeros((478, 3))
    landmarks[:, 0] = np.random.default_rng(0).normal(200, 1, 478)
    for left, right in ((263, 33), (454, 234), (251, 21)):
        landmarks[left, 0], landmarks[right, 0] = 300, 100
    tilt = np.radians(50)
    for index in (10, 151, 168):
        landmarks[index, 1:] = 200 - 100 * np.cos(tilt), 100 * np.sin(tilt)
    for index in (152, 2, 164):
        landmarks[index, 1:] = 200 + 100 * np.cos(tilt), -100 * np.sin(tilt)
    face = Face(np.array([100, 100, 300, 300.0]), 1.0, landmarks, np.ones((256, 256), np.float32))
    with pytest.raises(BadInput, match="above or below"):
        check_portrait(np.zeros((400, 400, 3), np.uint8), [face])
