"""What the people who labelled a photo agree on.

The rule. Uploader and annotators each have a voice, as far as they gave a label. The label that
most annotators gave leads; between equals the uploader's does. It stands if at least two thirds
of all given labels (the uploader's too) say so: with four labels three, with three two, with two
both; a single label stands alone. A leading label that this project does not know or does not
train on is no fault of the people, and has a reason of its own.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from storyface_assets.lib.dataset.schema import ANNOTATORS
from storyface_assets.vocabulary import EXPRESSION_OF_PHOTO_LABEL

#: Share of the given labels that must say the same.
MIN_AGREEMENT: Final = 2 / 3

NO_LABEL: Final = "no label"
UNKNOWN: Final = "unknown label"
NOT_USED: Final = "class not used"
DISAGREE: Final = "annotators disagree"


@dataclass(frozen=True)
class Agreement:
    """What the labels of one photo come to.

    Attributes:
        expression: of ``FACE_EXPRESSIONS``: what the leading label means; also given when too few
            share it, "" when there is none or it is not used.
        share: of the given labels that are the leading one, 0–1.
        reason: "" when the expression stands, else NO_LABEL, UNKNOWN, NOT_USED or DISAGREE.
    """

    expression: str
    share: float
    reason: str


def agree(uploader: str, annotators: Sequence[str]) -> Agreement:
    """Settle the labels of one photo.

    Args:
        uploader: AI-Hub's word, "" for none.
        annotators: likewise, one each.
    """
    given = [label for label in annotators if label]
    voices = Counter(label for label in (uploader, *annotators) if label)
    if not voices:
        return Agreement("", 0.0, NO_LABEL)
    most = Counter(given) or voices
    ahead = sorted(label for label, n in most.items() if n == max(most.values()))
    leading = uploader if uploader in ahead else ahead[0]
    share = voices[leading] / voices.total()
    expression = EXPRESSION_OF_PHOTO_LABEL.get(leading) or ""
    # A third of one third is not exact in floating point.
    if share < MIN_AGREEMENT - 1e-9:
        return Agreement(expression, share, DISAGREE)
    if leading not in EXPRESSION_OF_PHOTO_LABEL:
        return Agreement("", share, UNKNOWN)
    return Agreement(expression, share, "" if expression else NOT_USED)


def agreements(table: pd.DataFrame) -> pd.DataFrame:
    """:func:`agree` for every row.

    Args:
        table: rows with ``label_uploader``, ``label_a`` … (text, "" for none).

    Returns:
        ``expression``, ``agreement`` and ``reason``, with the table's index.
    """
    columns = ["label_uploader", *(f"label_{who}" for who in ANNOTATORS)]
    given = table[columns].fillna("").astype(str)
    # Half a million rows have some hundred combinations of labels.
    number = given.groupby(columns, sort=False).ngroup()
    kinds = given[~number.duplicated()]
    settled = [agree(row[0], row[1:]) for row in kinds.itertuples(index=False, name=None)]
    found = pd.DataFrame(
        {
            "expression": pd.Series([a.expression for a in settled], dtype="str"),
            "agreement": pd.Series([a.share for a in settled], dtype="float64"),
            "reason": pd.Series([a.reason for a in settled], dtype="str"),
        }
    )
    return found.iloc[number.to_numpy()].set_index(table.index)
