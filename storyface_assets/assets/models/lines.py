"""The models that are trained here: what each learns from, by what, and what decides."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storyface_assets.vocabulary import FACE_EXPRESSIONS


@dataclass(frozen=True)
class ModelLine:
    """One model, from training to champion.

    Attributes:
        name: also of its folder in ``data/open_models``.
        what: what it does, a sentence.
        data: asset of the ``dataset`` group that it learns from.
        module: that trains it, by ``python -m`` (``--splits``, ``--out``, ``--work`` …).
        figures: of a model's folder on the test part of the data; ``BadInput`` if it cannot load.
        goal: the figure that decides; greater is better.
        chance: what guessing reaches of it.
    """

    name: str
    what: str
    data: str
    module: str
    figures: Callable[[Path, Path], dict[str, float]]
    goal: str
    chance: float


def _image_emotion_figures(model: Path, splits: Path) -> dict[str, float]:
    # Here, for torch takes a second to load and most commands never train.
    from storyface_assets.lib.classifiers.evaluation import image_emotion_figures

    return image_emotion_figures(model, splits)


MODEL_LINES: Final = (
    ModelLine(
        name="image_emotion",
        what="The classifier of a face's expression: GoogLeNet and EfficientNet together.",
        data="emotion_splits",
        module="storyface_assets.worker.train_image_emotion",
        figures=_image_emotion_figures,
        goal="accuracy",
        chance=1 / len(FACE_EXPRESSIONS),
    ),
)
