"""All files of one person's head in a folder."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.export.assembly import Assembly, assemble
from storyface_assets.lib.heads.export.dense import dense_head
from storyface_assets.lib.heads.export.glb import save_glb
from storyface_assets.lib.heads.export.maps import DepthFrame, write_maps
from storyface_assets.lib.heads.export.mesh import Mesh
from storyface_assets.lib.heads.export.morphs import Morphs, make_morphs
from storyface_assets.lib.heads.export.obj import write_materials, write_obj
from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets.lib.render.scene import rest_normals

GLB_NAME = "head.glb"
MATERIALS_NAME = "materials.mtl"
FACTS_NAME = "facts.json"


def write_head_files(
    folder: Path,
    name: str,
    model: OpenHead,
    character: CharacterHead,
    accessories: list[AccessoryMesh],
) -> dict[str, Any]:
    """Write ``head.glb``, an OBJ an expression, ``hair.obj``, ``clothes.obj`` and what they use.

    A wrinkled head also gets, for each expression, ``<expression>_detail.obj`` (the face finely
    divided and displaced) and the maps of ``maps.write_maps``. Hair and clothes are the same in
    every expression and fit beside each of its OBJs: all files share one coordinate system.

    Args:
        folder: gets the files.
        name: of the scene in the GLB.
        model: the head model.
        character: the person, with expressions.
        accessories: hair and clothes of that person.

    Returns:
        What ``facts.json`` says: counts, and the bytes of each file.
    """
    morphs = make_morphs(model, character)
    person = assemble(model, character, accessories, morphs.rest)
    objects = {e: [_posed(person.head, e, morphs, model.faces)] for e in character.expressions}
    objects |= {n: meshes for n, meshes in person.worn.items() if meshes}
    write_materials(folder / MATERIALS_NAME, person.materials)
    for stem, meshes in objects.items():
        write_obj(folder / f"{stem}.obj", meshes, MATERIALS_NAME)
    save_glb(folder / GLB_NAME, name, person, morphs)
    frame = DepthFrame.of(morphs.rest)
    detail = _write_detail(folder, objects, character, frame)
    pictures = {m.colour.file for m in person.materials} | set(detail)
    files = sorted({GLB_NAME, MATERIALS_NAME, *pictures, *(f"{stem}.obj" for stem in objects)})
    facts = _facts(person, morphs)
    if detail:
        facts["maps"] = frame.facts()
    facts["bytes"] = {file: (folder / file).stat().st_size for file in files}
    write_durably(folder / FACTS_NAME, json.dumps(facts, ensure_ascii=False, indent=1).encode())
    return facts


def _write_detail(
    folder: Path,
    objects: Mapping[str, list[Mesh]],
    character: CharacterHead,
    frame: DepthFrame,
) -> list[str]:
    """Names of what was written."""
    files = []
    for name in character.expressions:
        if name in character.displacement:
            [head] = objects[name]
            map_ = character.displacement[name]
            dense = dense_head(head, map_)
            files.append(f"{name}_detail.obj")
            write_obj(folder / files[-1], [dense], MATERIALS_NAME)
            files += write_maps(folder, name, dense, map_, frame)
    return files


def _posed(head: Mesh, expression: str, morphs: Morphs, faces: np.ndarray) -> Mesh:
    vertices = morphs.expression(expression)
    return replace(head, name=expression, vertices=vertices, normals=rest_normals(vertices, faces))


def _facts(person: Assembly, morphs: Morphs) -> dict[str, Any]:
    groups = {"head": [person.head]} | person.worn
    return {
        "vertices": {n: sum(len(m.vertices) for m in g) for n, g in groups.items()},
        "triangles": {
            n: sum(len(p.faces) for m in g for p in m.patches) for n, g in groups.items()
        },
        "morph targets": len(morphs.names),
        "expressions": list(morphs.recipes),
    }
