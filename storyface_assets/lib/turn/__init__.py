"""Turn the head in a photo in 3D: fit the head model, make a relief of the photo, turn it.

The way of 300W-LP (Zhu et al., "Face Alignment Across Large Poses", CVPR 2016, §4): the fitted
head gives depth to the photo, hair and background get depth that falls off smoothly, and the
photo is drawn anew through the moved grid.
"""

from storyface_assets.lib.turn.fitter import FittedPhoto, HeadFitter
from storyface_assets.lib.turn.turn_head import Turned, turn_head
from storyface_assets.lib.turn.turns import LIMITS, TURNS, Turn

__all__ = ["LIMITS", "TURNS", "FittedPhoto", "HeadFitter", "Turn", "Turned", "turn_head"]
