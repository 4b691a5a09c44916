"""Attributes (gender, age, ancestry …) ↔ shape codes."""

from collections.abc import Sequence

import numpy as np

from storyface_assets.lib.heads.attributes import AGE_YEARS, Attributes, macro_weights
from storyface_assets.lib.heads.build.head_source import HeadSource
from storyface_assets.lib.heads.build.people import PeopleMaker
from storyface_assets.lib.heads.build.shape_space import ShapeSpace

#: Names of the linear directions in ``attribute_to_shape``, fields of ``Attributes``.
ATTRIBUTE_NAMES = ("gender", "age_years", "african", "asian", "caucasian", "muscle", "weight")


def macro_codes(space: ShapeSpace, maker: PeopleMaker, source: HeadSource) -> np.ndarray:
    """Shape code of each macro target ``(96, 100)``.

    ``macro_weights(person) @ macro_codes`` is the code of the average person with these
    attributes: the 216 combinations of stages are put together, encoded and solved for.
    """
    corners = _corner_people()
    heads = [source.assemble(source.anchored(maker.macro_head(p))) for p in corners]
    weights = np.stack([macro_weights(p) for p in corners])
    codes, *_ = np.linalg.lstsq(weights, space.encode(np.stack(heads)), rcond=None)
    return codes


def _corner_people() -> list[Attributes]:
    """Every combination of the macro stages."""
    thirds = (0.0, 0.5, 1.0)
    return [
        Attributes(gender, years, *ancestry, muscle=muscle, weight=weight)
        for ancestry in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
        for gender in (0.0, 1.0)
        for years in AGE_YEARS
        for muscle in thirds
        for weight in thirds
    ]


def linear_directions(
    people: Sequence[Attributes], codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Change of code per unit of each attribute, least squares over sampled people.

    Args:
        people: N people.
        codes: ``(N, K)`` their shape codes.

    Returns:
        Mean attributes ``(7,)`` and directions ``(7, K)``.
    """
    values = np.array([[getattr(p, name) for name in ATTRIBUTE_NAMES] for p in people])
    centred = values - values.mean(0)
    # The ancestries sum to one, so the system is rank deficient: lstsq takes the smallest answer.
    directions, *_ = np.linalg.lstsq(centred, codes - codes.mean(0), rcond=None)
    return values.mean(0), directions
