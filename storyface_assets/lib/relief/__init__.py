"""How far the skin stands out from the head's smooth mesh: wrinkles, by person and expression."""

from storyface_assets.lib.relief.skin_relief import ReliefStyle, SkinRelief
from storyface_assets.lib.relief.space import DetailSpace

__all__ = ["DetailSpace", "ReliefStyle", "SkinRelief"]
