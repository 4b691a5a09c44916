"""``storyface measure``: how good the models in use are, on what they never saw."""

from pathlib import Path
from typing import Annotated

import typer


def measure(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            help="image_emotion, face_attributes, stargan, text_emotion, face_geometry; "
            "all if left out."
        ),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="The set to measure on; else the newest of the dataset.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Folder of another model; else the champion's.")
    ] = None,
) -> None:
    """Measure models on the test part of the training sets, as their cards say it was done."""
    import json

    from storyface_assets.assets.declare import dataset_key
    from storyface_assets.assets.models.lines import MODEL_LINES
    from storyface_assets.cli.console import console
    from storyface_assets.lib.errors import BadInput
    from storyface_assets.resources.installation import Installation
    from storyface_assets.settings import Settings

    if (data or weights) and len(models or ()) != 1:
        problem = "are of one model, but several are asked for."
        raise BadInput("storyface measure", "--data, --weights", problem, "Name one model.")
    here = Installation.of(Settings.find())
    lines = {line.name: line for line in MODEL_LINES}
    for name in models or lines:
        if name not in lines:
            raise BadInput("storyface measure", name, "is no model.", f"Use {', '.join(lines)}.")
        line, folder = lines[name], weights or here.require_champion(name)
        if data is None and not here.is_stored(dataset_key(line.data)):
            first = f"retrain {name}" if line.data_first else "dataset"
            mend = f"Run `storyface {first}` first, or give --data."
            raise BadInput(line.data, "", "is not there.", mend)
        where = data or here.load(dataset_key(line.data)).path
        console.print(f"{name}: {folder} on {where}", soft_wrap=True)
        figures = line.figures(folder, where, here.champions(line.judges))
        console.print_json(json.dumps(figures))
