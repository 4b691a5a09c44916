"""Heads turned in 3D, checked on rendered photos."""

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from storyface_assets.lib.dataset.crop_frame import face_square
from storyface_assets.lib.fit.landmark_fit import landmark_points
from storyface_assets.lib.fit.landmark_sets import INNER
from storyface_assets.lib.images.square import PixelSquare
from storyface_assets.lib.landmarks import Face, FaceLandmarker
from storyface_assets.lib.turn import LIMITS, TURNS, HeadFitter, Turn, Turned, turn_head

from .conftest import Photo

SIZE = 256


def turned(photo: Photo, turn: Turn) -> Turned:
    face = photo.face.landmarks
    return turn_head(photo.work, photo.fitted.relief, turn, face, face_square, SIZE)


def test_a_turn_by_nothing_gives_the_crop(photos: list[Photo]) -> None:
    # Guards the chain of pixel conventions: half a pixel off shows as a doubled difference.
    for photo in photos:
        still = turned(photo, Turn((0.0, 1.0, 0.0), 0.0))
        square = face_square(photo.face.landmarks)
        assert still.square == square
        away = np.abs(still.picture.astype(int) - square.cut(photo.rgb, SIZE))
        assert away.mean() < 2.5
        expected = square.to_square(photo.face.landmarks[:, :2], SIZE)
        assert np.abs(still.landmarks[:, :2] - expected).max() < 0.1


@pytest.mark.parametrize("name", TURNS)
def test_the_head_is_found_turned_as_said(
    name: str, photos: list[Photo], landmarker: FaceLandmarker, fitter: HeadFitter
) -> None:
    turn = TURNS[name]
    for photo in photos:
        (face,) = landmarker.detect(turned(photo, turn).picture)
        fitted = fitter.fit(face, face_square(face.landmarks))
        change = fitted.fit.rotation @ photo.fitted.fit.rotation.T
        about = np.degrees(Rotation.from_matrix(change).as_rotvec()) @ np.array(turn.axis)
        assert abs(about - turn.degrees) < 7.0
        # What is left when the pose is taken out: shape and expression.
        before, after = (
            landmark_points(fitter.head, codes)[list(INNER)]
            for codes in (photo.fitted.fit.codes, fitted.fit.codes)
        )
        assert np.linalg.norm(after - before, axis=1).mean() < 0.006


@pytest.mark.parametrize("name", TURNS)
def test_the_landmarks_move_with_the_picture(
    name: str, photos: list[Photo], landmarker: FaceLandmarker
) -> None:
    for photo in photos:
        made = turned(photo, TURNS[name])
        (face,) = landmarker.detect(made.picture)
        away = np.linalg.norm(face.landmarks[:, :2] - made.landmarks[:, :2], axis=1)
        assert away[list(INNER)].mean() < 0.035 * face.interocular


@pytest.mark.parametrize("name", TURNS)
def test_no_hole_and_nothing_black(name: str, photos: list[Photo]) -> None:
    # A hole would be sampled at the work picture's corner: mark that, and look for the mark.
    for photo in photos:
        work = photo.work
        mark = np.array([255, 0, 255])
        work[:4, :4] = mark
        relief, face = photo.fitted.relief, photo.face.landmarks
        picture = turn_head(work, relief, TURNS[name], face, face_square, SIZE).picture
        assert (np.abs(picture.astype(int) - mark).sum(2) > 60).all()
        assert picture.max(2).min() >= 10


def test_a_roll_is_a_rotation_of_the_picture_at_the_face(photos: list[Photo]) -> None:
    photo = photos[0]
    made = turned(photo, TURNS["roll_right"])
    relief = photo.fitted.relief
    middle = relief.camera.project(relief.joint)
    rotate = cv2.getRotationMatrix2D(middle.tolist(), -20.0, 1.0)
    plain = cv2.warpAffine(photo.rgb, rotate, photo.rgb.shape[1::-1])
    expected = made.square.cut(plain, SIZE)
    oval = cv2.convexHull(made.landmarks[:468, :2].astype(np.int32))
    inside = cv2.fillConvexPoly(np.zeros((SIZE, SIZE), np.uint8), oval, 1) > 0
    inside = cv2.erode(inside.astype(np.uint8), np.ones((9, 9))) > 0
    away = np.abs(made.picture.astype(int) - expected)[inside]
    assert away.mean() < 3.0
    # And not because the face is one colour: the unturned crop differs a lot.
    still = face_square(photo.face.landmarks).cut(photo.rgb, SIZE)
    assert np.abs(made.picture.astype(int) - still)[inside].mean() > 3 * away.mean()


