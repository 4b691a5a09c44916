"""How large the networks are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of units, and what is left out in training.

    Attributes:
        members: networks that are averaged.
        words: of a word's vector.
        meaning: that the sentence's embedding is brought to.
        around: of each direction of the recurrent layer over the story.
        between: between that and the classes.
        dropout: share of the units that is left out.
        word_dropout: share of a sentence's words that is left out; without it the networks know
            the training stories by heart after three epochs.
    """

    members: int = 4
    words: int = 32
    meaning: int = 64
    around: int = 160
    between: int = 192
    dropout: float = 0.5
    word_dropout: float = 0.6

    def __post_init__(self) -> None:
        """Refuse what makes no network.

        Raises:
            ValueError: a number is not positive, or a share not between 0 and 1.
        """
        sizes = (self.members, self.words, self.meaning, self.around, self.between)
        if not all(isinstance(size, int) and size > 0 for size in sizes):
            raise ValueError(f"sizes {sizes} are not positive whole numbers")
        if not all(0 <= share < 1 for share in (self.dropout, self.word_dropout)):
            raise ValueError("shares that are left out are not between 0 and 1")
