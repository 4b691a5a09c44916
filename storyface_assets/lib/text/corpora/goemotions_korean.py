"""GoEmotions-Korean: Reddit comments, machine-translated (Apache-2.0; monologg/GoEmotions-Korean).

``train.tsv``, ``dev.tsv`` and ``test.tsv``: text, label numbers; tab-separated, quotation marks
stand for themselves.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from storyface_assets.lib.text.corpora.row import Row
from storyface_assets.lib.text.corpora.tsv import numbered_rows

#: The 28 labels in the order of their numbers.
GOEMOTIONS_LABELS: Final = (
    "admiration amusement anger annoyance approval caring confusion curiosity desire "
    "disappointment disapproval disgust embarrassment excitement fear gratitude grief joy love "
    "nervousness optimism pride realization relief remorse sadness surprise neutral"
).split()


def goemotions_rows(file: Path) -> Iterator[Row]:
    """The comments of one file.

    Raises:
        BadInput: the file cannot be opened or is no UTF-8.
    """
    return numbered_rows(file, GOEMOTIONS_LABELS, columns=2, is_quoted=False)
