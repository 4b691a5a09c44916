"""Whether a head's files are all there and belong together."""

import json
from pathlib import Path

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.export.files import FACTS_NAME, GLB_NAME, MATERIALS_NAME
from storyface_assets.lib.heads.export.glb_file import read_glb
from storyface_assets.lib.heads.units import UNITS


def broken_files(folder: Path) -> list[str]:
    """One line for each fault of what ``write_head_files`` wrote; empty when there is none."""
    try:
        facts = json.loads((folder / FACTS_NAME).read_text("utf-8"))
        document, data = read_glb(folder / GLB_NAME)
        materials = (folder / MATERIALS_NAME).read_text("utf-8").split("\n")
    except (OSError, ValueError, BadInput) as error:
        return [str(error)]
    faults = []
    wanted = (*UNITS, *facts["expressions"])
    if tuple(document["meshes"][0]["extras"]["targetNames"]) != wanted:
        faults.append(f"{GLB_NAME}: morph targets are missing")
    if sum(buffer["byteLength"] for buffer in document["buffers"]) != len(data):
        faults.append(f"{GLB_NAME}: its data have another length than it says")
    sizes = {f"{name}.obj": facts["bytes"].get(f"{name}.obj") for name in facts["expressions"]}
    for name, size in (facts["bytes"] | sizes).items():
        if not (folder / name).is_file() or (folder / name).stat().st_size != size:
            faults.append(f"{name}: is missing or was changed")
    known = {line.split()[1] for line in materials if line.startswith("newmtl ")}
    textures = {line.split()[1] for line in materials if line.startswith("map_")}
    faults += [f"{file}: is missing" for file in textures if not (folder / file).is_file()]
    for obj in sorted(folder.glob("*.obj")):
        lines = obj.read_text("utf-8").split("\n")
        used = {line.split()[1] for line in lines if line.startswith("usemtl ")}
        faults += [f"{obj.name}: no material is called {name}" for name in used - known]
    return faults
