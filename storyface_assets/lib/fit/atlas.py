"""A head model's texture atlas: which surface point each texel is, and which is its mirror."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from scipy.spatial import cKDTree

from storyface_assets.lib.fit.landmark_sets import INNER, LOWER_FACE
from storyface_assets.lib.fit.linear_head import LinearHead, linear_head
from storyface_assets.lib.heads.model import HeadModel
from storyface_assets.lib.landmarks.face import FACE_OVAL
from storyface_assets.lib.render.surface_map import SurfaceMap

TEXTURE_SIZE = 1024


@dataclass(frozen=True, eq=False)
class Atlas:
    """Texel geometry, the same for every person.

    Attributes:
        surface: the texels' triangles.
        skin: ``(H, W)`` bool, texels of the skin.
        inside: ``(H, W)`` bool, texels that any triangle covers.
        mirror: ``(H, W, 2)`` float32 texel x, y of the mirrored point.
        face: ``(H, W)`` float32, 1 on the face a portrait shows, falling to 0 around it.
        plain: ``(H, W)`` float32, 1 on skin without features: forehead, temples, outer cheeks.
        nearest: ``(H, W)`` int32 flat index of the nearest covered texel, to fill gutters.
    """

    surface: SurfaceMap
    skin: np.ndarray
    inside: np.ndarray
    mirror: np.ndarray
    face: np.ndarray
    plain: np.ndarray
    nearest: np.ndarray


_KNOWN: "WeakKeyDictionary[HeadModel, Atlas]" = WeakKeyDictionary()


def atlas_of(model: HeadModel) -> Atlas:
    """The atlas of a model; computed at the first call, kept as long as the model."""
    if model not in _KNOWN:
        _KNOWN[model] = _build(model)
    return _KNOWN[model]


def texel_positions(uv: np.ndarray) -> np.ndarray:
    """Texture coordinates ``(T, 2)`` → texel x, y ``(T, 2)``, first texel's centre at 0, 0."""
    return np.stack([uv[:, 0], 1 - uv[:, 1]], 1) * TEXTURE_SIZE - 0.5


def _build(model: HeadModel) -> Atlas:
    head = linear_head(model)
    texels = texel_positions(model.uv)
    flat = np.column_stack([texels, np.ones(len(texels))])
    size = (TEXTURE_SIZE, TEXTURE_SIZE)
    surface = SurfaceMap.draw(flat, model.uv_faces, size, two_sided=True)
    inside = surface.picture(np.ones(len(surface.pixels), bool))
    skin = surface.picture(head.skin_faces[surface.triangles])
    return Atlas(
        surface=surface,
        skin=skin,
        inside=inside,
        mirror=_mirror(model, head, surface, texels),
        face=_face_region(model, head, surface),
        plain=_plain_skin(model, head, surface),
        nearest=_nearest_covered(inside),
    )


def _mirror(
    model: HeadModel, head: LinearHead, surface: SurfaceMap, texels: np.ndarray
) -> np.ndarray:
    """Texel of the point mirrored at the head's middle plane, through partner triangles."""
    mean = head.mean.astype(np.float64)
    partner = cKDTree(mean).query(mean * np.array([-1, 1, 1]))[1]
    index = {tuple(sorted(f)): i for i, f in enumerate(model.faces.tolist())}
    # Corner k of a triangle is corner order[k] of its partner triangle.
    corner_texels = texels[model.uv_faces]
    mirrored = corner_texels.copy()
    for i, face in enumerate(partner[model.faces].tolist()):
        j = index.get(tuple(sorted(face)))
        if j is not None:
            other = model.faces[j].tolist()
            mirrored[i] = corner_texels[j][[other.index(v) for v in face]]
    at = mirrored[surface.triangles]
    values = np.einsum("nk,nkd->nd", surface.barycentric, at).astype(np.float32)
    return surface.picture(values)


def _face_region(model: HeadModel, head: LinearHead, surface: SurfaceMap) -> np.ndarray:
    """Soft mask of the face: the landmarks' oval, seen from the front, a bit wider at the brow."""
    oval = head.landmark_mean[[i for i in FACE_OVAL if head.landmark_mask[i]]]
    middle = oval.mean(0)
    mean = head.mean.astype(np.float64)
    reach = (oval - middle)[:, :2]
    angle = np.arctan2(reach[:, 1], reach[:, 0])
    order = np.argsort(angle)
    radius = np.linalg.norm(reach, axis=1)[order]
    away = (mean - middle)[:, :2]
    limit = np.interp(np.arctan2(away[:, 1], away[:, 0]), angle[order], radius, period=2 * np.pi)
    ratio = np.linalg.norm(away, axis=1) / limit
    # Full inside the oval, nothing a good centimetre outside it; the back of the head never.
    weight = np.clip((1.16 - ratio) / 0.16, 0, 1)
    weight *= mean[:, 2] > oval[:, 2].min() - 0.02
    values = surface.interpolate(weight[:, None].astype(np.float32), model.faces)[:, 0]
    values *= head.skin_faces[surface.triangles]
    return surface.picture(values)


def _plain_skin(model: HeadModel, head: LinearHead, surface: SurfaceMap) -> np.ndarray:
    """Soft mask of the skin outside the features and the beard."""
    usable = [i for i in (*INNER, *LOWER_FACE) if head.landmark_mask[i]]
    points = head.landmark_mean[usable]
    middle = head.landmark_mean[[33, 263]].mean(0)
    reach = np.linalg.norm(head.landmark_mean[33] - head.landmark_mean[263])
    mean = head.mean.astype(np.float64)
    away = cKDTree(points).query(mean)[0]
    weight = np.clip(away / reach / 0.10 - 1.0, 0, 1)
    # Below the mouth's height there may be a beard.
    weight *= np.clip((mean[:, 1] - head.landmark_mean[2, 1]) / (0.1 * reach), 0, 1)
    weight[mean[:, 2] < middle[2] - 2 * reach] = 1
    values = surface.interpolate(weight[:, None].astype(np.float32), model.faces)[:, 0]
    return surface.picture(values)


def _nearest_covered(inside: np.ndarray) -> np.ndarray:
    """Flat index of the nearest covered texel, for every texel."""
    _, labels = cv2.distanceTransformWithLabels(
        (~inside).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    place = np.zeros(labels.max() + 1, np.int32)
    place[labels[inside]] = np.flatnonzero(inside.ravel())
    return place[labels]
