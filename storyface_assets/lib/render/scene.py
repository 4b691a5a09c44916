"""Everything about one character that stays the same from frame to frame, in flat arrays."""

from dataclasses import dataclass, field

import numpy as np

from storyface_assets.lib.heads.accessory import HAIR_CAP, AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE, WINDOW
from storyface_assets.lib.heads.model import (
    POSE_GLOBAL,
    POSE_JAW,
    POSE_LEFT_EYE,
    POSE_NECK,
    POSE_RIGHT_EYE,
)
from storyface_assets.lib.heads.open_head import JOINTS, OpenHead
from storyface_assets.lib.render.geometry import vertex_normals
from storyface_assets.lib.render.textures import TexturePack, pack_textures

#: Materials; the shader branches on them, and faces of one material are one surface.
SKIN, LEFT_EYE, RIGHT_EYE, TEETH, TONGUE, CLOTH, HAIR, LASH = range(8)
_MATERIAL_OF_PART = {
    "skin": SKIN,
    "left_eye": LEFT_EYE,
    "right_eye": RIGHT_EYE,
    "upper_teeth": TEETH,
    "lower_teeth": TEETH,
    "tongue": TONGUE,
    "lashes": LASH,
}
_PARENT_OF = {
    "root": None,
    "neck": "root",
    "head": "neck",
    "jaw": "head",
    "left_eye": "head",
    "right_eye": "head",
}
_POSE_OF = {
    "root": POSE_GLOBAL,
    "neck": POSE_NECK,
    "jaw": POSE_JAW,
    "left_eye": POSE_LEFT_EYE,
    "right_eye": POSE_RIGHT_EYE,
}
#: Metres from the head joint to the middle of the skull.
_SKULL_CENTRE = np.array([0.0, 0.07, 0.02], np.float32)
#: Metres; expression offsets below it are dropped.
_SMALLEST_OFFSET = 1e-5


@dataclass(frozen=True)
class EyeLids:
    """What ``keep_lids_outside_numba`` needs of one eye of this person.

    Attributes:
        vertices: ``(n,)`` the lids' vertices.
        gap: ``(n,)`` least distance from the ball over its radius.
        centre: ``(3,)`` metres.
        radius: metres.
    """

    vertices: np.ndarray
    gap: np.ndarray
    centre: np.ndarray
    radius: np.float32


@dataclass(frozen=True)
class Scene:
    """Head first, then the accessories; opaque faces first, then hair and lashes.

    Attributes:
        n_head: vertices of the head.
        n_head_faces: head faces, all parts, that normals are computed from.
        head_faces: ``(n_head_faces, 3)`` int32.
        rest: ``(N, 3)`` float32 metres, shaped, no expression.
        unit_start, unit_vertex, unit_delta: sparse expression units, see ``add_expression``.
        joint_index, joint_weight: ``(N, 4)`` skinning.
        joints, parents, pose_start: the skeleton, see ``joint_motions``.
        normals: ``(N, 3)`` unit, rest.
        tangents: ``(N, 3)`` unit strand directions, zero off the hair.
        faces: ``(F, 3)`` int32.
        uv_faces: ``(F, 3)`` int32 into ``uv``.
        uv: ``(T, 2)`` float32.
        material: ``(F,)`` uint8.
        vertex_material: ``(N,)`` uint8.
        texture_of: ``(F,)`` int32 into ``textures``.
        texel_edges: ``(F, 3)`` float32 length of each side in texels of mip level 0.
        two_sided: ``(F,)`` bool.
        fades: ``(F,)`` bool: ribbons of hair, which thin out at grazing angles; the painted cap
            below them does not, or skin would show along the outline.
        wrinkled: ``(F,)`` uint8, 1 for faces that displacement maps lie on.
        map_places: ``(T, 2)`` float32 texels of such a map, by texture coordinate.
        n_opaque: how many faces are opaque.
        textures: mip-mapped textures.
        lids: of both eyes.
    """

    n_head: int
    head_faces: np.ndarray
    rest: np.ndarray
    unit_start: np.ndarray
    unit_vertex: np.ndarray
    unit_delta: np.ndarray
    joint_index: np.ndarray
    joint_weight: np.ndarray
    joints: np.ndarray
    parents: np.ndarray
    pose_start: np.ndarray
    normals: np.ndarray
    tangents: np.ndarray
    faces: np.ndarray
    uv_faces: np.ndarray
    uv: np.ndarray
    material: np.ndarray
    vertex_material: np.ndarray
    texture_of: np.ndarray
    texel_edges: np.ndarray
    two_sided: np.ndarray
    fades: np.ndarray
    wrinkled: np.ndarray
    map_places: np.ndarray
    n_opaque: int
    textures: TexturePack = field(repr=False)
    lids: tuple[EyeLids, ...]


