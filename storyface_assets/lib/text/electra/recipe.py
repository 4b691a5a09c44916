"""How an ELECTRA is pre-trained."""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True)
class ElectraRecipe:
    """Sizes and steps; values of ELECTRA-small (Clark et al. 2020, table 6) where nothing is said.

    Attributes:
        layers: of both networks.
        hidden: width of the discriminator.
        intermediate: width between a layer's two products.
        heads: of attention; each network's width over theirs is the same.
        embedding: width of a piece's vector, which both networks share.
        generator: width, products and heads of the generator as a share of the discriminator's.
        max_len: pieces of an input at most. Published are 128; whoever is fine-tuned to read
            stories whole must know later places too.
        pieces: that a step learns from, with what fills up; an eighth of the published, for so
            little text is worth more steps rather than fuller ones.
        epochs: times that the text is gone through.
        dropout: in both networks while they are pre-trained (published: .1). Text that is read once
            cannot be learnt by heart, and without it a step takes a quarter less (Geiping &
            Goldstein 2023, "Cramming", section 4.3, do without it too).
        mask_share: of the pieces, that the generator is to tell.
        mask_token_share: of those, shown to it as ``[MASK]``, as in the authors' code; the
            others it sees as they are.
        discriminator_weight: of its loss beside the generator's (the paper's λ, appendix A).
        rate: highest learning rate.
        warm_up: share of the steps in which the rate rises evenly. Published are one in a hundred
            of a million; so few steps as here need more of them.
        falls: whether it falls evenly to nothing afterwards.
        weight_decay: of AdamW.
        clip: largest norm of the gradient, as in the authors' code.
        held: one story (poem, dialogue …) in so many validates.
    """

    layers: int = 12
    hidden: int = 256
    intermediate: int = 1024
    heads: int = 4
    embedding: int = 128
    generator: float = 0.25
    max_len: int = 384
    pieces: int = 2048
    epochs: int = 1
    dropout: float = 0.0
    mask_share: float = 0.15
    mask_token_share: float = 0.85
    discriminator_weight: float = 50.0
    rate: float = 5e-4
    warm_up: float = 0.1
    falls: bool = True
    weight_decay: float = 0.01
    clip: float = 1.0
    held: int = 50


#: ELECTRA-small for what two cores do in half an hour: a thousand and a half of the published
#: million steps, each an eighth of those.
SMALL: Final = ElectraRecipe()
#: Proves that everything runs.
TINY: Final = replace(
    SMALL, layers=1, hidden=32, intermediate=64, embedding=16, pieces=512, epochs=1, held=8
)
RECIPES: Final = {"open": SMALL, "tiny": TINY}
