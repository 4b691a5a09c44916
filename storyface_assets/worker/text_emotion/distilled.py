"""One small network that learns what both readers say (Hinton, Vinyals & Dean 2015)."""

from dataclasses import replace
from typing import Final

import numpy as np

from storyface_assets.lib.text.emotion_blend import BlendedReader
from storyface_assets.lib.text.emotion_reader import softmax
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.morphemes import terms
from storyface_assets.lib.text.story_network.inputs import StoryInputs
from storyface_assets.lib.text.story_network.reader import NetworksReader
from storyface_assets.lib.text.story_network.recipe import RECIPES as NETWORK_RECIPES
from storyface_assets.worker.text_emotion.kept import KeptArrays
from storyface_assets.worker.text_emotion.networks_part import NetworksTraining, embeddings
from storyface_assets.worker.text_emotion.recipes import RECIPES
from storyface_assets.worker.training_worker import Job

#: Share of the truth that the teacher says; the rest is as without one.
DISTILLATION_WEIGHT: Final = 0.5


def one_network(
    job: Job, train: LabelledSentences, validating: set[str], said: np.ndarray | None = None
) -> NetworksReader:
    """Train one network as the shipped ones are, with or without a teacher.

    Args:
        job: ``profile`` of the recipe, and where what is trained is kept.
        train: sentences in story order.
        validating: stories that are not learnt from.
        said: ``(n, 6)`` probabilities of a teacher, which are half of the truth then.
    """
    recipe = RECIPES[job.profile]
    truth = train.truth(recipe.doubt)
    if said is not None:
        truth = (1 - DISTILLATION_WEIGHT) * truth + DISTILLATION_WEIGHT * said
    theirs = NETWORK_RECIPES[recipe.networks]
    alone = replace(theirs, sizes=replace(theirs.sizes, members=1))
    return NetworksTraining(job, alone, train, validating, truth).all().reader


def said_by(teacher: BlendedReader, version: str, job: Job, train: LabelledSentences) -> np.ndarray:
    """What both readers, mixed sentence by sentence, say of stories; some minutes, kept.

    Args:
        teacher: has seen most of the stories itself, which makes it surer than it should be.
        version: hash of the teacher.
        job: where it is kept.
        train: the stories.

    Returns:
        Probabilities ``(n, 6)``.
    """

    def made() -> np.ndarray:
        networks = teacher.networks
        words = networks.space.words(train.texts, terms(train.texts))
        inputs = StoryInputs(words, embeddings(job, train.texts))
        one = softmax(networks.scores(inputs, train.stories)[0] / networks.temperature)
        two, _ = teacher.encoder.probabilities(train.texts, train.stories)
        return teacher.how.mixed(one, two)

    kept = KeptArrays(job.work, [version, train.stories, train.texts])
    return kept.array("said by the teacher", made)
