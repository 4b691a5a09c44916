"""What both file formats are written from: meshes in patches, each patch of one material."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import cv2
import numpy as np

Opacity = Literal["opaque", "cut", "blended"]


@dataclass(frozen=True, eq=False)
class Picture:
    """A texture.

    Attributes:
        name: of its file, without ``.png``.
        pixels: ``(h, w, 3 or 4)`` uint8 sRGB (+ alpha), row 0 on top.
    """

    name: str
    pixels: np.ndarray

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.name}.png"

    @cached_property
    def png(self) -> bytes:
        """The file."""
        to = cv2.COLOR_RGBA2BGRA if self.pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
        written, data = cv2.imencode(".png", cv2.cvtColor(self.pixels, to))
        if not written:
            raise OSError(f"could not encode {self.file}")
        return data.tobytes()


@dataclass(frozen=True, eq=False)
class Material:
    """A look, in the terms of metallic-roughness shading; nothing on a head is metal.

    Attributes:
        name: of the material.
        colour: its base colour (with opacity, unless it is opaque).
        roughness: 0 = mirror … 1 = matte.
        opacity: ``opaque``; ``cut`` where the texture's alpha is below .4; or ``blended``.
        two_sided: seen from behind, too.
    """

    name: str
    colour: Picture
    roughness: float
    opacity: Opacity = "opaque"
    two_sided: bool = False


@dataclass(frozen=True, eq=False)
class Patch:
    """Triangles of one material.

    Attributes:
        name: ``skin``, ``left_eye``, ``hair_strands`` …
        material: their look.
        faces: ``(F, 3)`` int, counter-clockwise from outside.
        uv_faces: ``(F, 3)`` int into the mesh's ``uv``.
    """

    name: str
    material: Material
    faces: np.ndarray
    uv_faces: np.ndarray


@dataclass(frozen=True, eq=False)
class Mesh:
    """Vertices and what is spanned between them.

    Attributes:
        name: of the object.
        vertices: ``(V, 3)`` float32 metres, +Y up, +Z out of the face.
        normals: ``(V, 3)`` float32 unit.
        uv: ``(T, 2)`` float32, (0, 0) at the lower left.
        patches: its triangles.
    """

    name: str
    vertices: np.ndarray
    normals: np.ndarray
    uv: np.ndarray
    patches: tuple[Patch, ...]


def corners(patch: Patch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A patch with one index a corner, as GPUs want it: vertices on texture seams are doubled.

    Returns:
        ``(N,)`` vertex and ``(N,)`` uv of each corner, ``(F, 3)`` triangles of corners.
    """
    pairs = np.stack([patch.faces.ravel(), patch.uv_faces.ravel()], 1)
    unique, inverse = np.unique(pairs, axis=0, return_inverse=True)
    return unique[:, 0], unique[:, 1], inverse.reshape(-1, 3)
