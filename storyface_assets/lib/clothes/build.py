"""Clothes for one character: the garment over the bust and the neck under its collar."""

import zlib

import numpy as np
from scipy.spatial import cKDTree

from storyface_assets.lib.clothes.bust import body_build, bust_rings, ring_mesh, root_weights
from storyface_assets.lib.clothes.garments import GARMENTS, paint_fabric
from storyface_assets.lib.clothes.neck import SECTORS, Neck, find_neck
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.model import HeadModel

#: How much of the neck's motion the collar's edge takes up.
_COLLAR_SUPPLE = 0.45


def build_clothes(
    model: HeadModel,
    character: CharacterHead,
    vertices: np.ndarray,
    points: np.ndarray,
    face_half_width: float,
    garment: str | None = None,
) -> list[AccessoryMesh]:
    """The garment, and skin that closes the neck inside its collar.

    Args:
        model: the head model.
        character: colours, age and gender.
        vertices: ``(V, 3)`` the character's rest vertices.
        points: ``(N, 3)`` points all over the skin.
        face_half_width: metres; scales the shoulders.
        garment: a name from ``GARMENTS``; ``None`` picks one by the character.

    Raises:
        BadInput: there is no such garment.
    """
    skin = model.face_part == model.part_names.index("skin")
    neck = find_neck(vertices, model.faces[skin], points)
    name = garment or pick_garment(character)
    if name not in GARMENTS:
        raise BadInput("garment", name, "is not known.", f"Use one of {', '.join(GARMENTS)}.")
    chosen = GARMENTS[name]
    collar = chosen.collar(neck)
    size = body_build(face_half_width, character.gender, character.age)
    foot = float(np.mean(np.linalg.norm((collar[-1] - neck.ring(0, 0))[:, [0, 2]], axis=1)))
    rings = np.concatenate([collar, bust_rings(neck, size, foot)])
    mesh, faces, uv, uv_faces = ring_mesh(rings)
    collar_share = float(1 - uv.reshape(len(rings), -1, 2)[len(collar) - 1, 0, 1])
    rng = np.random.default_rng(zlib.crc32(character.shape.astype("<f4").tobytes()))
    cloth = AccessoryMesh(
        name=name,
        kind="cloth",
        vertices=mesh.astype(np.float32),
        faces=faces,
        uv=uv,
        uv_faces=uv_faces,
        skin_weights=_cloth_weights(len(collar), len(rings)),
        texture=paint_fabric(character.shirt_colour, chosen, collar_share, rng),
    )
    return [cloth, _neck_lining(model, character, vertices, neck)]


def pick_garment(character: CharacterHead) -> str:
    """A garment that stays the same for the same shape code."""
    names = list(GARMENTS)
    return names[zlib.crc32(character.shape.astype("<f4").tobytes()) % 2]


def _cloth_weights(collar: int, rings: int) -> np.ndarray:
    weights = root_weights(rings - collar, _COLLAR_SUPPLE)
    top = np.repeat(weights[:1], collar * SECTORS, 0)
    return np.concatenate([top, weights])


def _neck_lining(
    model: HeadModel, character: CharacterHead, vertices: np.ndarray, neck: Neck
) -> AccessoryMesh:
    """Skin from just above the cut down into the garment, in the neck's own colour."""
    rises, swells = (0.010, 0.0, -0.02, -0.05), (-0.0015, -0.001, -0.002, -0.004)
    rings = np.stack([neck.ring(r, s) for r, s in zip(rises, swells, strict=True)])
    mesh, faces, uv, uv_faces = ring_mesh(rings)
    nearest = cKDTree(vertices).query(rings[0])[1]
    weights = np.zeros((len(rings), SECTORS, 6), np.float32)
    own: np.ndarray = getattr(model, "skin_weights")  # noqa: B009
    root = np.eye(6, dtype=np.float32)[0]
    for k, share in enumerate((0.0, 0.1, 0.5, 1.0)):
        weights[k] = (1 - share) * own[nearest] + share * root
    weights /= weights.sum(2, keepdims=True)
    colours = _texture_at(model, character.texture, nearest)
    strip = np.concatenate([colours, colours[:1]])[None]
    texture = np.dstack([np.repeat(strip, 8, 0), np.full((8, SECTORS + 1), 255, np.uint8)])
    return AccessoryMesh(
        name="neck_lining",
        kind="cloth",
        vertices=mesh.astype(np.float32),
        faces=faces,
        uv=uv,
        uv_faces=uv_faces,
        skin_weights=weights.reshape(-1, 6),
        texture=np.ascontiguousarray(texture.astype(np.uint8)),
    )


def _texture_at(model: HeadModel, texture: np.ndarray, vertices: np.ndarray) -> np.ndarray:
    """``(N, 3)`` colours of the head's texture at vertices."""
    corner_vertex, corner_uv = model.faces.ravel(), model.uv_faces.ravel()
    order = np.argsort(corner_vertex, kind="stable")
    first = order[np.searchsorted(corner_vertex[order], vertices)]
    uv = model.uv[corner_uv[first]]
    h, w = texture.shape[:2]
    x = np.clip((uv[:, 0] * w).astype(int), 0, w - 1)
    y = np.clip(((1 - uv[:, 1]) * h).astype(int), 0, h - 1)
    return texture[y, x]
