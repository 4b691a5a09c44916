"""Texture coordinates of the whole head: one atlas, most of it face."""

import numpy as np

from storyface_assets.lib.heads.build import uv_atlas
from storyface_assets.lib.heads.build.head_cut import PART_NAMES
from storyface_assets.lib.heads.build.head_source import HeadSource
from storyface_assets.lib.heads.build.landmarks import Landmarks
from storyface_assets.lib.heads.build.uv_skin import cut_open, lay_out
from storyface_assets.lib.heads.eyes import EYE_CENTRES, EYE_RADIUS
from storyface_assets.lib.heads.open_head import EYES

#: Texture length per length at a face landmark, relative to the back of the head.
_FACE_DENSITY = 3.2
#: Distance (decimetres) over which it falls off.
_FALL_OFF = 0.33


def lay_out_head(source: HeadSource, landmarks: Landmarks) -> tuple[np.ndarray, np.ndarray]:
    """Atlas coordinates ``(T, 2)`` and the triangles' corners ``(F, 3)``.

    Args:
        source: topology; the layout is made on the symmetric base mesh.
        landmarks: iBUG's 68: around them the texture is dense.
    """
    base = source.mesh.vertices[source.flesh.base_ids]
    atlas = uv_atlas.AtlasBuilder(len(source.triangles))
    charts, skin = source.charts, uv_atlas.SKIN
    disc = cut_open(base, source.flesh.triangles[charts.outer])
    uv = lay_out(disc, base, skin_density(base, landmarks), skin.height / skin.width)
    uv = uv * skin.width + [skin.left, skin.bottom]
    atlas.add(charts.outer, disc.triangles, uv)
    islands = (
        (charts.inner_mouth, uv_atlas.INNER_MOUTH),
        (charts.left_socket, uv_atlas.LEFT_SOCKET),
        (charts.right_socket, uv_atlas.RIGHT_SOCKET),
        (source.flesh.of_part("upper_teeth"), uv_atlas.UPPER_TEETH),
        (source.flesh.of_part("lower_teeth"), uv_atlas.LOWER_TEETH),
        (source.flesh.of_part("tongue"), uv_atlas.TONGUE),
        (source.flesh.of_part("lashes"), uv_atlas.LASHES),
    )
    for rows, box in islands:
        used, corners = np.unique(source.flesh.uv_corners[rows], return_inverse=True)
        atlas.add(rows, corners.reshape(-1, 3), uv_atlas.place(source.mesh.uv[used], box))
    for eye in EYES:
        rows = np.nonzero(source.part == PART_NAMES.index(eye))[0]
        centre = np.array(EYE_CENTRES[eye])
        disc_uv = centre + EYE_RADIUS * source.eyeball.disc
        atlas.add(rows, source.eyeball.triangles, disc_uv)
    return atlas.finish()


def skin_density(vertices: np.ndarray, landmarks: Landmarks) -> np.ndarray:
    """Wanted texture density of each vertex ``(V,)``: high near eyes, brows, nose and mouth."""
    features = landmarks.positions(vertices)[17:]
    outline = landmarks.positions(vertices)[:17]
    near_features = np.linalg.norm(vertices[:, None] - features, axis=2).min(1)
    near_outline = np.linalg.norm(vertices[:, None] - outline, axis=2).min(1)
    dense = np.exp(-((near_features / _FALL_OFF) ** 2))
    medium = 0.35 * np.exp(-((near_outline / _FALL_OFF) ** 2))
    return 1 + (_FACE_DENSITY - 1) * np.maximum(dense, medium)
