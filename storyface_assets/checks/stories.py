"""Checks of the text: sentences and their emotions."""

import numpy as np
import pandas as pd

from storyface_assets.checks.factories import Verdict, book_check
from storyface_assets.lib.books import load_fields
from storyface_assets.lib.books.book import LICENCE_UNSTATED
from storyface_assets.lib.store import Folder
from storyface_assets.vocabulary import FACE_EXPRESSIONS, TEXT_EMOTIONS

#: Below this mean probability of the chosen emotion the model is close to guessing among six.
_CONFIDENT = 0.35
_SUM_TOLERANCE = 1e-3


def fields_are_whole(folder: Folder) -> Verdict:
    """The kept fields can be read again, and there is a title."""
    kept = load_fields(folder.path, "kept")
    return Verdict(bool(kept.title.strip()), kept.title)


def rights_are_stated(folder: Folder) -> Verdict:
    """The text's licence is stated; without one the film should not leave the house."""
    licence = load_fields(folder.path, "kept").licence
    return Verdict(licence not in ("", LICENCE_UNSTATED), f"licence: {licence or 'none'}")


def sentences_are_there(table: pd.DataFrame) -> Verdict:
    """There is at least one sentence, and none is empty."""
    empty = int((table["text"].str.strip() == "").sum()) if len(table) else 0
    return Verdict(
        len(table) > 0 and empty == 0,
        f"{len(table)} sentences, {empty} of them empty",
        {"sentences": len(table), "empty": empty},
    )


def sentences_are_in_order(table: pd.DataFrame) -> Verdict:
    """Sentences count from 0 without gaps; paragraphs and pages never go back."""
    counted = list(table["index"]) == list(range(len(table)))
    rising = all(table[c].is_monotonic_increasing for c in ("paragraph", "page"))
    return Verdict(counted and rising, "in reading order" if counted and rising else "out of order")


def probabilities_sum_to_one(table: pd.DataFrame) -> Verdict:
    """The six probabilities of each sentence are from 0 to 1 and sum to 1."""
    values = table[list(TEXT_EMOTIONS)].to_numpy(np.float64)
    off = float(np.abs(values.sum(1) - 1).max(initial=0))
    valid = bool(np.isfinite(values).all() and values.min(initial=0) >= 0)
    return Verdict(valid and off <= _SUM_TOLERANCE, f"largest error {off:.1e}", {"error": off})


def emotions_are_known(table: pd.DataFrame) -> Verdict:
    """Every emotion is one of the six, and every face one of the five."""
    strange = set(table["emotion"]) - set(TEXT_EMOTIONS)
    strange |= set(table["expression"]) - set(FACE_EXPRESSIONS)
    return Verdict(not strange, f"unknown: {', '.join(map(str, strange)) or 'none'}")


def emotions_match_sentences(table: pd.DataFrame, sentences: pd.DataFrame) -> Verdict:
    """There is one emotion for each sentence, for the same text in the same order."""
    same = list(table["text"]) == list(sentences["text"])
    return Verdict(same, f"{len(table)} emotions for {len(sentences)} sentences")


def model_is_confident(table: pd.DataFrame) -> Verdict:
    """The model is not guessing: the likeliest emotions have a fair probability on average."""
    mean = float(table[list(TEXT_EMOTIONS)].max(axis=1).mean())
    return Verdict(
        mean >= _CONFIDENT, f"mean of the highest probability {mean:.2f}", {"mean": mean}
    )


STORY_CHECKS = [
    book_check("book", fields_are_whole, blocking=True),
    book_check("book", rights_are_stated, blocking=False),
    book_check("sentences", sentences_are_there, blocking=True),
    book_check("sentences", sentences_are_in_order, blocking=True),
    book_check("sentence_emotions", probabilities_sum_to_one, blocking=True),
    book_check("sentence_emotions", emotions_are_known, blocking=True),
    book_check("sentence_emotions", emotions_match_sentences, blocking=True, other="sentences"),
    book_check("sentence_emotions", model_is_confident, blocking=False),
]