def _sparse_units(basis: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dense ``(K, V, 3)`` offsets → rows of each unit, vertex and offset of each row."""
    used = np.abs(basis).max(2) > _SMALLEST_OFFSET
    start = np.concatenate([[0], np.cumsum(used.sum(1))]).astype(np.int64)
    unit, vertex = np.nonzero(used)
    return start, vertex.astype(np.int32), np.ascontiguousarray(basis[unit, vertex], np.float32)


def _heaviest_joints(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Dense ``(N, 6)`` skinning → the four heaviest joints, weights renormalised."""
    index = np.argsort(-weights, axis=1)[:, :4]
    heavy = np.take_along_axis(weights, index, 1).astype(np.float32)
    heavy[heavy < 2e-3] = 0.0
    return index.astype(np.int32), heavy / np.maximum(heavy.sum(1, keepdims=True), 1e-9)


def _skeleton(model: OpenHead, shaped: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    joints = (model.joint_regressor @ shaped + model.joint_offset).astype(np.float32)
    parents = [-1 if (p := _PARENT_OF[j]) is None else JOINTS.index(p) for j in JOINTS]
    starts = [_POSE_OF[j].start if j in _POSE_OF else -1 for j in JOINTS]
    return joints, np.array(parents, np.int32), np.array(starts, np.int32)


def volume_normals(points: np.ndarray, own: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Normals of hair: the volume's outweigh the single ribbon's, so neighbours look alike.

    Args:
        points: ``(N, 3)`` metres.
        own: ``(N, 3)`` unit normals of the ribbons.
        centre: ``(3,)`` of the volume, see :func:`skull_centre`.
    """
    away = points - centre
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    outward = np.where((own * away).sum(1, keepdims=True) < 0, -own, own)
    mixed = 0.3 * outward + 0.7 * away
    return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


def skull_centre(joints: np.ndarray) -> np.ndarray:
    """``(3,)`` middle of the skull, which hair grows away from, of joints ``(6, 3)``."""
    return np.asarray(joints[JOINTS.index("head")] + _SKULL_CENTRE)


def _lids(model: OpenHead, shaped: np.ndarray, joints: np.ndarray) -> tuple[EyeLids, ...]:
    result = []
    for eye, lids in model.lids.items():
        centre = joints[JOINTS.index(eye)]
        radius = np.float32(np.linalg.norm(shaped[lids.pole] - centre))
        result.append(EyeLids(lids.vertices, lids.gap, centre, radius))
    return tuple(result)


def rest_normals(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """``(N, 3)`` unit normals of a mesh at rest."""
    normals = np.zeros((len(points), 3), np.float32)
    vertex_normals(np.ascontiguousarray(points, np.float32), faces, normals)
    return normals


def _texel_edges(uv: np.ndarray, uv_faces: np.ndarray, texture: np.ndarray) -> np.ndarray:
    """Sides 0–1, 1–2, 2–0 of each face in texels, ``(F, 3)``."""
    corner = uv[uv_faces] * np.array([texture.shape[1], texture.shape[0]])
    return np.linalg.norm(np.roll(corner, -1, axis=1) - corner, axis=2).astype(np.float32)


def build_scene(
    model: OpenHead, character: CharacterHead, accessories: list[AccessoryMesh]
) -> Scene:
    """Shape the head, lay the accessories beside it and pack it all.

    Args:
        model: the head model.
        character: codes and texture of one person.
        accessories: hair and clothes of that person, in the shaped rest pose.
    """
    code = np.asarray(character.shape, np.float32)
    shaped = model.template + np.tensordot(code, model.shape_basis, 1).astype(np.float32)
    joints, parents, pose_start = _skeleton(model, shaped)
    material = np.array([_MATERIAL_OF_PART[n] for n in model.part_names], np.uint8)
    blocks = [(material[model.face_part], model.faces, model.uv_faces, model.uv, character.texture)]
    points, weights, tangents = [shaped], [model.skin_weights], [np.zeros_like(shaped)]
    normals = [rest_normals(shaped, model.faces)]
    centre = skull_centre(joints)
    for mesh in accessories:
        kind = HAIR if mesh.kind == "hair" else CLOTH
        number = np.full(len(mesh.faces), kind, np.uint8)
        blocks.append((number, mesh.faces, mesh.uv_faces, mesh.uv, mesh.texture))
        points.append(mesh.vertices)
        weights.append(mesh.skin_weights)
        none = np.zeros_like(mesh.vertices)
        tangents.append(none if mesh.tangents is None else mesh.tangents)
        own = rest_normals(mesh.vertices, mesh.faces.astype(np.int32))
        normals.append(volume_normals(mesh.vertices, own, centre) if kind == HAIR else own)

    first_vertex = np.cumsum([0, *(len(p) for p in points)])
    first_uv = np.cumsum([0, *(len(b[3]) for b in blocks)])
    number = np.concatenate([b[0] for b in blocks])
    faces = np.concatenate([b[1] + v for b, v in zip(blocks, first_vertex, strict=False)])
    uv_faces = np.concatenate([b[2] + t for b, t in zip(blocks, first_uv, strict=False)])
    texture_of = np.concatenate([np.full(len(b[0]), i) for i, b in enumerate(blocks)])
    edges = np.concatenate([_texel_edges(b[3], b[2], b[4]) for b in blocks])
    ribbons = [mesh.kind == "hair" and mesh.name != HAIR_CAP for mesh in accessories]
    fades = np.repeat([False, *ribbons], [len(b[0]) for b in blocks])
    order = np.argsort(number >= HAIR, kind="stable")  # opaque first
    vertex_material = np.zeros(first_vertex[-1], np.uint8)
    vertex_material[faces.ravel()] = np.repeat(number, 3)
    joint_index, joint_weight = _heaviest_joints(np.concatenate(weights).astype(np.float32))
    start, vertex, delta = _sparse_units(model.expression_basis)
    uv = np.ascontiguousarray(np.concatenate([b[3] for b in blocks]), np.float32)
    places = WINDOW.places(uv)
    inside = np.all((places > 0) & (places < 1), axis=1)[uv_faces].any(1)
    wrinkled = (number == SKIN) & (texture_of == 0) & inside
    return Scene(
        n_head=len(shaped),
        head_faces=np.ascontiguousarray(model.faces, np.int32),
        rest=np.ascontiguousarray(np.concatenate(points), np.float32),
        unit_start=start,
        unit_vertex=vertex,
        unit_delta=delta,
        joint_index=joint_index,
        joint_weight=joint_weight,
        joints=joints,
        parents=parents,
        pose_start=pose_start,
        normals=np.ascontiguousarray(np.concatenate(normals), np.float32),
        tangents=np.ascontiguousarray(np.concatenate(tangents), np.float32),
        faces=np.ascontiguousarray(faces[order], np.int32),
        uv_faces=np.ascontiguousarray(uv_faces[order], np.int32),
        uv=uv,
        material=np.ascontiguousarray(number[order]),
        vertex_material=vertex_material,
        texture_of=np.ascontiguousarray(texture_of[order], np.int32),
        texel_edges=np.ascontiguousarray(edges[order], np.float32),
        two_sided=np.ascontiguousarray(number[order] >= CLOTH),
        fades=np.ascontiguousarray(fades[order]),
        wrinkled=np.ascontiguousarray(wrinkled[order], np.uint8),
        map_places=(places * DETAIL_SIZE - 0.5).astype(np.float32),
        n_opaque=int((number < HAIR).sum()),
        textures=pack_textures([b[4] for b in blocks]),
        lids=_lids(model, shaped, joints),
    )
