"""Voice: story sentences read aloud with the times of words and phonemes, and mouth shapes."""

from storyface_assets.lib.speech.narrate import narrate, pauses_between
from storyface_assets.lib.speech.narration import Narration, SentenceTiming
from storyface_assets.lib.speech.utterance import Span
from storyface_assets.lib.speech.visemes import MouthCurves, mouth_curves
from storyface_assets.lib.speech.voice import Voice, voice_for

__all__ = [
    "MouthCurves",
    "Narration",
    "SentenceTiming",
    "Span",
    "Voice",
    "mouth_curves",
    "narrate",
    "pauses_between",
    "voice_for",
]
