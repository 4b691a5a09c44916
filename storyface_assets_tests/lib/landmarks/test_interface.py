"""Both detectors give the same 68 points in the same order."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.landmarks import fan
from storyface_assets.lib.landmarks.face import Face
from storyface_assets.lib.landmarks.fan import WEIGHTS, FanLandmarks
from storyface_assets.lib.landmarks.ibug68 import MEDIAPIPE_OF_IBUG
from storyface_assets.lib.landmarks.interface import Face68, Landmarks68
from storyface_assets.lib.landmarks.mediapipe68 import MediapipeLandmarks

MODEL = Path(__file__).parents[3] / "data" / "open_models" / "open_head" / "head.npz"
PHOTO = np.zeros((400, 400, 3), np.uint8)
#: The face's middle and pixels a metre.
CENTRE, SCALE = np.array([200.0, 190.0]), 1400.0


@pytest.fixture(scope="module")
def seen() -> dict[str, np.ndarray]:
    """The open head's points of both kinds as a camera sees them: x, y down, z away."""
    head = OpenHead.load(MODEL)
    vertices = torch.from_numpy(head.template)[None]
    found = {}
    for kind in ("ibug68", "mediapipe478"):
        at = head.landmarks(vertices, kind)[0].double().numpy()
        at = (at - head.template[head.faces[head.face_part == 0]].mean((0, 1))) * SCALE
        found[kind] = at * [1, -1, -1] + [*CENTRE, 0]
    return found


class StandInLandmarker:
    """In MediaPipe's place: faces at known points."""

    def __init__(self, *faces: np.ndarray) -> None:
        self.faces = faces

    def detect(self, rgb: np.ndarray, quick: bool = False) -> list[Face]:
        boxes = [np.concatenate([f[:, :2].min(0), f[:, :2].max(0)]) for f in self.faces]
        person = np.zeros((256, 256), np.float32)
        return [Face(b, 0.9, f, person) for b, f in zip(boxes, self.faces, strict=True)]


