"""``storyface convert-head``: FLAME or the Basel Face Model into a file of ours."""

from pathlib import Path
from typing import Annotated

import typer


def convert_head(
    files: Annotated[
        list[Path], typer.Argument(help="The model's own files: .pkl and .npy, or .mat and others.")
    ],
    out: Annotated[Path, typer.Option(help="The .safetensors file to write.")],
) -> None:
    """Convert a research head model once; nothing that its files name is run."""
    from storyface_assets.cli.console import tell_done
    from storyface_assets.lib.heads.convert import convert_head as convert

    kind = convert(files, out)
    tell_done(f"{out} ({kind})")
