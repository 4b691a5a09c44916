"""Photo to head: shape, expression, pose, light and texture of one face."""

from storyface_assets.lib.fit.expression_fit import fit_expression
from storyface_assets.lib.fit.person import character_from_fit
from storyface_assets.lib.fit.photo_fit import FitResult, fit_photo
from storyface_assets.lib.fit.portrait_check import check_portrait

__all__ = ["FitResult", "character_from_fit", "check_portrait", "fit_expression", "fit_photo"]
