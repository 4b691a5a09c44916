"""Labels filtered: agreement first, then the model's review, then what people decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from storyface_assets.lib.dataset.labels.agreement import DISAGREE, agreements
from storyface_assets.lib.dataset.labels.decisions import Decisions, apply_decisions
from storyface_assets.lib.dataset.labels.features import ChosenFeatures
from storyface_assets.lib.dataset.labels.review import review_labels, same_person

DOUBTED: Final = "label doubted by model"


@dataclass(frozen=True)
class FilteredLabels:
    """What :func:`filter_labels` found.

    Attributes:
        table: the rows with the columns ``schema.LABELLED``, ``kept`` and ``reason``.
        notes: what a person should know: decisions about photos that are not there, no review.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]


def filter_labels(
    table: pd.DataFrame, features: Mapping[str, np.ndarray | None], decisions: Decisions
) -> FilteredLabels:
    """Decide each photo's expression, and which photos stay.

    A photo whose face was not found keeps its label unreviewed; a later step drops it for its
    face. Photos whose labellers disagree are judged by the model too, so that people see what it
    would say, but only people bring them back.

    Args:
        table: kept rows of ``raw_emotion_images``.
        features: by SHA-256, of ``expression_features``; ``None`` without a face.
        decisions: what people decided.

    Returns:
        The rows, sorted by photo as they came, and notes.
    """
    found = agreements(table)
    agreed = found["reason"] == ""
    judged = agreed | (found["reason"] == DISAGREE)
    seen = table["sha256"].map(lambda key: features.get(key) is not None).to_numpy(bool)
    rows = np.flatnonzero(judged.to_numpy() & seen)
    score, suggested = np.full(len(table), np.nan), np.full(len(table), "", object)
    doubted, notes = np.zeros(len(table), bool), []
    if len(rows):
        some = table.iloc[rows]
        given = found["expression"].where(agreed, "").iloc[rows]
        person = same_person(some["person"].tolist(), some["sha256"].tolist())
        known = ChosenFeatures(features, some["sha256"].tolist())
        review = review_labels(known, given.tolist(), person)
        score[rows], suggested[rows], doubted[rows] = (
            review.score,
            review.suggested,
            review.doubted,
        )
        notes += [review.note] if review.note else []
    reason = found["reason"].where(~doubted, DOUBTED)
    filtered = table.assign(
        expression=found["expression"],
        agreement=found["agreement"],
        label_score=pd.array(score, dtype="Float64"),
        suggested=suggested.astype(str),
        decided_by=np.where(doubted, "model", "annotators").astype(str),
        kept=(reason == "").to_numpy(bool),
        reason=reason,
    )
    decided, warnings = apply_decisions(filtered, decisions)
    return FilteredLabels(decided, (*notes, *warnings))


def most_doubtful(table: pd.DataFrame, count: int) -> pd.DataFrame:
    """The rows that people should look at first.

    Least probable labels first, and those on which a person decided last. A set too small to be
    reviewed has no scores: its first kept rows, so that somebody sees the labels at all.
    """
    scored = table[table["label_score"].notna()]
    if scored.empty:
        return table[table["kept"]].head(count)
    first = scored.assign(_decided=scored["decided_by"] == "person").sort_values(
        ["_decided", "label_score", "photo"], kind="stable"
    )
    return first.drop(columns="_decided").head(count)
