"""How much is tried in each profile."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Recipe:
    """What a training tries.

    Attributes:
        stories: of training that are used, drawn by chance; 0 for all.
        curve: sentences to learn from, for the learning curve; all of them come last by themselves.
        thresholds: probabilities below which 중립 is read, to choose from.
        doubt: share of the truth that two labellers decide, rather than who decided between them;
            see ``LabelledSentences.truth``. Chosen on an eighth of the training stories by a
            regression over letters: .617, .621 and .622 right with 0, .3 and .6.
        networks: recipe of the small networks (``story_network.recipe.RECIPES``).
        encoder: recipe of the encoder (``transformer.recipe.RECIPES``).
        shares: of the encoder in the mixture, to choose from.
    """

    stories: int = 0
    curve: tuple[int, ...] = (2000, 4000, 8000, 16_000, 32_000)
    thresholds: tuple[float, ...] = (0.0, 0.2, 0.25, 0.3, 0.35)
    doubt: float = 0.6
    networks: str = "open"
    encoder: str = "e5"
    shares: tuple[float, ...] = tuple(k / 20 for k in range(21))


#: Of the open model: ``tiny`` proves that everything runs, ``open`` makes the weights that ship.
RECIPES: Final = {
    "tiny": Recipe(stories=40, curve=(40,), networks="tiny", encoder="tiny_e5"),
    "open": Recipe(),
}
