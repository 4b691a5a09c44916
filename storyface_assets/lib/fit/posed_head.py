"""The fitted head in the photo's camera space, with normals and a depth picture."""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.fit.landmark_fit import LandmarkFit
from storyface_assets.lib.fit.linear_head import LinearHead
from storyface_assets.lib.fit.photo_camera import PhotoCamera
from storyface_assets.lib.render.geometry import vertex_normals
from storyface_assets.lib.render.surface_map import SurfaceMap

#: Side of the depth picture, pixels.
_DEPTH_SIZE = 512
#: Half the region it covers, in interocular distances.
_REACH = 1.7
#: A point this far behind the nearest surface counts as hidden, metres.
_HIDDEN_BEHIND = 0.004


@dataclass(frozen=True, eq=False)
class PosedHead:
    """One head as the photo's camera sees it.

    Attributes:
        vertices: ``(V, 3)`` float32 metres, camera space.
        normals: ``(V, 3)`` float32 unit, camera space.
        camera: the photo's camera.
        surface: what each pixel of the depth picture shows.
        to_depth: (scale, x, y): photo pixel · scale + (x, y) = pixel of the depth picture.
    """

    vertices: np.ndarray
    normals: np.ndarray
    camera: PhotoCamera
    surface: SurfaceMap
    to_depth: tuple[float, float, float]

    @classmethod
    def of(
        cls, head: LinearHead, fit: LandmarkFit, camera: PhotoCamera, interocular: float
    ) -> "PosedHead":
        """Pose a head as fitted.

        Args:
            head: the model's basis.
            fit: codes and pose.
            camera: the photo's camera.
            interocular: distance of the outer eye corners, pixels.
        """
        vertices = fit.to_camera(head.vertices(fit.codes)).astype(np.float32)
        normals = np.zeros_like(vertices)
        vertex_normals(vertices, np.ascontiguousarray(head.faces, np.int32), normals)
        pixels = camera.project(vertices)
        scale = _DEPTH_SIZE / (2 * _REACH * interocular)
        middle = camera.project(fit.to_camera(head.landmark_mean[[168]]))[0]
        x, y = (_DEPTH_SIZE - 1) / 2 - middle * scale
        screen = np.column_stack([pixels * scale + (x, y), -1 / vertices[:, 2]])
        surface = SurfaceMap.draw(screen, head.faces, (_DEPTH_SIZE, _DEPTH_SIZE))
        return cls(vertices, normals, camera, surface, (float(scale), float(x), float(y)))

    def visible(self, points: np.ndarray, pixels: np.ndarray) -> np.ndarray:
        """Whether surface points are seen, ``(N,)`` bool.

        Args:
            points: ``(N, 3)`` camera space.
            pixels: ``(N, 2)`` their photo pixels.
        """
        scale, x, y = self.to_depth
        cells = np.rint(pixels * scale + (x, y)).astype(int)
        inside = ((cells >= 0) & (cells < _DEPTH_SIZE)).all(1)
        cells = np.clip(cells, 0, _DEPTH_SIZE - 1)
        nearest = self.surface.depth[cells[:, 1], cells[:, 0]]
        return inside & (-points[:, 2] < nearest + _HIDDEN_BEHIND)
