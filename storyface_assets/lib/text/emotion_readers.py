"""The reader of a model's folder, whichever kind of model lies there."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_blend import BlendedReader
from storyface_assets.lib.text.emotion_reader import EmotionReading
from storyface_assets.lib.text.sentences import Sentence


class StoryReader(Protocol):
    """What reads the emotions of a story."""

    def read(self, sentences: Sequence[Sentence]) -> EmotionReading:
        """Emotion, probabilities and intensity of the sentences of one story, in order."""
        ...


def load_emotion_reader(folder: Path) -> StoryReader:
    """The reader of a text emotion model, by what ``config.json`` says of its kind.

    Args:
        folder: of the model.

    Raises:
        BadInput: the folder holds no model that is known here.
    """
    kind = _kind(folder / "config.json")
    if kind == "transformer":
        # Imported late: torch takes a second to load.
        from storyface_assets.lib.text.transformer.reader import TransformerReader

        return TransformerReader.load(folder)
    if kind == "blend":
        return BlendedReader.load(folder)
    if kind == "networks":
        from storyface_assets.lib.text.story_network.reader import NetworksReader

        return NetworksReader.load(folder)
    problem = f"is {kind!r}, which is not known here."
    if kind is None:
        problem = "cannot be read, or is of a model of before, which is not known any more."
    mend = "Use a model of this project's, or train one: storyface retrain text_emotion."
    raise BadInput(folder / "config.json", "kind", problem, mend)


def _kind(path: Path) -> Any:
    """What it says; ``None`` where it says nothing or cannot be read."""
    try:
        config = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return config.get("kind") if isinstance(config, dict) else None
