"""How well wrong labels were found, against the truth that only the studio knows."""

from typing import Any, Final

import pandas as pd

from storyface_assets.lib.dataset.labels.agreement import DISAGREE
from storyface_assets.lib.dataset.labels.filtering import DOUBTED

#: Planted faults of which nobody can say that the label is right.
_UNDECIDABLE: Final = ("all_disagree",)


def label_quality(filtered: pd.DataFrame, truth: pd.DataFrame) -> dict[str, Any]:
    """Precision and recall of the rows that were removed as wrongly labelled.

    A label is wrong when most annotators give another expression than the one that was acted. It
    counts as found when the row is not kept, for whatever reason. A row counts as removed for its
    label when its reason is that annotators disagree or that the model doubts it, and rightly so
    when the label is wrong or the annotators were made to contradict each other without a
    majority.

    Args:
        filtered: the table of ``label_filtered``.
        truth: the studio's ``truth.parquet``.

    Returns:
        ``wrong`` and ``found`` rows, ``recall``; ``removed`` and ``rightly`` removed rows,
        ``precision``; ``model_precision`` and ``model_recall`` of the model's review alone, over
        the rows that reached it; ``kinds``: for each planted fault (``none`` for sound labels)
        how many rows there are and what became of them, by reason. Shares of nothing are 1.
    """
    columns = ["photo", "label_fault", "label_wrong"]
    both = filtered.merge(truth.loc[truth["photo"] != "", columns], on="photo")
    kind = both["label_fault"].where(both["label_fault"] != "", "none")
    wrong = both["label_wrong"].astype(bool)
    doubted, disagree = both["reason"] == DOUBTED, both["reason"] == DISAGREE
    gone, removed = ~both["kept"], doubted | disagree
    rightly = removed & (wrong | kind.isin(_UNDECIDABLE))
    reached = both["kept"] | doubted
    counts = pd.crosstab(kind, both["reason"].where(gone, "kept"))
    return {
        "wrong": int(wrong.sum()),
        "found": int((wrong & gone).sum()),
        "recall": _share(wrong & gone, wrong),
        "removed": int(removed.sum()),
        "rightly": int(rightly.sum()),
        "precision": _share(rightly, removed),
        "model_precision": _share(doubted & wrong, doubted),
        "model_recall": _share(doubted & wrong, reached & wrong),
        "kinds": {
            str(name): {str(what): int(n) for what, n in row.items() if n}
            for name, row in counts.iterrows()
        },
    }


def _share(part: pd.Series, whole: pd.Series) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else 1.0
