"""One person in meshes: head, hair and clothes at rest.

Lost against the film's picture: hair keeps its ribbons with their painted strands, but not the
anisotropic highlights, the thinning of ribbons seen edge-on nor the renderer's order of blending
(ribbons are cut out at an alpha of .4 instead; the painted cap below them blends); eyes are the
atlas' painted balls instead of a refracting cornea; skin has no light of its own inside. There is
no skeleton: jaw, neck and eyes move by the expression units alone.
"""

from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.heads.accessory import HAIR_CAP, AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.export.lash_picture import paint_lashes
from storyface_assets.lib.heads.export.mesh import Material, Mesh, Opacity, Patch, Picture
from storyface_assets.lib.heads.lashes import lash_opacity
from storyface_assets.lib.heads.open_head import EYES, OpenHead
from storyface_assets.lib.render.scene import rest_normals, skull_centre, volume_normals

_ROUGHNESS = {"skin": 0.55, "eyes": 0.08, "teeth": 0.25, "tongue": 0.35, "lashes": 0.9}
_HAIR_ROUGHNESS, _CLOTH_ROUGHNESS = 0.5, 0.9
_MATERIAL_OF_PART = {"left_eye": "eyes", "right_eye": "eyes"} | dict.fromkeys(
    ("upper_teeth", "lower_teeth"), "teeth"
)


@dataclass(frozen=True, eq=False)
class Assembly:
    """All meshes of a person, in one coordinate system.

    Attributes:
        head: with all its parts.
        worn: ``hair`` (undercoat, painted cap, ribbons; nothing for the bald) and ``clothes``
            (garment, and the neck inside its collar).
    """

    head: Mesh
    worn: dict[str, list[Mesh]]

    @property
    def materials(self) -> list[Material]:
        """Every material once."""
        meshes = [self.head, *(mesh for group in self.worn.values() for mesh in group)]
        return list({p.material.name: p.material for m in meshes for p in m.patches}.values())


def assemble(
    model: OpenHead,
    character: CharacterHead,
    accessories: list[AccessoryMesh],
    vertices: np.ndarray,
) -> Assembly:
    """Put a person together.

    Args:
        model: the head model.
        character: texture and shape of the person.
        accessories: hair and clothes of that person.
        vertices: ``(V, 3)`` float32 of the head at rest.
    """
    joints = model.joint_regressor @ vertices + model.joint_offset
    centre = skull_centre(joints)
    worn: dict[str, list[Mesh]] = {"hair": [], "clothes": []}
    for accessory in accessories:
        group = "hair" if accessory.name.startswith("hair_") else "clothes"
        worn[group].append(_accessory(accessory, centre))
    return Assembly(_head(model, character, vertices), worn)


def _head(model: OpenHead, character: CharacterHead, vertices: np.ndarray) -> Mesh:
    skin = Picture("skin", character.texture)
    materials = {
        name: Material(name, skin, roughness)
        for name, roughness in _ROUGHNESS.items()
        if name != "lashes"
    }
    lashes = Picture("lashes", _lash_texture(model, vertices, len(character.texture)))
    materials["lashes"] = Material("lashes", lashes, _ROUGHNESS["lashes"], "blended", True)
    patches = []
    for number, name in enumerate(model.part_names):
        rows = model.face_part == number
        if rows.any():
            material = materials[_MATERIAL_OF_PART.get(name, name)]
            patches.append(Patch(name, material, model.faces[rows], model.uv_faces[rows]))
    normals = rest_normals(vertices, model.faces)
    return Mesh("head", vertices, normals, model.uv, tuple(patches))


def _lash_texture(model: OpenHead, vertices: np.ndarray, size: int) -> np.ndarray:
    def points(part: str) -> np.ndarray:
        rows = model.face_part == model.part_names.index(part)
        return vertices[np.unique(model.faces[rows])]

    rows = model.face_part == model.part_names.index("lashes")
    index, inverse = np.unique(model.faces[rows], return_inverse=True)
    opacity = lash_opacity(vertices[index], points("skin"), [points(eye) for eye in EYES])
    return paint_lashes(model.uv, model.uv_faces[rows], opacity[inverse].reshape(-1, 3), size)


def _accessory(mesh: AccessoryMesh, centre: np.ndarray) -> Mesh:
    faces = np.ascontiguousarray(mesh.faces, np.int32)
    normals = rest_normals(mesh.vertices, faces)
    if mesh.kind == "hair":
        normals = volume_normals(mesh.vertices, normals, centre)
        opacity: Opacity = "blended" if mesh.name == HAIR_CAP else "cut"
        picture = Picture(mesh.name, mesh.texture)
        material = Material(mesh.name, picture, _HAIR_ROUGHNESS, opacity, True)
    else:
        picture = Picture(mesh.name, np.ascontiguousarray(mesh.texture[..., :3]))
        material = Material(mesh.name, picture, _CLOTH_ROUGHNESS, "opaque", True)
    patch = Patch(mesh.name, material, faces, mesh.uv_faces)
    return Mesh(mesh.name, np.asarray(mesh.vertices, np.float32), normals, mesh.uv, (patch,))
