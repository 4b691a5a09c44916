"""Checks of the labelled stories: nothing of the test in the training, and labels that hold."""

from typing import Final

from storyface_assets.checks.factories import Verdict, dataset_check
from storyface_assets.lib.store import Folder
from storyface_assets.lib.text.corpus_facts import labellers_kappa
from storyface_assets.lib.text.near_duplicates import near_duplicates
from storyface_assets.lib.text.story_corpus import read_story_corpus
from storyface_assets.resources.installation import Installation

#: Landis & Koch (1977) call agreement substantial from here on.
_SUBSTANTIAL: Final = 0.6


def no_test_sentence_is_nearly_a_training_one(
    folder: Folder, installation: Installation
) -> Verdict:
    """No sentence of the test stories nearly repeats one that is trained on."""
    corpus = read_story_corpus(folder.path)
    near = near_duplicates(corpus.test.texts, corpus.train.texts)
    some = "; ".join(f"“{test}” is like “{train}”" for test, train in near[:5])
    text = f"{len(corpus.test.texts)} test sentences, {len(near)} like one of train"
    return Verdict(not near, f"{text}: {some}" if near else text, {"near duplicates": len(near)})


def labellers_agree(folder: Folder, installation: Installation) -> Verdict:
    """The two labellers agree substantially (Cohen's κ .6 or more), in train and in test."""
    corpus = read_story_corpus(folder.path)
    figures = {"train": labellers_kappa(corpus.train), "test": labellers_kappa(corpus.test)}
    text = ", ".join(f"{name} κ {value:.3f}" for name, value in figures.items())
    # NaN, where the tables do not tell, is no agreement either.
    return Verdict(all(value >= _SUBSTANTIAL for value in figures.values()), text)


STORY_CORPUS_CHECKS = [
    dataset_check("story_sentences", no_test_sentence_is_nearly_a_training_one, blocking=True),
    dataset_check("story_sentences", labellers_agree, blocking=False),
]
