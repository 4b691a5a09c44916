"""dataset/story_sentences: labelled stories, to learn from and to be tested on."""

import shutil

import pandas as pd
from dagster import MaterializeResult

from storyface_assets.assets.dataset.sources import STORY_CORPUS
from storyface_assets.assets.declare import dataset_asset
from storyface_assets.lib.store import Folder
from storyface_assets.lib.text.corpus_facts import corpus_counts, labellers_kappa
from storyface_assets.lib.text.near_duplicates import near_duplicates
from storyface_assets.lib.text.story_corpus import FILES, read_story_corpus
from storyface_assets.previews.tables import markdown_table
from storyface_assets.resources.installation import Installation


@dataset_asset(deps=[STORY_CORPUS], kinds={"table", "file"}, code_version="1")
def story_sentences(installation: Installation) -> MaterializeResult[Folder]:
    """The corpus of data/text, checked: stories to train on, others to test on, and twins.

    A training story that is like a test story stays in its table; who reads the corpus leaves it
    out.
    """
    corpus, kept = read_story_corpus(installation.settings.text_dir), Folder.scratch()
    for name in FILES:
        shutil.copyfile(installation.settings.text_dir / name, kept.path / name)
    near = near_duplicates(corpus.test.texts, corpus.train.texts)
    return MaterializeResult(
        value=kept,
        metadata={
            "train": len(corpus.train.texts),
            "test": len(corpus.test.texts),
            "kappa of the labellers, train": labellers_kappa(corpus.train),
            "kappa of the labellers, test": labellers_kappa(corpus.test),
            "near duplicates of test and train": len(near),
            "counts": markdown_table(corpus_counts(corpus)),
            "twins left out": markdown_table(pd.DataFrame(corpus.twins)),
        },
    )
