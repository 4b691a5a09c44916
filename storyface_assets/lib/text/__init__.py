"""Story text: sentences, what can be read aloud, and the emotion of each sentence."""

from storyface_assets.lib.text.readable import refuse_unreadable
from storyface_assets.lib.text.sentences import Sentence, Story, read_story, split_story
from storyface_assets.lib.text.spoken import clean_for_voice

__all__ = [
    "Sentence",
    "Story",
    "clean_for_voice",
    "read_story",
    "refuse_unreadable",
    "split_story",
]
