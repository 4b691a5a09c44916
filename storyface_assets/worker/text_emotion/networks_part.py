"""The small networks of the two readers: trained, validated, and how more stories would help."""

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import load_file

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.measures import fit_temperature
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.text.embedding import EMBEDDING_NAME, embed
from storyface_assets.lib.text.emotion_features import FeatureSpace
from storyface_assets.lib.text.emotion_figures import score
from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.lib.text.morphemes import terms
from storyface_assets.lib.text.story_corpus import corpus_version
from storyface_assets.lib.text.story_network.inputs import StoryInputs
from storyface_assets.lib.text.story_network.network import StoryNetwork, StoryNetworks
from storyface_assets.lib.text.story_network.reader import NetworksReader
from storyface_assets.lib.text.story_network.recipe import Recipe
from storyface_assets.lib.text.story_network.task import StoryNetworkTask, TaughtStories
from storyface_assets.lib.training import Plan, Progress, train
from storyface_assets.worker.text_emotion.folds import some_of
from storyface_assets.worker.text_emotion.kept import KeptArrays
from storyface_assets.worker.training_worker import Job

NAME: Final = "text_emotion"
NETWORK: Final = "network"
#: Raise it when the same data and recipe would give other networks: kept ones are not used then.
REVISION: Final = 1
_VALIDATIONS: Final = 4
_EMBEDDED_AT_ONCE: Final = 8192


@dataclass(frozen=True, eq=False)
class NetworksPart:
    """The trained networks, and what was measured on the way.

    Attributes:
        reader: as it is saved.
        figures: for ``metrics.json``.
    """

    reader: NetworksReader
    figures: dict[str, Any]


def embeddings(job: Job, texts: Sequence[str]) -> np.ndarray:
    """Of all sentences, those of before if they are kept; else some minutes, which are told."""

    def made() -> np.ndarray:
        found, began = [embed(())], time.monotonic()
        for first in range(0, len(texts), _EMBEDDED_AT_ONCE):
            found.append(embed(texts[first : first + _EMBEDDED_AT_ONCE]))
            done = min(first + _EMBEDDED_AT_ONCE, len(texts))
            seconds = (time.monotonic() - began) / done
            job.tell(f"{NAME}, embeddings", Progress(done, len(texts), {}, {}, seconds))
        return np.concatenate(found)

    return KeptArrays(job.work, [EMBEDDING_NAME, list(texts)]).array("embeddings", made)


class NetworksTraining:
    """Trains networks on the stories of a corpus that do not validate.

    Args:
        job: where what is trained is kept, the seed, and who is told.
        recipe: how.
        data: sentences in story order.
        validating: stories that validate.
        truth: ``(n, 6)`` shares of the classes that are learnt.
    """

    def __init__(
        self,
        job: Job,
        recipe: Recipe,
        data: LabelledSentences,
        validating: Collection[str],
        truth: np.ndarray,
    ) -> None:
        self._job, self._recipe, self._data = job, recipe, data
        self._held = set(validating)
        self._of = [REVISION, EMBEDDING_NAME, corpus_version(job.data), asdict(recipe)]
        self._of += [content_hash(truth.tobytes()), job.seed]
        self._of += [sorted(set(data.stories)), sorted(self._held)]
        self._meanings = embeddings(job, data.texts)
        self._terms = terms(data.texts)
        self._truth = truth

    def all(self) -> NetworksPart:
        """The networks that are shipped."""
        learnt = set(self._data.stories) - self._held
        space, taught = self._taught(learnt)
        sizes = self._recipe.sizes
        members, tasks = [], []
        for number in range(sizes.members):
            network, task = self._trained(space, taught, learnt, number)
            members.append(network)
            tasks.append(task)
        reader = NetworksReader(space, StoryNetworks(space, sizes, members), sizes)
        held = self._data.of(self._held)
        rows = np.flatnonzero([story in self._held for story in self._data.stories])
        inputs = StoryInputs(taught.inputs.words[rows], taught.inputs.meanings[rows])
        scores, _ = reader.scores(inputs, held.stories)
        reader.temperature = round(fit_temperature(scores, held.emotions), 4)
        figures = {
            "always 중립": np.zeros(len(held.texts), int),
            "one network": tasks[0].scores().argmax(1),
        }
        return NetworksPart(
            reader,
            {
                "networks": {
                    "recipe": asdict(self._recipe),
                    "temperature": reader.temperature,
                    "terms": len(space.vocabulary),
                    "validation": {
                        name: score(held.emotions, guess, held.stories).as_dict()
                        for name, guess in figures.items()
                    },
                },
            },
        )

    def curve(self, sizes: Collection[int]) -> list[dict[str, Any]]:
        """What one network reaches that learnt from fewer stories, on the same held-out ones.

        Args:
            sizes: sentences to learn from; those that there are not are left out, and all of them
                come last.
        """
        held = self._data.of(self._held)
        seen = np.flatnonzero([story not in self._held for story in self._data.stories])
        points = []
        for size in [*(size for size in sizes if size < len(seen)), 0]:
            rows = some_of(self._data.stories, seen, size, self._job.seed) if size else seen
            learnt = {self._data.stories[row] for row in rows}
            space, taught = self._taught(learnt)
            # Epochs grow with the square root of how many times fewer sentences there are.
            more = round(self._recipe.epochs * (len(seen) / len(rows)) ** 0.5)
            _, task = self._trained(space, taught, learnt, 0, more)
            figures = score(held.emotions, task.scores().argmax(1), held.stories).as_dict()
            likelihood = task.validate()["log_likelihood"]
            points.append({**figures, "sentences": len(rows), "epochs": more, "loss": -likelihood})
        return points

    def _taught(self, learnt: set[str]) -> tuple[FeatureSpace, TaughtStories]:
        """The words of some stories, and all sentences by them."""
        data = self._data
        rows = [row for row, story in enumerate(data.stories) if story in learnt]
        space = FeatureSpace.of([data.texts[r] for r in rows], [self._terms[r] for r in rows])
        inputs = StoryInputs(space.words(data.texts, self._terms), self._meanings)
        return space, TaughtStories(inputs, data, self._truth)

    def _trained(
        self,
        space: FeatureSpace,
        taught: TaughtStories,
        learnt: set[str],
        number: int,
        epochs: int = 0,
    ) -> tuple[StoryNetwork, StoryNetworkTask]:
        seed = self._job.seed * 1000 + number
        torch.manual_seed(seed)
        network = StoryNetwork(space.width, self._recipe.sizes)
        task = StoryNetworkTask(network, taught, learnt, self._held, self._recipe, seed, epochs)
        # Another version of Kiwi finds other words: columns would be taken for others'.
        words = content_hash(list(space.vocabulary))
        of = content_hash([*self._of, words, sorted(learnt), number, epochs or self._recipe.epochs])
        how = Plan(
            steps=task.steps,
            validate_every=max(task.steps // _VALIDATIONS, 1),
            checkpoint_every=200,
            goal="",
            seed=seed,
            recipe=of,
        )
        work = self._job.work / NETWORK / of[:16]
        named = f"{NAME}, network {number + 1}, {len(learnt)} stories"
        train(task, how, work, lambda told: self._job.tell(named, told))
        network.load_state_dict(load_file(work / f"{NETWORK}.safetensors"))
        return network, task


def write_log(out: Path, curve: list[dict[str, Any]]) -> None:
    """The learning curve where the other models have their losses: the UI draws it."""
    lines = [
        {"step": one["sentences"], "loss": one["loss"], "accuracy": one["accuracy"]}
        for one in curve
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    write_durably(out / f"{NAME}.log.jsonl", text.encode())
