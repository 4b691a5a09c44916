"""Voice: story sentences read aloud with the times of words and phonemes, and mouth shapes."""

from storyface_assets.lib.speech.narrate import narrate, pauses_between
from storyface_assets.lib.speech.narration import Narration, SentenceTiming
from storyface_assets.lib.speech.utterance import Span
from storyface_assets.lib.speech.voice import Voice, voice_for

__all__ = [
    "Narration",
    "SentenceTiming",
    "Span",
    "Voice",
    "narrate",
    "pauses_between",
    "voice_for",
]
