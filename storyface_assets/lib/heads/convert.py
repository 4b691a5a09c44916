"""A research head model's own files → one file of ours, and that file → the model."""

from pathlib import Path

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.bfm.convert import convert_bfm
from storyface_assets.lib.heads.bfm.model import Bfm
from storyface_assets.lib.heads.converted import read_converted, write_converted
from storyface_assets.lib.heads.flame.convert import convert_flame
from storyface_assets.lib.heads.flame.model import Flame
from storyface_assets.lib.heads.interface import MorphableHead


def convert_head(files: list[Path], out: Path) -> str:
    """Convert FLAME or the Basel Face Model.

    Args:
        files: a ``.mat`` among them: the Basel Face Model's; else FLAME's.
        out: the file to write, replaced in one step; nothing is written of bad input.

    Returns:
        Kind of the model: ``flame`` or ``bfm09``.

    Raises:
        BadInput: a file is missing, damaged or of no such model.
    """
    for file in files:
        if not file.is_file():
            raise BadInput(file, "", "is missing.", "Name the model's own files.")
    if out.suffix != ".safetensors":
        raise BadInput(out, "", "does not end in .safetensors.", "Name it so.")
    if any(file.suffix == ".mat" for file in files):
        kind, arrays = "bfm09", convert_bfm(files)
    else:
        kind, arrays = "flame", convert_flame(files)
    write_converted(out, kind, arrays)
    return kind


def load_head(file: Path) -> MorphableHead:
    """The model in a converted file, whichever it is.

    Raises:
        BadInput: the file is missing, damaged or of no known model.
    """
    kind, arrays = read_converted(file)
    if kind == "flame":
        return Flame(arrays)
    if kind == "bfm09":
        return Bfm(arrays)
    raise BadInput(file, "", f"is a {kind} model.", "Convert FLAME or BFM09.")
