import numpy as np

from storyface_assets.lib.dataset.face_appearance import LENGTH
from storyface_assets.lib.dataset.face_readings import FaceReading, FoundFace
from storyface_assets.lib.dataset.labels.features import compact, expression_features
from storyface_assets.lib.dataset.mean_face import mean_face

RNG = np.random.default_rng(0)


def found(landmarks, appearance=None):
    looks = np.zeros(LENGTH, np.uint8) if appearance is None else appearance
    return FoundFace(np.array([0, 0, 9, 9], np.float32), 1.0, landmarks.astype(np.float32), looks)


def test_only_the_largest_face_counts():
    """Fault: the features are a bystander's, or a photo without a face stops the set."""
    face = mean_face() * [90, -90, -90]
    two = FaceReading((found(face), found(face + RNG.normal(0, 9, face.shape))))
    assert np.array_equal(
        expression_features(two), expression_features(FaceReading((found(face),)))
    )
    assert expression_features(FaceReading((), problem="truncated")) is None


def test_who_it_is_counts_little():
    """Fault: faces are compared with everybody's mean, so that a sad-looking person is sad."""
    width = 30 + LENGTH
    act = np.repeat(RNG.normal(size=(2, width)), 20, 0)  # two expressions, twenty photos each
    person = np.tile(np.arange(4), 10)
    features = act + 5 * RNG.normal(size=(4, width))[person]
    for points in (features, *compact(features.astype(np.float16), person)):
        one, other, stranger = points[0], points[20], points[1]  # 0 and 20 are one person's
        faces, people = np.linalg.norm(one - other), np.linalg.norm(one - stranger)
        assert (people > 3 * faces) == (points is features)


def test_shape_and_appearance_weigh_the_same():
    """Fault: the block with the larger numbers drowns the other."""
    features = np.hstack([RNG.normal(0, 9, (200, 40)), RNG.normal(0, 0.1, (200, LENGTH))])
    for points in compact(features.astype(np.float16), np.arange(200)):
        assert np.isclose((points**2).sum(1).mean(), 1)
