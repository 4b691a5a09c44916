"""A model that never saw a photo or its person says whether the label can be right.

Out-of-fold probabilities, folds by person, by linear discriminant analysis with a shrunken
covariance (Ledoit & Wolf 2004) of three kinds: on the face's shape, on its appearance, and on both;
their geometric mean is less sure of itself than each alone. Then confident learning (Northcutt,
Jiang & Chuang, "Confident Learning", 2021; ``cleanlab``): a label is doubted when another class is
at least as probable as photos of that class are on average, or when the given one is all but ruled
out. A label whose class nobody else shows is not judged.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from cleanlab.filter import find_label_issues
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.special import softmax
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

from storyface_assets.lib.dataset.labels.features import ChosenFeatures, compact
from storyface_assets.vocabulary import FACE_EXPRESSIONS

FOLDS: Final = 10
#: A label that is less probable than this is doubted whatever the classes' averages are.
RULED_OUT: Final = 0.02
#: Fewer photos of a class, or people, teach nothing that one could doubt a label by.
MIN_OF_CLASS: Final = 12
MIN_PEOPLE: Final = 5
#: More people than this are dealt to the folds by chance: spreading the classes takes 0.6 ms each.
_SPREAD_PEOPLE: Final = 10_000


@dataclass(frozen=True, eq=False)
class Review:
    """What the model says of each photo.

    Attributes:
        score: ``(N,)`` probability of the given label, NaN where there is none, no model, or no
            other person who shows the class.
        suggested: the most probable expression, "" without a model or where the label could not
            be judged.
        doubted: ``(N,)`` bool.
        note: which labels could not be reviewed and why, else "".
    """

    score: np.ndarray
    suggested: tuple[str, ...]
    doubted: np.ndarray
    note: str = ""


def same_person(person: Sequence[str], sha256: Sequence[str]) -> np.ndarray:
    """Number the persons ``(N,)`` from 0.

    Photos of one known person belong together, and so do those that are the same file under two
    names; an unknown person's photo is a person of its own.
    """
    names = [f"person {p}" if p else f"photo {i}" for i, p in enumerate(person)]
    nodes = {name: k for k, name in enumerate(dict.fromkeys([*names, *map(str, sha256)]))}
    ends = np.array([[nodes[n], nodes[str(s)]] for n, s in zip(names, sha256, strict=True)])
    ends = ends.reshape(-1, 2).astype(int)
    graph = coo_matrix((np.ones(len(ends)), ends.T), shape=(len(nodes), len(nodes)))
    component = connected_components(graph, directed=False)[1]
    return np.unique(component[ends[:, 0]], return_inverse=True)[1]


def review_labels(
    features: np.ndarray | ChosenFeatures, given: Sequence[str], person: np.ndarray
) -> Review:
    """Score labels and doubt some.

    Args:
        features: ``(N, D)`` of ``expression_features``.
        given: expressions of ``FACE_EXPRESSIONS``; "" for a photo that is to be judged but not
            learned from.
        person: ``(N,)`` of :func:`same_person`.
    """
    labels = np.asarray(given, object)
    classes = [c for c in FACE_EXPRESSIONS if (labels == c).sum() >= MIN_OF_CLASS]
    learned = np.isin(labels, classes)
    people = len(np.unique(person[learned]))
    if len(classes) < 2 or people < MIN_PEOPLE:
        note = f"Too few photos to review labels: {people} people, {len(classes)} classes."
        nothing = np.full(len(labels), np.nan)
        return Review(nothing, ("",) * len(labels), np.zeros(len(labels), bool), note)
    number = np.array([classes.index(c) if c in classes else -1 for c in labels])
    probable = _pooled(compact(features, person), number, person, len(classes))
    score = np.full(len(labels), np.nan)
    score[learned] = probable[learned, number[learned]]
    judged = ~np.isnan(score)
    known = np.asarray(np.nan_to_num(probable, nan=0.0))
    doubted = np.zeros(len(labels), bool)
    if judged.any():
        doubted[judged] = find_label_issues(
            number[judged], known[judged], filter_by="confident_learning", n_jobs=1
        )
    best = known.argmax(1)
    doubted[judged] |= score[judged] < RULED_OUT
    doubted &= np.asarray(best != number)
    silent = (learned & ~judged) | ~known.any(1)
    suggested = tuple("" if s else classes[k] for k, s in zip(best, silent, strict=True))
    return Review(score, suggested, doubted, _not_judged(labels[learned & ~judged]))


def _not_judged(labels: np.ndarray) -> str:
    names, counts = np.unique(labels.astype(str), return_counts=True)
    some = ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True))
    why = "Too few examples to judge by, as no other person shows it"
    return f"{why}: {some}." if some else ""


def _pooled(
    points: tuple[np.ndarray, np.ndarray], number: np.ndarray, person: np.ndarray, classes: int
) -> np.ndarray:
    """Probabilities of the three models together (a logarithmic opinion pool).

    NaN for a class that one of them never saw.
    """
    shape, appearance = points
    opinions = ((2, np.hstack(points)), (1, shape), (1, appearance))
    total, weights = np.zeros((len(number), classes)), 0
    for seed, (weight, some) in enumerate(opinions):
        probable = out_of_fold(some, number, person, classes, seed)
        total += weight * np.log(np.maximum(probable, 1e-12))
        weights += weight
    known = ~np.isnan(total)
    rows = known.any(1)
    total[rows] = softmax(np.where(known, total / weights, -np.inf)[rows], axis=1)
    return np.where(known, total, np.nan)


def out_of_fold(
    points: np.ndarray, number: np.ndarray, person: np.ndarray, classes: int, seed: int = 0
) -> np.ndarray:
    """Class probabilities ``(N, classes)`` by a model that saw nothing of the same person.

    Args:
        points: ``(N, K)``.
        number: ``(N,)`` class of each, -1 for those that are not learned from.
        person: ``(N,)``.
        classes: how many there are; each begins equally probable.
        seed: which people are in which fold.

    Returns:
        NaN for a class that nobody outside the row's fold shows.
    """
    probable = np.full((len(points), classes), np.nan)
    for others, some in _folds(number, person, seed):
        others = others[number[others] >= 0]
        known = np.unique(number[others])
        if len(known) < 2 or not len(some):
            continue
        model = LinearDiscriminantAnalysis(
            solver="lsqr", shrinkage="auto", priors=np.full(len(known), 1 / len(known))
        )
        model.fit(points[others], number[others])
        probable[np.ix_(some, known)] = model.predict_proba(points[some])
    return probable


def _folds(
    number: np.ndarray, person: np.ndarray, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows to learn from and rows to judge: nobody in both, every class in as many as can be."""
    people = len(np.unique(person))
    options = {"n_splits": min(FOLDS, people), "shuffle": True, "random_state": seed}
    if people > _SPREAD_PEOPLE:
        yield from GroupKFold(**options).split(number, number, person)
        return
    with warnings.catch_warnings():
        # A few rows that are not learned from are a class to it, and a small one.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        yield from StratifiedGroupKFold(**options).split(number, number, person)
