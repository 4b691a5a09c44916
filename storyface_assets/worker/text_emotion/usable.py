"""The corpus that a text model learns from, refused where its figures would say nothing."""

from pathlib import Path

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.near_duplicates import near_duplicates
from storyface_assets.lib.text.story_corpus import TEST_FILE, StoryCorpus, read_story_corpus


def usable_corpus(folder: Path, stories: int) -> StoryCorpus:
    """A corpus without leaks.

    Args:
        folder: see :func:`~storyface_assets.lib.text.story_corpus.read_story_corpus`.
        stories: that training needs at least.

    Raises:
        BadInput: broken tables, too few stories, or a test sentence that is nearly one of training.
    """
    corpus = read_story_corpus(folder)
    near = near_duplicates(corpus.test.texts, corpus.train.texts)
    if near:
        problem = f"“{near[0][0]}” repeats “{near[0][1]}” of training."
        raise BadInput(folder / TEST_FILE, "sentence", problem, "Write another, or name a twin.")
    found = len(set(corpus.train.stories))
    if found < stories or not corpus.test.texts:
        problem = f"has {found} stories to train on and {len(set(corpus.test.stories))} to test."
        raise BadInput(folder, "", problem, f"Give {stories} and 1 or more.")
    return corpus
