"""The 2D and 3D face alignment networks (Bulat, Tzimiropoulos, ICCV 2017) of face-alignment.

Research profile: the weights may not be handed on. They are read from torch's hub folder and never
fetched.
"""

import warnings
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.landmarks.interface import Face68

FanKind = Literal["2d", "3d"]
#: The package's names of its weights: face detector, landmarks, and for 3D their depth.
WEIGHTS: dict[FanKind, tuple[str, ...]] = {
    "2d": ("s3fd-619a316812.pth", "2DFAN4-11f355bf06.pth.tar"),
    "3d": ("s3fd-619a316812.pth", "3DFAN4-7835d9f11d.pth.tar", "depth-2a464da4ea.pth.tar"),
}
#: Training checkpoints keep their best accuracy as a numpy number, by its old and its new name.
_NUMBERS: list[Any] = [
    np.dtype,
    np.dtypes.Float32DType,
    np.dtypes.Float64DType,
    (np.float64(0).__reduce__()[0], "numpy.core.multiarray.scalar"),
    (np.float64(0).__reduce__()[0], "numpy._core.multiarray.scalar"),
]
_SOURCE = "https://www.adrianbulat.com/downloads/python-fan/"


class _Network(Protocol):
    """What is used of ``face_alignment.FaceAlignment``."""

    def get_landmarks_from_image(
        self, image_or_path: Any, *, return_bboxes: bool, return_landmark_score: bool
    ) -> tuple[Any, Any, Any]: ...


class FanLandmarks:
    """A :class:`~storyface_assets.lib.landmarks.interface.Landmarks68`.

    Args:
        network: a ``face_alignment.FaceAlignment``; :meth:`load` makes one.
    """

    def __init__(self, network: _Network) -> None:
        self._network = network

    @classmethod
    def load(cls, kind: FanKind, device: str, compile: bool = False) -> "FanLandmarks":
        """The networks with their published weights.

        Args:
            kind: ``2d`` follows the visible outline; ``3d`` gives depth, and the outline of the
                head itself.
            device: ``cpu``, ``cuda``, ``cuda:1`` …
            compile: by torch.compile: faster after more than a minute.

        Raises:
            BadInput: weights are missing or damaged.
        """
        folder = weights_folder()
        if missing := [name for name in WEIGHTS[kind] if not (folder / name).is_file()]:
            raise BadInput(
                folder,
                ", ".join(missing),
                f"is not there; the {kind} face alignment network needs it.",
                f"Fetch it from {_SOURCE} and put it there, or set TORCH_HOME to the folder with "
                "hub/checkpoints in it.",
            )
        try:
            return cls(_build(kind, device, compile))
        except Exception as error:  # what damaged weights raise is not said anywhere
            names = ", ".join(WEIGHTS[kind])
            problem = f"cannot be read ({error})."
            raise BadInput(folder, names, problem, f"Fetch them from {_SOURCE} anew.") from error

    def faces68(self, rgb: np.ndarray) -> list[Face68]:
        """See :meth:`Landmarks68.faces68`; with depth if ``3d``."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "No faces were detected")
            points, _, boxes = self._network.get_landmarks_from_image(
                rgb, return_bboxes=True, return_landmark_score=True
            )
        found = [
            Face68(np.asarray(box[:4], float), float(box[4]), _near_is_small(np.asarray(at, float)))
            for at, box in zip(points or (), boxes if points else (), strict=True)
        ]
        return sorted(found, key=lambda face: -float(np.prod(face.box[2:] - face.box[:2])))


def weights_folder() -> Path:
    """Where torch keeps weights: ``$TORCH_HOME/hub/checkpoints``."""
    return Path(torch.hub.get_dir()) / "checkpoints"


def _near_is_small(points: np.ndarray) -> np.ndarray:
    """Depth as MediaPipe counts it.

    The depth network learnt from 300W-LP, whose Basel faces look along +z, towards the viewer.
    """
    return points * np.array([1.0, 1.0, -1.0][: points.shape[1]])


def _build(kind: FanKind, device: str, compile: bool) -> _Network:
    """The package's detector; its import takes seconds, so it waits until it is wanted."""
    import face_alignment
    from face_alignment.models import ResNetDepth

    detector, _, *depth = (weights_folder() / name for name in WEIGHTS[kind])

    class SafeFaceAlignment(face_alignment.FaceAlignment):
        """Reads the depth weights without running code in them; the package would."""

        def _load_native_depth(self, device: str, dtype: torch.dtype) -> torch.nn.Module:
            with torch.serialization.safe_globals(_NUMBERS):
                held = torch.load(depth[0], map_location=device, weights_only=True)
            network = ResNetDepth()
            state = {n.replace("module.", ""): v for n, v in held["state_dict"].items()}
            network.load_state_dict(state)
            return network.to(device, dtype=dtype).eval()

    types = face_alignment.LandmarksType
    which = types.TWO_D if kind == "2d" else types.THREE_D
    # Named by path, the detector's weights are read as data; else the package unpickles them.
    named = {"path_to_detector": str(detector)}
    return SafeFaceAlignment(which, device=device, compile=compile, face_detector_kwargs=named)
