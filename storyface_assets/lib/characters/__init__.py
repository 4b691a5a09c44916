"""The person of a book: the checked portrait and the look that wishes and photo give together.

The names below are imported when they are asked for: people who never lived (``synthetic``) need
no photo reader, and are made on machines that have none.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyface_assets.lib.characters.look import Look, resolve_look
    from storyface_assets.lib.characters.portrait import Portrait
    from storyface_assets.lib.characters.read_portrait import read_portrait
    from storyface_assets.lib.characters.sheet import expression_sheet

__all__ = ["Look", "Portrait", "expression_sheet", "read_portrait", "resolve_look"]

_MODULE_OF = {
    "Look": "look",
    "resolve_look": "look",
    "Portrait": "portrait",
    "read_portrait": "read_portrait",
    "expression_sheet": "sheet",
}


def __getattr__(name: str) -> object:
    """The first use of a public name imports its module (PEP 562)."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value  # over the submodule of the same name, which the import has set
    return value
