"""How an encoder is fine-tuned: the published way, and ours."""

from dataclasses import dataclass, replace
from typing import Final

from storyface_assets.lib.text.transformer.base import E5 as E5_NAME
from storyface_assets.lib.text.transformer.network import Reads
from storyface_assets.lib.text.transformer.pretrained import KOELECTRA
from storyface_assets.lib.text.transformer.rows import Window


@dataclass(frozen=True)
class Recipe:
    """What a training follows from beside encoder and data.

    Attributes:
        epochs: times that the training inputs are gone through.
        batch: inputs a step; what does not fill one is left out of its epoch.
        pieces: where not 0, inputs of like length fill a step up to so many pieces instead.
        half: whether a CPU that can computes in bfloat16, as a GPU does in any case.
        cut: share of the stories that are learnt from once more in each epoch, cut by chance (once
            for all epochs) into parts of 1 to 6 sentences: else nobody who gives a single sentence
            is read as in training.
        rate: highest learning rate.
        window: how much of the story an input holds.
        pads_to_window: fill every input up to ``window.max_len``, else to the longest of its batch.
        warm_up: share of the steps in which the rate rises evenly; 0 for none.
        falls: whether it falls evenly to nothing afterwards, or stays.
        layer_decay: what the rate of each layer is of the one above it (Clark et al. 2020: .8).
        weight_decay: of AdamW (Loshchilov & Hutter 2019); norms and biases have none.
        balance: beta of Cui et al. 2019, by whose effective number of sentences a class counts;
            0 counts every sentence alike.
        intensity: weight of the squared error of the intensity beside the cross-entropy.
        clip: largest norm of the gradient.
        goal: figure of the validation by which the best moment is kept; "" keeps the last.
        patience: validations without a better figure after which training stops; 0 for never.
        encoder: its name on the hub, where no folder is given; or the package's.
        frozen_layers: of the encoder, from below, that stay as they are, with the embeddings; 0
            lets everything learn that can.
        layers: of the encoder that are kept, from below; 0 keeps all.
        reads: see ``EmotionNetwork``.
        head_rate: highest learning rate of the heads; 0 for ``rate``.
        smoothing: share of the truth that is spread over all classes (Szegedy et al. 2016).
        doubt: share of the truth that two labellers decide, as far as the table tells them; see
            ``LabelledSentences.truth``.
        validations: in a training; the best moment of them is kept.
        alike: whether the inputs of a step are of like length, so that little is filled up.
    """

    epochs: int
    batch: int
    rate: float
    window: Window
    pads_to_window: bool = False
    warm_up: float = 0.0
    falls: bool = False
    layer_decay: float = 1.0
    weight_decay: float = 0.01
    balance: float = 0.0
    intensity: float = 0.5
    clip: float = float("inf")
    goal: str = ""
    patience: int = 0
    encoder: str = KOELECTRA
    frozen_layers: int = 0
    layers: int = 0
    reads: Reads = "first"
    head_rate: float = 0.0
    smoothing: float = 0.0
    doubt: float = 0.0
    alike: bool = False
    pieces: int = 0
    cut: float = 0.0
    half: bool = False
    validations: int = 12

    def __post_init__(self) -> None:
        """Refuse what cannot be read.

        Raises:
            ValueError: ``[CLS]`` is one for all sentences of a story that is read whole.
        """
        if self.window.whole and self.reads == "first":
            raise ValueError("a story that is read whole has no piece of its own for each sentence")

    @property
    def length(self) -> int | None:
        """That rows are filled up to; ``None`` for the longest of their batch."""
        return self.window.max_len if self.pads_to_window else None


#: The published one: each sentence alone, filled up to 75, AdamW as torch has it at a steady rate,
#: the last weights are kept. What it did not have is the intensity, whose error is added.
SEEDS: Final = Recipe(epochs=4, batch=16, rate=5e-6, window=Window(max_len=75), pads_to_window=True)
#: Ours. Its numbers are what such encoders are usually tuned with; they were not searched for here.
RESEARCH: Final = Recipe(
    epochs=6,
    batch=16,
    rate=3e-5,
    window=Window(before=2, after=2, max_len=192),
    warm_up=0.1,
    falls=True,
    layer_decay=0.9,
    balance=0.999,
    clip=1.0,
    goal="macro_f1",
    patience=6,
)
#: For an encoder that a package ships, on two cores: stories are read whole, which computes each
#: sentence once. Its numbers were tried on one validation part of an earlier corpus, but for
#: ``doubt`` (see ``worker.text_emotion.recipes``) and ``epochs``: two of 64,000 sentences take two
#: cores more than an hour. ``tiny`` proves that everything runs.
E5: Final = Recipe(
    epochs=2,
    batch=16,
    pieces=1536,
    validations=2,
    cut=0.25,
    half=True,
    rate=2e-4,
    window=Window(before=4, after=2, max_len=384, whole=True),
    warm_up=0.03,
    falls=True,
    layer_decay=0.9,
    clip=1.0,
    encoder=E5_NAME,
    reads="means",
    head_rate=1e-3,
    smoothing=0.05,
    doubt=0.6,
)
TINY_E5: Final = replace(E5, epochs=1, layers=1, pieces=512)
RECIPES: Final = {"seeds": SEEDS, "research": RESEARCH, "e5": E5, "tiny_e5": TINY_E5}