def face_alignment_around(kind: str, points: np.ndarray, depth: np.ndarray, box: np.ndarray):
    """The package's detector with stand-in networks: heat where the points are.

    Cropping, decoding of the heatmaps and the way back to the photo are the package's own.
    """
    import face_alignment
    from face_alignment import utils

    class Boxes:
        reference_scale = 195.0

        def detect_from_image(self, rgb: np.ndarray) -> list[np.ndarray]:
            return [np.array([*box, 0.97])]

    scale = float(box[2:].sum() - box[:2].sum()) / Boxes.reference_scale
    centre = (box[:2] + box[2:]) / 2 - [0, 0.12 * (box[3] - box[1])]

    def heat(crops: torch.Tensor) -> torch.Tensor:
        return utils.create_target_heatmap(
            torch.from_numpy(points[None]), torch.from_numpy(centre[None]), [scale]
        )

    def depths(crops: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(depth[None] * 256 / (200 * scale)).float()

    made = face_alignment.FaceAlignment.__new__(face_alignment.FaceAlignment)
    types = face_alignment.LandmarksType
    made.landmarks_type = types.TWO_D if kind == "2d" else types.THREE_D
    made.device, made.dtype, made.flip_input, made.max_batch_size = "cpu", torch.float32, False, 1
    made.face_detector, made.face_alignment_net = Boxes(), heat
    made.depth_prediciton_net = depths
    return made


def box_around(points: np.ndarray) -> np.ndarray:
    low, high = points.min(0)[:2], points.max(0)[:2]
    return np.concatenate([low - 0.1 * (high - low), high + 0.1 * (high - low)])


@pytest.mark.parametrize("kind", ["2d", "3d"])
def test_both_detectors_give_the_same_order(seen: dict[str, np.ndarray], kind: str) -> None:
    """Fault: a wrong number in the map, sides exchanged, a contour that runs the other way."""
    known = seen["ibug68"]
    network = face_alignment_around(kind, known[:, :2], -known[:, 2], box_around(known))
    detectors = (FanLandmarks(network), MediapipeLandmarks(StandInLandmarker(seen["mediapipe478"])))
    assert all(isinstance(detector, Landmarks68) for detector in detectors)
    by_fan, by_mediapipe = (detector.faces68(PHOTO)[0] for detector in detectors)
    assert by_fan.points.shape == (68, 2 if kind == "2d" else 3)
    assert by_mediapipe.points.shape == (68, 3)
    # The package's decoding is good to a quarter of its heatmap's cells.
    assert np.abs(by_fan.points[:, :2] - known[:, :2]).max() < 6
    apart = by_mediapipe.points[:, None, :2] - by_fan.points[None, :, :2]
    _, partner = linear_sum_assignment(np.linalg.norm(apart, axis=2))
    # Upper and lower inner lips of a shut mouth share their pixels.
    lips = {61: 67, 67: 61, 62: 66, 66: 62, 63: 65, 65: 63}
    for number, found in enumerate(partner):
        assert found == number or lips.get(number) == found


def test_depth_counts_alike(seen: dict[str, np.ndarray]) -> None:
    """Fault: one detector's nose points into the photo."""
    known = seen["ibug68"]
    network = face_alignment_around("3d", known[:, :2], -known[:, 2], box_around(known))
    by_fan = FanLandmarks(network).faces68(PHOTO)[0].points
    (face,) = MediapipeLandmarks(StandInLandmarker(seen["mediapipe478"])).faces68(PHOTO)
    for points in (by_fan, face.points):
        assert points[30, 2] < points[[0, 16], 2].mean() - 20
    np.testing.assert_allclose(by_fan[:, 2], known[:, 2], atol=0.01)


def test_the_map_mirrors_itself() -> None:
    """Fault: two neighbouring numbers exchanged on one side only."""
    head = OpenHead.load(MODEL)
    rest = torch.from_numpy(head.template)[None]
    at = head.landmarks(rest, "mediapipe478")[0].numpy()[list(MEDIAPIPE_OF_IBUG)]
    # Left-right partners in iBUG's order, as face-alignment flips its heatmaps.
    from face_alignment.utils import shuffle_lr

    partner = shuffle_lr(torch.arange(68)[:, None, None]).flatten().numpy()
    middle = np.abs(at[:, 0] + at[partner, 0])
    assert len(set(MEDIAPIPE_OF_IBUG)) == 68
    assert middle.max() < 0.016 and np.median(middle) < 0.002


def test_the_largest_face_comes_first() -> None:
    class Two:
        def get_landmarks_from_image(self, rgb, return_bboxes, return_landmark_score):
            points = [np.full((68, 2), 1.0), np.full((68, 2), 2.0)]
            boxes = [np.array([0, 0, 10, 10, 0.9]), np.array([0, 0, 50, 50, 0.8])]
            return points, [np.ones(68)] * 2, boxes

    first, second = FanLandmarks(Two()).faces68(PHOTO)
    assert isinstance(first, Face68)
    assert (first.score, first.points[0, 0]) == (0.8, 2.0) and second.score == 0.9


@pytest.mark.filterwarnings("error")
def test_a_photo_without_a_face_gives_none(seen: dict[str, np.ndarray]) -> None:
    known = seen["ibug68"]
    network = face_alignment_around("2d", known[:, :2], known[:, 2], box_around(known))
    network.face_detector.detect_from_image = lambda rgb: []
    assert FanLandmarks(network).faces68(PHOTO) == []


@pytest.mark.parametrize("kind", ["2d", "3d"])
def test_missing_weights_are_named_and_never_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: fan.FanKind
) -> None:
    def fetch(*_: object, **__: object) -> None:
        raise AssertionError("asked the network")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for name in ("download_url_to_file", "load_state_dict_from_url", "urlopen"):
        monkeypatch.setattr(torch.hub, name, fetch)
    folder = tmp_path / "hub" / "checkpoints"
    with pytest.raises(BadInput) as refused:
        FanLandmarks.load(kind, "cpu")
    assert refused.value.file == str(folder)
    assert all(name in refused.value.field for name in WEIGHTS[kind])
    folder.mkdir(parents=True)
    for name in WEIGHTS[kind][:-1]:
        (folder / name).write_bytes(b"")
    with pytest.raises(BadInput) as refused:
        FanLandmarks.load(kind, "cpu")
    assert refused.value.field == WEIGHTS[kind][-1]


def test_damaged_weights_are_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    for name in WEIGHTS["2d"]:
        (folder / name).write_bytes(b"PK\x03\x04")
    with pytest.raises(BadInput, match="cannot be read"):
        FanLandmarks.load("2d", "cpu")


def test_the_3d_networks_load_from_the_published_layout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blank weights in the files' own layout; the depth file is a training checkpoint."""
    from face_alignment.detection.sfd.net_s3fd import s3fd
    from face_alignment.models import FAN, ResNetDepth

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    with torch.device("meta"):
        networks = s3fd(), FAN(4), ResNetDepth()
    detect, align, depth = (
        {name: torch.zeros_like(value, device="cpu") for name, value in n.state_dict().items()}
        for n in networks
    )
    checkpoint = {
        "epoch": 60,
        "state_dict": {f"module.{name}": value for name, value in depth.items()},
        "best_acc": np.float64(0.1),
    }
    for name, held in zip(WEIGHTS["3d"], (detect, align, checkpoint), strict=True):
        torch.save(held, folder / name, _use_new_zipfile_serialization=False)
    detector = FanLandmarks.load("3d", "cpu")
    assert detector.faces68(PHOTO[:64, :64]) == []
