"""Models: trained, measured, and the champions that books are made with."""

from storyface_assets.assets.models.candidates import CANDIDATES
from storyface_assets.assets.models.champions import CHAMPIONS
from storyface_assets.assets.models.evaluations import EVALUATIONS
from storyface_assets.assets.models.promotions import PROMOTIONS

#: Of the models that are trained here.
TRAINED = [*CANDIDATES, *EVALUATIONS, *PROMOTIONS]
MODEL_ASSETS = [*CHAMPIONS, *TRAINED]

__all__ = ["CHAMPIONS", "MODEL_ASSETS", "TRAINED"]