def test_the_background_stands_still(photos: list[Photo]) -> None:
    photo = photos[0]
    fixed = face_square(photo.face.landmarks)
    relief, face = photo.fitted.relief, photo.face.landmarks
    still, made = (
        turn_head(photo.work, relief, turn, face, lambda _: fixed, SIZE).picture.astype(int)
        for turn in (Turn((0.0, 1.0, 0.0), 0.0), TURNS["yaw_left"])
    )
    # The strip along the sides above the shoulders, where no hair reaches.
    sides = np.zeros((SIZE, SIZE), bool)
    sides[40:160, :20] = sides[40:160, -20:] = True
    away = np.abs(made - still)
    assert away[sides].mean() < 0.35 * away[100:200, 60:200].mean()


def test_a_face_at_the_edge_of_the_photo_turns_too(photos: list[Photo], fitter: HeadFitter) -> None:
    # Most of the relief's square lies outside the photo.
    photo = photos[0]
    x0, y0, x1, y1 = (int(v) for v in photo.face.box)
    tight = photo.rgb[y0 - 4 : y1 + 4, x0 - 4 : x1 + 4]
    landmarks = photo.face.landmarks - (x0 - 4, y0 - 4, 0)
    face = type(photo.face)(photo.face.box, 1.0, landmarks, photo.face.person)
    fitted = fitter.fit(face, face_square(landmarks))
    work = fitted.relief.square.cut(tight, fitted.work_side)
    made = turn_head(work, fitted.relief, TURNS["pitch_up"], landmarks, face_square, SIZE)
    assert made.picture.max(2).min() >= 10


def test_a_square_of_whole_pixels_lies_where_it_was_asked_for() -> None:
    square = PixelSquare.around((10.0, 20.0), 5.0)
    assert (square.left, square.top, square.side) == (8, 18, 5)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_landmarks_that_are_no_numbers_are_said_so(
    broken: float, photos: list[Photo], fitter: HeadFitter
) -> None:
    # Not a number is not larger than any limit of the residual: it passed for a good fit.
    face = photos[0].face
    landmarks = face.landmarks.copy()
    landmarks[4] = broken
    with pytest.raises(np.linalg.LinAlgError):
        fitter.fit(Face(face.box, 1.0, landmarks, face.person), face_square(face.landmarks))


def test_a_head_turned_far_already_is_not_turned_further() -> None:
    # At yaw −60° the far eye lies behind the nose, and no photo of −40° has what is to be seen.
    def head(yaw: float, pitch: float, roll: float) -> np.ndarray:
        return Rotation.from_euler("YXZ", [yaw, -pitch, -roll], degrees=True).as_matrix()

    np.testing.assert_allclose(
        TURNS["yaw_left"].angles_after(head(-7, 0, 0)), [-27, 0, 0], atol=1e-6
    )
    np.testing.assert_allclose(TURNS["pitch_up"].angles_after(head(0, 5, 0)), [0, 25, 0], atol=1e-6)
    np.testing.assert_allclose(
        TURNS["roll_right"].angles_after(head(0, 0, -5)), [0, 0, 15], atol=1e-6
    )
    yaw, pitch, roll = LIMITS
    for less, far in ((21, False), (19, True)):
        assert TURNS["yaw_left"].goes_too_far(head(less - yaw, 0, 0)) is far
        assert TURNS["pitch_up"].goes_too_far(head(0, pitch - less, 0)) is far
        assert TURNS["pitch_down"].goes_too_far(head(0, less - pitch, 0)) is far
        assert TURNS["roll_right"].goes_too_far(head(0, 0, roll - less)) is far
    assert not TURNS["yaw_left"].goes_too_far(head(yaw, 0, 0))  # back towards the front
