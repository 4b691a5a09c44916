"""The models that are trained here: what each learns from, by what, and what decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from storyface_assets.vocabulary import FACE_EXPRESSIONS, TEXT_EMOTIONS

#: Takes folders: of the model, of its data, and of the judges by name.
Figures = Callable[[Path, Path, Mapping[str, Path]], dict[str, float]]


@dataclass(frozen=True)
class ModelLine:
    """One model, from training to champion.

    Attributes:
        name: also of its folder in ``data/open_models``.
        what: what it does, a sentence.
        data: asset of the ``dataset`` group that it learns from.
        module: that trains it, by ``python -m`` (``--splits``, ``--out``, ``--work`` …).
        figures: of a model's folder on the test part of the data, measured with the judges;
            ``BadInput`` if it cannot load.
        goal: the figure that decides; greater is better.
        chance: what guessing reaches of it.
        floors: figures that a candidate must be above, beside the goal.
        judges: other models whose champions measure it.
        kind: of library that trains it; the UI draws its icon.
        data_first: whether a retraining makes the data before.
        data_settings: configuration of the data by profile, where it is not the usual.
    """

    name: str
    what: str
    data: str
    module: str
    figures: Figures
    goal: str
    chance: float
    floors: Mapping[str, float] = field(default_factory=dict)
    judges: tuple[str, ...] = ()
    kind: str = "pytorch"
    data_first: bool = False
    data_settings: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


# Imported late: torch takes a second to load, and most commands never train.
def _image_emotion_figures(model: Path, data: Path, judges: Mapping[str, Path]) -> dict[str, float]:
    from storyface_assets.lib.classifiers.evaluation import image_emotion_figures

    return image_emotion_figures(model, data)


def _face_attributes_figures(
    model: Path, data: Path, judges: Mapping[str, Path]
) -> dict[str, float]:
    from storyface_assets.lib.classifiers.attributes import face_attributes_figures

    return face_attributes_figures(model, data)


def _stargan_figures(model: Path, data: Path, judges: Mapping[str, Path]) -> dict[str, float]:
    from storyface_assets.lib.stargan.measures import stargan_figures

    return stargan_figures(model, data, judges)


def _text_emotion_figures(model: Path, data: Path, judges: Mapping[str, Path]) -> dict[str, float]:
    from storyface_assets.lib.text.emotion_figures import text_emotion_figures

    return text_emotion_figures(model, data, judges)


def _face_geometry_figures(model: Path, data: Path, judges: Mapping[str, Path]) -> dict[str, float]:
    from storyface_assets.lib.deca.geometry_figures import face_geometry_figures

    return face_geometry_figures(model, data, judges)


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
    ModelLine(
        name="face_attributes",
        what="The reader of hair colour, gender and age that judges StarGAN.",
        data="stargan_training_set",
        module="storyface_assets.worker.train_face_attributes",
        figures=_face_attributes_figures,
        goal="balanced_accuracy",
        chance=0.5,
    ),
    ModelLine(
        name="stargan",
        what="StarGAN: gives a face another expression, hair colour, gender or age.",
        data="stargan_training_set",
        module="storyface_assets.worker.train_stargan",
        figures=_stargan_figures,
        goal="success",
        # A generator that does nothing: no neutral face shows what was asked, few others do.
        chance=0.05,
        judges=("image_emotion", "face_attributes"),
    ),
    ModelLine(
        name="text_emotion",
        what="The reader of a story sentence's emotion.",
        data="story_sentences",
        module="storyface_assets.worker.train_text_emotion",
        figures=_text_emotion_figures,
        goal="accuracy",
        chance=1 / len(TEXT_EMOTIONS),
        data_first=True,
    ),
    ModelLine(
        name="face_geometry",
        what="DECA: the codes of a head from one photo, and its wrinkles.",
        data="head_shots",
        module="storyface_assets.worker.train_face_geometry",
        figures=_face_geometry_figures,
        goal="explained",
        # The mean codes explain nothing; another person's, drawn by chance, err √2 times as much.
        chance=-0.4,
        # An untrained decoder shows nearly smooth skin; worse than that it must not be.
        floors={"wrinkles_shown": -0.1},
        judges=("open_head", "image_emotion"),
        data_first=True,
        data_settings={"tiny": {"people": 20, "photos": 1}},
    ),
)
