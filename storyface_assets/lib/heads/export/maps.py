"""A head's maps as picture files: displacement, normals, depth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

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
#: Metres that the depth's picture is wide and high.
_FRAME: Final = 0.30


@dataclass(frozen=True)
class DepthFrame:
    """What a depth picture is measured from, the same for all expressions of a head.

    Attributes:
        x: metres, of the picture's middle.
        y: likewise.
        front: metres, of depth 0: the foremost point of the head at rest, towards the viewer.
    """

    x: float
    y: float
    front: float

    @classmethod
    def of(cls, rest: np.ndarray) -> "DepthFrame":
        """About the foremost of the vertices ``(V, 3)`` of a head at rest: the nose's tip."""
        x, y, front = (float(v) for v in rest[rest[:, 2].argmax()])
        return cls(x, y, front)

    def facts(self) -> dict[str, Any]:
        """What places the maps, for ``facts.json``."""
        return {
            "metres a step of displacement": DISPLACEMENT_STEP,
            "displacement of 0": MIDDLE,
            "displacement and normals lie over, of the texture": {
                "left": WINDOW.left,
                "top": WINDOW.top,
                "side": WINDOW.side,
            },
            "metres a step of depth": DEPTH_STEP,
            "depth 0 at z": self.front,
            "middle of the depth at x, y": [self.x, self.y],
            "metres a pixel of depth": _FRAME / _SIZE,
        }


def write_maps(
    folder: Path, name: str, dense: Mesh, displacement: np.ndarray, frame: DepthFrame
) -> list[str]:
    """Write ``<name>_displacement.png``, ``<name>_normals.png`` and ``<name>_depth.png``.

    Displacement (16 bit, steps of ``DISPLACEMENT_STEP`` about ``MIDDLE``) and normals (of the
    object, 8 bit: −1 … 1 are 0 … 255) lie over ``detail_window.WINDOW`` of the atlas; depth (16
    bit, steps of ``DEPTH_STEP`` behind the frame's front, 65535 where nothing is, 0 before it) is a
    picture from the front, orthographic, 30 cm wide.

    Args:
        folder: gets them.
        name: of the expression.
        dense: the head with its wrinkles, see ``dense.dense_head``.
        displacement: ``(256, 256)`` metres.
        frame: of the depth.

    Returns:
        The files' names.

    Raises:
        OSError: cannot write.
    """
    steps = np.rint(displacement / DISPLACEMENT_STEP) + MIDDLE
    pictures = {
        f"{name}_displacement.png": np.clip(steps, 0, 65535).astype(np.uint16),
        f"{name}_normals.png": normal_map(dense)[..., ::-1],
        f"{name}_depth.png": depth_map(dense, frame),
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


def depth_map(dense: Mesh, frame: DepthFrame) -> np.ndarray:
    """``(512, 512)`` uint16, see :func:`write_maps`."""
    faces = np.concatenate([patch.faces for patch in dense.patches if patch.name != "lashes"])
    points = dense.vertices.astype(np.float64)
    scale = _SIZE / _FRAME
    x = (points[:, 0] - frame.x) * scale + _SIZE / 2 - 0.5
    y = (frame.y - points[:, 1]) * scale + _SIZE / 2 - 0.5
    # The rasteriser orders by 1 / depth and weighs the corners by it; here depth itself is linear.
    nearness = 1 + (points[:, 2] - frame.front)
    drawn = SurfaceMap.draw(np.column_stack([x, y, nearness]), faces, (_SIZE, _SIZE))
    corners = faces[drawn.triangles]
    weights = drawn.barycentric / nearness[corners]
    behind = ((frame.front - points[:, 2])[corners] * weights).sum(1) / weights.sum(1)
    pixels = np.full(_SIZE**2, 65535, np.uint16)
    pixels[drawn.pixels] = np.clip(np.rint(behind / DEPTH_STEP), 0, 65534)
    return pixels.reshape(_SIZE, _SIZE)
