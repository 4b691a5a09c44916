"""The person of a book: the checked portrait and the look that wishes and photo give together."""

from storyface_assets.lib.characters.look import Look, resolve_look
from storyface_assets.lib.characters.portrait import Portrait
from storyface_assets.lib.characters.read_portrait import read_portrait
from storyface_assets.lib.characters.sheet import expression_sheet

__all__ = ["Look", "Portrait", "expression_sheet", "read_portrait", "resolve_look"]
