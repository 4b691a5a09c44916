"""How much is tried in each profile."""

from dataclasses import dataclass
from typing import Final

from storyface_assets.worker.text_emotion.candidates import CANDIDATES, SHIPPED, Candidate


@dataclass(frozen=True)
class Recipe:
    """What a training tries.

    Attributes:
        stories: of training that are used, drawn by chance; 0 for all.
        folds: of cross-validation.
        candidates: rows of the table; the last is shipped.
        penalties: that are tried for the shipped one; the others get the middle one.
        curve: sentences to learn from, for the learning curve; all of them come last by themselves.
        thresholds: probabilities below which 중립 is read, to choose from.
        doubt: share of the truth that two labellers decide, rather than who decided between them;
            see ``LabelledSentences.truth``. Chosen on an eighth of the training stories by a
            regression over letters: .617, .621 and .622 right with 0, .3 and .6.
        encoder: recipe of the encoder that is mixed in (``transformer.recipe.RECIPES``).
        shares: of the encoder in the mixture, to choose from.
    """

    stories: int = 0
    folds: int = 5
    candidates: tuple[Candidate, ...] = CANDIDATES
    penalties: tuple[float, ...] = (1e-5, 2e-5, 5e-5, 1e-4, 2e-4)
    curve: tuple[int, ...] = (500, 1000, 2000, 4000)
    thresholds: tuple[float, ...] = (0.0, 0.2, 0.25, 0.3, 0.35)
    doubt: float = 0.6
    encoder: str = "e5"
    shares: tuple[float, ...] = tuple(k / 20 for k in range(21))


#: Of the open model: ``tiny`` proves that everything runs, ``open`` makes the weights that ship.
RECIPES: Final = {
    "tiny": Recipe(
        stories=40,
        folds=2,
        candidates=(SHIPPED,),
        penalties=(1e-4,),
        curve=(100,),
        encoder="tiny_e5",
    ),
    "open": Recipe(),
}
#: Raise it when the same data and recipe would give other scores: kept ones are not used then.
REVISION: Final = 1
