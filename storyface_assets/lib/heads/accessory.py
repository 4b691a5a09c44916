"""Meshes that ride on a head and follow its joints: hair, brows' geometry, clothes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

#: Name of the mesh that short, flat hair is painted on, below the ribbons.
HAIR_CAP = "hair_cap"


@dataclass(frozen=True)
class AccessoryMesh:
    """A textured mesh skinned to the head's joints.

    Attributes:
        name: what it is, e.g. ``hair_back``.
        kind: decides the shading: ``hair`` (anisotropic, alpha) or ``cloth`` (matte).
        vertices: ``(N, 3)`` float32 metres, in the head's shaped rest pose (no expression).
        faces: ``(F, 3)`` int32.
        uv: ``(T, 2)`` float32, (0, 0) at the lower left.
        uv_faces: ``(F, 3)`` int32.
        skin_weights: ``(N, 6)`` float32 over ``open_head.JOINTS``, rows sum to 1.
        texture: ``(h, w, 4)`` uint8 sRGB + alpha.
        tangents: ``(N, 3)`` float32 unit strand direction (hair only), else ``None``.
    """

    name: str
    kind: Literal["hair", "cloth"]
    vertices: np.ndarray
    faces: np.ndarray
    uv: np.ndarray
    uv_faces: np.ndarray
    skin_weights: np.ndarray
    texture: np.ndarray
    tangents: np.ndarray | None = None
