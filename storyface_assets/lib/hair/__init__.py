"""Hair on any head: styles, colours, and what a front photo says about them."""

from storyface_assets.lib.hair.build import build_accessories
from storyface_assets.lib.hair.colours import HAIR_COLOURS
from storyface_assets.lib.hair.estimate import estimate_hair
from storyface_assets.lib.hair.styles import STYLES

__all__ = ["HAIR_COLOURS", "STYLES", "build_accessories", "estimate_hair"]
