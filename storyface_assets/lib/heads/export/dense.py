"""The head with its wrinkles as geometry: the face's triangles divided and moved outwards."""

from dataclasses import replace
from typing import Final

import numpy as np
from scipy.ndimage import map_coordinates

from storyface_assets.lib.heads.detail_window import WINDOW
from storyface_assets.lib.heads.export.mesh import Mesh, Patch
from storyface_assets.lib.render.scene import rest_normals

#: Each triangle of the face becomes 4 ** so many: sides of about a millimetre.
_TIMES: Final = 2
_SKIN: Final = "skin"


def dense_head(head: Mesh, displacement: np.ndarray) -> Mesh:
    """A head whose face is finely divided and displaced.

    What lies outside of the face stays as it is, and so does the face's rim: divided sides lie on
    the undivided ones beside them, and displacement is 0 there.

    Args:
        head: with a patch ``skin``.
        displacement: ``(256, 256)`` metres along the normal, over ``detail_window.WINDOW``.

    Returns:
        A mesh whose first vertices are the head's, and whose first patch is the skin.
    """
    [skin] = (patch for patch in head.patches if patch.name == _SKIN)
    places = WINDOW.places(head.uv)
    inside = np.all((places > 0) & (places < 1), axis=1)[skin.uv_faces].all(1)
    points = np.hstack([head.vertices, head.normals]).astype(np.float64)
    faces, uv, uv_faces = skin.faces[inside], head.uv.astype(np.float64), skin.uv_faces[inside]
    for _ in range(_TIMES):
        points, faces = divided(points, faces)
        uv, uv_faces = divided(uv, uv_faces)
    normals = points[:, 3:] / np.maximum(np.linalg.norm(points[:, 3:], axis=1), 1e-9)[:, None]
    height = np.zeros(len(points))
    # Where a vertex has several texture coordinates, the last corner's counts.
    height[faces.ravel()] = heights_at(displacement, uv)[uv_faces.ravel()]
    vertices = (points[:, :3] + height[:, None] * normals).astype(np.float32)
    whole = Patch(
        skin.name,
        skin.material,
        np.concatenate([skin.faces[~inside], faces]),
        np.concatenate([skin.uv_faces[~inside], uv_faces]),
    )
    others = tuple(patch for patch in head.patches if patch is not skin)
    triangles = np.concatenate([p.faces for p in (whole, *others)]).astype(np.int32)
    # Flat pieces of flat triangles: the smooth normals are turned as the displacement turns theirs.
    flat, deep = (rest_normals(v, triangles) for v in (points[:, :3].astype(np.float32), vertices))
    turned = normals + deep - flat
    turned /= np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9)
    return replace(
        head,
        vertices=vertices,
        normals=turned.astype(np.float32),
        uv=uv.astype(np.float32),
        patches=(whole, *others),
    )


def divided(points: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each triangle in four, by the middles of its sides.

    Args:
        points: ``(N, C)``; they stay the first of the result.
        faces: ``(F, 3)``.

    Returns:
        ``(N + sides, C)`` and ``(4 F, 3)``; the four of a face are neighbours.
    """
    sides = np.stack([faces, np.roll(faces, -1, axis=1)], 2)  # (F, 3, 2): ab, bc, ca
    unique, number = np.unique(np.sort(sides.reshape(-1, 2), axis=1), axis=0, return_inverse=True)
    a, b, c = faces.T
    ab, bc, ca = (len(points) + number.reshape(-1, 3)).T
    quarters = np.stack([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca], 1)
    return np.concatenate([points, points[unique].mean(1)]), quarters.reshape(-1, 3)


def heights_at(displacement: np.ndarray, uv: np.ndarray) -> np.ndarray:
    """A map's values ``(T,)`` at atlas coordinates ``(T, 2)``; 0 outside of the window."""
    x, y = (WINDOW.places(uv) * len(displacement) - 0.5).T
    return np.asarray(map_coordinates(displacement.astype(np.float64), [y, x], order=1))
