"""Wavefront OBJ and MTL: what every 3D program reads.

Numbers have nine digits, so that a float32 comes back as it was. MTL has no roughness of its own;
``Pr`` (of the PBR extension) says it to the programs that know it, ``Ns`` to the others.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.heads.export.mesh import Material, Mesh

_HEADER = "# StoryFace: metres, +Y up, +Z out of the face\n"


def write_obj(path: Path, meshes: Sequence[Mesh], materials: str) -> None:
    """Write meshes into one file, a group a patch.

    Args:
        path: the ``.obj``.
        meshes: in the order of the file.
        materials: name of the ``.mtl`` beside it.
    """
    lines = [f"{_HEADER}mtllib {materials}\n"]
    first_vertex, first_uv = 1, 1
    for mesh in meshes:
        lines.append(f"o {mesh.name}\n")
        lines.append(_rows("v %.9g %.9g %.9g\n", mesh.vertices))
        lines.append(_rows("vt %.9g %.9g\n", mesh.uv))
        lines.append(_rows("vn %.9g %.9g %.9g\n", mesh.normals))
        for patch in mesh.patches:
            lines.append(f"g {patch.name}\nusemtl {patch.material.name}\n")
            v, t = patch.faces + first_vertex, patch.uv_faces + first_uv
            corners = np.stack([v, t, v], 2).reshape(len(v), 9)
            lines.append(_rows("f %d/%d/%d %d/%d/%d %d/%d/%d\n", corners))
        first_vertex += len(mesh.vertices)
        first_uv += len(mesh.uv)
    write_durably(path, "".join(lines).encode())


def write_materials(path: Path, materials: Sequence[Material]) -> None:
    """Write a ``.mtl`` and its textures beside it."""
    for picture in {m.colour.file: m.colour for m in materials}.values():
        write_durably(path.parent / picture.file, picture.png)
    write_durably(path, "".join([_HEADER, *map(_material, materials)]).encode())


def _material(material: Material) -> str:
    file, roughness = material.colour.file, material.roughness
    lines = [
        f"newmtl {material.name}",
        "Kd 1 1 1",
        "Ks 0.04 0.04 0.04",
        # Blinn-Phong's exponent of a roughness (Walter et al. 2007: 2 / α² − 2, α = roughness²).
        f"Ns {min(max(2 / roughness**4 - 2, 0.0), 1000.0):.1f}",
        f"Pr {roughness:g}",
        "illum 2",
        f"map_Kd {file}",
    ]
    if material.opacity != "opaque":
        lines.append(f"map_d {file}")
    return "\n".join(lines) + "\n\n"


def _rows(pattern: str, array: np.ndarray) -> str:
    """One line a row; one format over all numbers is many times as fast as one a row."""
    return (pattern * len(array)) % tuple(array.ravel().tolist())
