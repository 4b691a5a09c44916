"""Shoulders and simple clothes for a head model that is cut at the neck."""

from storyface_assets.lib.clothes.build import build_clothes
from storyface_assets.lib.clothes.garments import GARMENTS

__all__ = ["GARMENTS", "build_clothes"]
