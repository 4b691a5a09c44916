"""Models that a training or a measure asks for besides its data."""

from collections.abc import Mapping
from pathlib import Path

from storyface_assets.lib.errors import BadInput


def judge_folder(judges: Mapping[str, Path], name: str) -> Path:
    """Folder of one of them.

    Raises:
        BadInput: it is not there.
    """
    if name not in judges:
        mend = f"Run `storyface retrain {name}` first, or check out data/open_models anew."
        raise BadInput("models", f"{name}_champion", "is not there.", mend)
    return judges[name]
