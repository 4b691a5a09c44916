"""Who decides which triangle a pixel sees: numba on the CPU, or pytorch3d on CUDA.

Both take the same screen points and give the same picture but for pixels whose centre lies on an
edge.
"""

from typing import Any, Final, Protocol

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.render.visibility import rasterise, setup_faces

_INSTALL: Final = "pip install 'storyface[research]'"


class Rasterizer(Protocol):
    """Finds the nearest face of every pixel."""

    def face_ids(self, screen: np.ndarray, faces: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """``(H, W)`` int32 nearest face that is seen from its front, −1 where none is.

        Args:
            screen: ``(V, 3)`` float32 pixel x, y (the centre of the first pixel at .5, .5), and
                1 / depth.
            faces: ``(F, 3)`` int32, counter-clockwise from their front.
            size: width, height.
        """
        ...


class NumbaRasterizer:
    """The visibility buffer of this package."""

    def face_ids(self, screen: np.ndarray, faces: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """See :class:`Rasterizer`."""
        width, height = size
        count = len(faces)
        planes, boxes = np.zeros((count, 9), np.float32), np.zeros((count, 4), np.int32)
        depth = np.zeros((height, width), np.float32)
        ids = np.full((height, width), -1, np.int32)
        one_sided = np.zeros(count, np.bool_)
        setup_faces(screen, faces, 0, count, one_sided, width, height, planes, boxes)
        rasterise(planes, boxes, 0, count, depth, ids)
        return ids


class Pytorch3dRasterizer:
    """pytorch3d's (Ravi et al. 2020, "Accelerating 3D Deep Learning with PyTorch3D").

    Args:
        device: torch's name of it.

    Raises:
        BadInput: pytorch3d is not installed.
    """

    def __init__(self, device: str = "cuda") -> None:
        try:
            from pytorch3d.renderer.mesh.rasterize_meshes import rasterize_meshes
            from pytorch3d.structures import Meshes
        except ImportError as error:
            problem = f"is not installed ({error})."
            raise BadInput("pytorch3d", "", problem, f"Run {_INSTALL}, or use numba.") from error
        self._rasterize: Any = rasterize_meshes
        self._meshes: Any = Meshes
        self._device = device

    def face_ids(self, screen: np.ndarray, faces: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """See :class:`Rasterizer`."""
        import torch

        width, height = size
        front = np.flatnonzero(_towards_viewer(screen, faces))
        if not len(front):
            return np.full((height, width), -1, np.int32)
        x, y, nearness = screen.astype(np.float64).T
        # pytorch3d: +X to the left, +Y up, the shorter side from −1 to 1.
        half = min(width, height) / 2
        places = np.stack([(width / 2 - x) / half, (height / 2 - y) / half, _depth(nearness)], 1)
        meshes = self._meshes(
            verts=[torch.from_numpy(places).float().to(self._device)],
            faces=[torch.from_numpy(faces[front].astype(np.int64)).to(self._device)],
        )
        found, *_ = self._rasterize(
            meshes,
            image_size=(height, width),
            blur_radius=0.0,
            faces_per_pixel=1,
            perspective_correct=True,
        )
        nearest = found[0, :, :, 0].cpu().numpy()
        whole = np.append(front, -1).astype(np.int32)  # −1 picks the last, which is none
        return np.asarray(whole[nearest])


def _depth(nearness: np.ndarray) -> np.ndarray:
    return 1 / np.where(nearness > 0, nearness, 1.0)


def _towards_viewer(screen: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """``(F,)`` bool: faces before the camera whose corners run counter-clockwise (y down)."""
    a, b, c = (screen[faces[:, n], :2].astype(np.float64) for n in range(3))
    (abx, aby), (acx, acy) = (b - a).T, (c - a).T
    return np.asarray((abx * acy - aby * acx < 0) & (screen[faces, 2] > 0).all(1))
