"""Faces and their 478 landmarks in photos, by MediaPipe's networks on ai-edge-litert."""

from storyface_assets.lib.landmarks.face import Face
from storyface_assets.lib.landmarks.landmarker import FaceLandmarker
from storyface_assets.lib.landmarks.models import fetch_models, models_present

__all__ = ["Face", "FaceLandmarker", "fetch_models", "models_present"]
