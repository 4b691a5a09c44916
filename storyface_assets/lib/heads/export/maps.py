"""A head's maps as picture files: displacement, normals, depth."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.heads.detail_window import WINDOW
from storyface_assets.lib.heads.export.mesh import Mesh
from storyface_assets.lib.render.surface_map import SurfaceMap

#: Metres of a step in the displacement's file, whose middle, 0, is ``MIDDLE``; and in the depth's.
DISPLACEMENT_STEP: Final = 5e-7
DEPTH_STEP: Final = 1e-5
MIDDLE: Final = 32768
_SIZE: Final = 512
#: Metres that the depth's picture is wide and high, about the middle of the face.
_FRAME: Final = 0.30


def write_maps(folder: Path, name: str, dense: Mesh, displacement: np.ndarray) -> list[str]:
    """Write ``<name>_displacement.png``, ``<name>_normals.png`` and ``<name>_depth.png``.

    Displacement (16 bit, steps of ``DISPLACEMENT_STEP`` about ``MIDDLE``) and normals (of the
    object, 8 bit: −1 … 1 are 0 … 255) lie over ``detail_window.WINDOW`` of the atlas; depth (16
    bit, steps of ``DEPTH_STEP`` behind the nose's tip, 65535 where nothing is) is a picture from
    the front, orthographic, 30 cm wide.

    Args:
        folder: gets them.
        name: of the expression.
        dense: the head with its wrinkles, see ``dense.dense_head``.
        displacement: ``(256, 256)`` metres.

    Returns:
        The files' names.
    """
    steps = np.rint(displacement / DISPLACEMENT_STEP) + MIDDLE
    pictures = {
        f"{name}_displacement.png": np.clip(steps, 0, 65535).astype(np.uint16),
        f"{name}_normals.png": normal_map(dense)[..., ::-1],
        f"{name}_depth.png": depth_map(dense),
    }
    for file, pixels in pictures.items():
        written, data = cv2.imencode(".png", pixels)
        if not written:
            raise OSError(f"could not encode {file}")
        write_durably(folder / file, data.tobytes())
    return list(pictures)


def normal_map(dense: Mesh) -> np.ndarray:
    """``(512, 512, 3)`` uint8, of the skin over the window; (128, 128, 255) where none is."""
    skin = dense.patches[0]
    places = WINDOW.places(dense.uv) * _SIZE - 0.5
    flat = np.column_stack([places, np.ones(len(places))])
    drawn = SurfaceMap.draw(flat, skin.uv_faces, (_SIZE, _SIZE), two_sided=True)
    corners = dense.normals[skin.faces[drawn.triangles]]
    mixed = (corners * drawn.barycentric[..., None]).sum(1)
    mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)
    pixels = np.tile(np.array([0, 0, 1], np.float32), (_SIZE**2, 1))
    pixels[drawn.pixels] = mixed
    return np.rint((pixels.reshape(_SIZE, _SIZE, 3) + 1) * 127.5).astype(np.uint8)


def depth_map(dense: Mesh) -> np.ndarray:
    """``(512, 512)`` uint16, see :func:`write_maps`."""
    faces = np.concatenate([patch.faces for patch in dense.patches if patch.name != "lashes"])
    points = dense.vertices.astype(np.float64)
    front = float(points[:, 2].max())
    centre = points[points[:, 2] > front - 0.03].mean(0)
    scale = _SIZE / _FRAME
    x = (points[:, 0] - centre[0]) * scale + _SIZE / 2 - 0.5
    y = (centre[1] - points[:, 1]) * scale + _SIZE / 2 - 0.5
    # The rasteriser orders by 1 / depth and weighs the corners by it; here depth itself is linear.
    nearness = 1 + (points[:, 2] - front)
    drawn = SurfaceMap.draw(np.column_stack([x, y, nearness]), faces, (_SIZE, _SIZE))
    corners = faces[drawn.triangles]
    weights = drawn.barycentric / nearness[corners]
    behind = ((front - points[:, 2])[corners] * weights).sum(1) / weights.sum(1)
    pixels = np.full(_SIZE**2, 65535, np.uint16)
    pixels[drawn.pixels] = np.clip(np.rint(behind / DEPTH_STEP), 0, 65534)
    return pixels.reshape(_SIZE, _SIZE)
