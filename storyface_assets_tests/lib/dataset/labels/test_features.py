import tracemalloc

import numpy as np
import pandas as pd
import pytest

from storyface_assets.lib.dataset.face_appearance import LENGTH
from storyface_assets.lib.dataset.face_readings import FaceReading, FoundFace
from storyface_assets.lib.dataset.labels import features as module
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


@pytest.mark.parametrize("people", [40, 30_000])
def test_compacting_holds_little_beside_the_features(people, monkeypatch):
    """Fault: each unknown person's mean is held in double precision, 12 kB a photo."""
    monkeypatch.setattr(module, "_ROWS", 256)
    n = 30_000
    features = np.zeros((n, 40 + LENGTH), np.float16)
    features[:] = RNG.normal(size=(1, 40 + LENGTH))
    person = np.arange(n) % people
    tracemalloc.start()
    compact(features, person)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < n * 2_500


def test_all_features_are_in_one_array(monkeypatch, tmp_path):
    """Fault: half a million small arrays are kept, and copied into one large one."""
    face = found(mean_face() * [90, -90, -90])
    readings = {"a": FaceReading((face,)), "b": FaceReading(()), "c": FaceReading((face, face))}

    def read(table, root, cache, workers, select):
        return {key: select(readings[key]) for key in table["sha256"]}

    monkeypatch.setattr(module, "face_readings", read)
    table = pd.DataFrame({"sha256": ["a", "b", "c"]})
    features = module.read_features(table, tmp_path, tmp_path)
    assert list(features) == ["a", "b", "c"] and features["b"] is None
    assert np.array_equal(features["c"], expression_features(readings["c"]))
    assert features["a"].base is features["c"].base and features["a"].dtype == np.float16
