"""The face's surface as the texels of a detail map see it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import torch

from storyface_assets.lib.heads.detail_window import DETAIL_SIZE, WINDOW
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render.surface_map import SurfaceMap

#: Metres about the nose that have detail, and over how many of them it fades out.
_REACH, _FADE = 0.100, 0.018
#: Texels from the skin's edges (lids, lips, nostrils) without detail, and over how many it begins.
_EDGE, _EDGE_FADE = 1.0, 3.0
_NOSE: Final = 30


@dataclass(frozen=True, eq=False)
class DetailSpace:
    """The surface seen from a detail map's texels; the same for everybody.

    Attributes:
        position: ``(256, 256, 3)`` float32 metres on the mean head; 0 where no skin is.
        mask: ``(256, 256)`` float32 0–1 where there is detail: the face's skin, softly ended.
        landmarks: ``(68, 2)`` float64, texels: x, y of iBUG's landmarks, centre of the first at 0.
    """

    position: np.ndarray
    mask: np.ndarray
    landmarks: np.ndarray

    @classmethod
    def of(cls, head: OpenHead) -> "DetailSpace":
        """That of a head model; kept for the next call."""
        return _space_of(head)


@lru_cache(maxsize=2)
def _space_of(head: OpenHead) -> DetailSpace:
    skin = np.flatnonzero(head.face_part == head.part_names.index("skin"))
    places = WINDOW.places(head.uv) * DETAIL_SIZE - 0.5
    flat = np.column_stack([places, np.ones(len(places))])
    drawn = SurfaceMap.draw(flat, head.uv_faces[skin], (DETAIL_SIZE,) * 2, two_sided=True)
    corners = head.template[head.faces[skin][drawn.triangles]]
    position = np.zeros((DETAIL_SIZE**2, 3), np.float32)
    position[drawn.pixels] = (corners * drawn.barycentric[..., None]).sum(1)
    covered = np.zeros(DETAIL_SIZE**2, bool)
    covered[drawn.pixels] = True
    with torch.no_grad():
        marks = head.landmarks(torch.from_numpy(head.template)[None], "ibug68")[0].numpy()
    away = np.linalg.norm(position - marks[_NOSE], axis=1)
    mask = np.clip((_REACH - away) / _FADE, 0, 1) * covered
    side = (DETAIL_SIZE, DETAIL_SIZE)
    # Lids, lips and nostrils end in edges of the texture, where a step would be lit.
    whole = covered.reshape(side).astype(np.uint8)
    inside = cv2.distanceTransform(cv2.copyMakeBorder(whole, *(1,) * 4, 0), cv2.DIST_L2, 5)
    ends = np.clip((inside[1:-1, 1:-1] - _EDGE) / _EDGE_FADE, 0, 1)
    soft = mask.reshape(side) * ends * ends * (3 - 2 * ends)
    return DetailSpace(
        position.reshape(*side, 3),
        soft.astype(np.float32),
        _nearest_texels(position, covered, marks),
    )


def _nearest_texels(position: np.ndarray, covered: np.ndarray, points: np.ndarray) -> np.ndarray:
    rows = np.flatnonzero(covered)
    away = np.linalg.norm(position[rows][None] - points[:, None], axis=2)
    nearest = rows[away.argmin(1)]
    return np.stack([nearest % DETAIL_SIZE, nearest // DETAIL_SIZE], 1).astype(np.float64)
