"""Champions: the weights that books are made with."""

from storyface_assets.assets.models.champions import CHAMPIONS

__all__ = ["CHAMPIONS"]
