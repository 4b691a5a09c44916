"""One GLB a person: head with morph targets and animations, hair, clothes.

The head at rest has every unit at 0, as ARKit means its neutral face. Its targets are ARKit's
units by ARKit's names, then the book's expressions, each exactly the head at that expression's
code; an animation of the same name plays it. ``mesh.extras.expressions`` has the same as strengths
of units, for rigs that know only these.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.heads.export.assembly import Assembly
from storyface_assets.lib.heads.export.glb_file import write_glb
from storyface_assets.lib.heads.export.gltf_buffer import GltfBuffer
from storyface_assets.lib.heads.export.mesh import Material, Mesh, Patch, corners
from storyface_assets.lib.heads.export.morphs import Morphs

#: What moves or turns less than this is left out of a target: metres, and length of a unit normal.
_SMALLEST_MOVE, _SMALLEST_TURN = 1e-6, 2e-3
#: When an animation's expression is off, on, still on, off: seconds.
_KEYFRAMES = ((0.0, 0.0), (0.5, 1.0), (1.5, 1.0), (2.0, 0.0))
_MODES = {"opaque": "OPAQUE", "cut": "MASK", "blended": "BLEND"}
_CUTOFF = 0.4
_NOTICE = "AI로 만든 3D 머리 (AI-generated 3D head)"
#: Sampling: linear, mip-mapped; the coordinates end at the picture's edge.
_SAMPLER = {"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071}


def save_glb(path: Path, scene: str, person: Assembly, morphs: Morphs) -> None:
    """Write a person's GLB.

    Args:
        path: the ``.glb``.
        scene: its name.
        person: all meshes.
        morphs: of the head, which is ``person.head`` at rest.
    """
    buffer, materials = GltfBuffer(), person.materials
    index = {material.name: i for i, material in enumerate(materials)}
    groups = {"head": [person.head]} | person.worn
    meshes = [
        _mesh(buffer, name, group, index, morphs if name == "head" else None)
        for name, group in groups.items()
        if group
    ]
    pictures = list({m.colour.file: m.colour for m in materials}.values())
    files = [picture.file for picture in pictures]
    document = {
        "asset": {"version": "2.0", "generator": "StoryFace", "extras": {"notice": _NOTICE}},
        "scene": 0,
        "scenes": [{"name": scene, "nodes": list(range(len(meshes)))}],
        "nodes": [{"name": mesh["name"], "mesh": i} for i, mesh in enumerate(meshes)],
        "meshes": meshes,
        "animations": _animations(buffer, morphs),
        "materials": [_material(m, files.index(m.colour.file)) for m in materials],
        "samplers": [_SAMPLER],
        "textures": [{"sampler": 0, "source": i} for i in range(len(files))],
        "images": [
            {"name": p.name, "mimeType": "image/png", "bufferView": buffer.file(p.file, p.png)}
            for p in pictures
        ],
        "accessors": buffer.accessors,
        "bufferViews": buffer.views(),
    }
    data = buffer.data()
    write_glb(path, document | {"buffers": [{"byteLength": len(data)}]}, data)


def _mesh(
    buffer: GltfBuffer,
    name: str,
    group: Sequence[Mesh],
    material: dict[str, int],
    morphs: Morphs | None,
) -> dict[str, Any]:
    """A mesh whose primitives are the patches of a group."""
    primitives = [
        _primitive(buffer, mesh, patch, material, morphs)
        for mesh in group
        for patch in mesh.patches
    ]
    described: dict[str, Any] = {"name": name, "primitives": primitives}
    if morphs:
        described["weights"] = [0.0] * len(morphs.names)
        described["extras"] = {"targetNames": morphs.names, "expressions": morphs.recipes}
    return described


def _primitive(
    buffer: GltfBuffer, mesh: Mesh, patch: Patch, material: dict[str, int], morphs: Morphs | None
) -> dict[str, Any]:
    vertex, uv, triangles = corners(patch)
    # glTF counts v from the top.
    flipped = (mesh.uv[uv] * (1, -1) + (0, 1)).astype(np.float32)
    described: dict[str, Any] = {
        "attributes": {
            "POSITION": buffer.attribute(mesh.vertices[vertex], bounds=True),
            "NORMAL": buffer.attribute(mesh.normals[vertex]),
            "TEXCOORD_0": buffer.attribute(flipped),
        },
        "indices": buffer.triangles(triangles),
        "material": material[patch.material.name],
        "extras": {"part": patch.name},
    }
    if morphs:
        described["targets"] = [
            {
                "POSITION": buffer.sparse(move[vertex], _SMALLEST_MOVE, bounds=True),
                "NORMAL": buffer.sparse(turn[vertex], _SMALLEST_TURN),
            }
            for move, turn in zip(morphs.moves, morphs.turns, strict=True)
        ]
    return described


def _material(material: Material, texture: int) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": material.name,
        "pbrMetallicRoughness": {
            "baseColorTexture": {"index": texture},
            "metallicFactor": 0.0,
            "roughnessFactor": material.roughness,
        },
        "doubleSided": material.two_sided,
        "alphaMode": _MODES[material.opacity],
    }
    return described | ({"alphaCutoff": _CUTOFF} if material.opacity == "cut" else {})


def _animations(buffer: GltfBuffer, morphs: Morphs) -> list[dict[str, Any]]:
    """Each expression comes and goes; node 0 is the head."""
    times, strengths = np.array(_KEYFRAMES, np.float32).T
    clock = buffer.sequence(times, bounds=True)
    animations = []
    for name in morphs.recipes:
        weights = np.zeros((len(times), len(morphs.names)), np.float32)
        weights[:, morphs.names.index(name)] = strengths
        sampler = {"input": clock, "interpolation": "LINEAR", "output": buffer.sequence(weights)}
        channel = {"sampler": 0, "target": {"node": 0, "path": "weights"}}
        animations.append({"name": name, "channels": [channel], "samplers": [sampler]})
    return animations
