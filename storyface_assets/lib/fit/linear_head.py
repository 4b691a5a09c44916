"""A head model's geometry as one linear basis, for Gauss-Newton and silhouettes.

With jaw, neck and eyes at rest the vertices of a morphable head are linear in its codes. We read
the basis off through the :class:`HeadModel` interface, once a model, so every model that keeps
the interface can be fitted.
"""

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import torch

from storyface_assets.lib.fit.landmark_offsets import landmark_offsets
from storyface_assets.lib.heads.model import N_EXPRESSION, N_POSE, N_SHAPE, HeadModel

N_CODES = N_SHAPE + N_EXPRESSION
#: Codes evaluated in one call: bounds the memory of the model's skinning.
_BATCH = 38


@dataclass(frozen=True, eq=False)
class LinearHead:
    """Rest vertices and landmarks as mean + codes · basis; codes = shape then expression.

    Attributes:
        mean: ``(V, 3)`` metres.
        basis: ``(150, V, 3)`` metres a unit of code.
        landmark_mean: ``(478, 3)``, where the landmark network would put them.
        marked_points: ``(478, 3)``, where the model's embedding puts them.
        landmark_basis: ``(150, 478, 3)``.
        landmark_mask: ``(478,)`` which landmarks the model carries.
        faces: ``(F, 3)`` int32.
        skin_faces: ``(F,)`` bool, the triangles of the skin.
    """

    mean: np.ndarray
    basis: np.ndarray
    landmark_mean: np.ndarray
    marked_points: np.ndarray
    landmark_basis: np.ndarray
    landmark_mask: np.ndarray
    faces: np.ndarray
    skin_faces: np.ndarray

    @cached_property
    def flat_basis(self) -> np.ndarray:
        """``(150, V * 3)`` view of the basis."""
        return self.basis.reshape(N_CODES, -1)

    def vertices(self, codes: np.ndarray) -> np.ndarray:
        """Rest vertices ``(V, 3)`` of codes ``(150,)``."""
        return self.mean + (codes.astype(np.float32) @ self.flat_basis).reshape(-1, 3)


_KNOWN: "WeakKeyDictionary[HeadModel, LinearHead]" = WeakKeyDictionary()


def linear_head(model: HeadModel) -> LinearHead:
    """The linear basis of a model; computed at the first call, kept as long as the model."""
    if model not in _KNOWN:
        _KNOWN[model] = _measure(model)
    return _KNOWN[model]


def _measure(model: HeadModel) -> LinearHead:
    codes = torch.cat([torch.zeros(1, N_CODES), torch.eye(N_CODES)])
    vertices, landmarks = [], []
    with torch.no_grad():
        for some in codes.split(_BATCH):
            pose = torch.zeros(len(some), N_POSE)
            moved = model.vertices(some[:, :N_SHAPE], some[:, N_SHAPE:], pose)
            vertices.append(moved)
            landmarks.append(model.landmarks(moved, "mediapipe478"))
    v = torch.cat(vertices).numpy()
    points = torch.cat(landmarks).double().numpy()
    return LinearHead(
        mean=v[0],
        basis=v[1:] - v[0],
        landmark_mean=points[0] + landmark_offsets(points[0]),
        marked_points=points[0],
        landmark_basis=points[1:] - points[0],
        landmark_mask=model.landmark_mask("mediapipe478"),
        faces=model.faces,
        skin_faces=model.face_part == model.part_names.index("skin"),
    )
