"""The training of one small network."""

from pathlib import Path

import numpy as np
import pytest
import torch

from storyface_assets.lib.text.emotion_features import FeatureSpace
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.morphemes import terms
from storyface_assets.lib.text.story_network.inputs import StoryInputs
from storyface_assets.lib.text.story_network.network import StoryNetwork
from storyface_assets.lib.text.story_network.recipe import Recipe
from storyface_assets.lib.text.story_network.sizes import Sizes
from storyface_assets.lib.text.story_network.task import StoryNetworkTask, TaughtStories
from storyface_assets.lib.training import Plan, train

SIZES = Sizes(members=1, words=16, meaning=8, around=8, between=16, dropout=0.1, word_dropout=0.1)
RECIPE = Recipe(SIZES, epochs=20, batch=4, warm_up=5, rate=1e-2)
#: What each class says; which one it is follows from the words alone.
SAID = [
    "그냥 걸었어요",
    "슬퍼서 울었어요",
    "화가 났어요",
    "무서워 떨었어요",
    "기뻐 웃었어요",
    "놀랐어요",
]


@pytest.fixture(scope="module")
def taught() -> TaughtStories:
    """24 stories of six sentences."""
    rng = np.random.default_rng(0)
    emotions = rng.integers(0, 6, 144)
    texts = [f"{'토끼곰여우'[k % 3]}는 {SAID[emotion]}." for k, emotion in enumerate(emotions)]
    stories = [f"s{k // 6:02}" for k in range(144)]
    data = LabelledSentences(stories, texts, emotions, emotions / 5)
    space = FeatureSpace.of(texts, terms(texts))
    return TaughtStories(StoryInputs.of(space, texts), data, np.eye(6)[emotions])


def task_of(taught: TaughtStories, recipe: Recipe = RECIPE, held: int = 4) -> StoryNetworkTask:
    """The last stories validate."""
    names = sorted(set(taught.data.stories))
    torch.manual_seed(0)
    network = StoryNetwork(taught.inputs.words.shape[1], recipe.sizes)
    return StoryNetworkTask(network, taught, set(names[:-held]), set(names[-held:]), recipe)


def test_it_learns_what_the_words_say(taught: TaughtStories, tmp_path: Path) -> None:
    """Fault: sentences get the truth of others, or the emotion is not learnt at all."""
    task = task_of(taught)
    assert task.validate()["accuracy"] < 0.5
    train(task, Plan(task.steps, 50, 50, ""), tmp_path)
    told = task.validate()
    assert told["accuracy"] > 0.9 and told["log_likelihood"] > -0.6
    assert task.scores().shape == (24, 6)
    # The strength goes with the class here, and is learnt beside it.
    network = task.weights()["network"]
    strength = network.eval()(taught.inputs.stories([(0, 144)]))[1].detach().numpy()
    assert np.corrcoef(strength, taught.data.intensities)[0, 1] > 0.9


def test_a_stopped_training_goes_on_as_it_would_have(taught: TaughtStories, tmp_path: Path) -> None:
    """Fault: chance or the rate follow from the process, not from the step."""
    how = Plan(12, 6, 4, "")
    whole = task_of(taught)
    train(whole, how, tmp_path / "whole")
    stopped = task_of(taught)

    class Killed(Exception):
        pass

    real = stopped.step

    def until(number: int) -> dict[str, float]:
        if number == 9:
            raise Killed
        return real(number)

    stopped.step = until  # type: ignore[method-assign]
    with pytest.raises(Killed):
        train(stopped, how, tmp_path / "again")
    train(task_of(taught), how, tmp_path / "again")
    one, two = (tmp_path / name / "network.safetensors" for name in ("whole", "again"))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("cut", [0.0, 0.5, 1.0])
def test_every_story_is_learnt_from_once_an_epoch(taught: TaughtStories, cut: float) -> None:
    """Fault: stories that are cut lose sentences, or those that validate are learnt from."""
    task = task_of(taught, Recipe(SIZES, epochs=3, batch=5, cut=cut))
    assert task.steps == 12
    for epoch in range(3):
        runs = [run for place in range(4) for run in task._batch(4 * epoch + place)]
        rows = sorted(row for run in runs for row in range(*run))
        assert rows == list(range(120))
        assert (len(runs) > 20) == (cut > 0)
        assert all(first // 6 == (end - 1) // 6 for first, end in runs)
