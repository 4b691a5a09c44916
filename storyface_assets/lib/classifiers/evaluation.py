"""Measuring an expression classifier on the splits of the dataset."""

from pathlib import Path
from typing import Any

import numpy as np

from storyface_assets.lib.classifiers.ensemble import EmotionClassifier
from storyface_assets.lib.classifiers.report import classifier_report
from storyface_assets.lib.dataset.batches import PackedDataset
from storyface_assets.lib.dataset.packed_pictures import open_split
from storyface_assets.lib.errors import BadInput
from storyface_assets.vocabulary import FACE_EXPRESSIONS


def labelled(splits: Path, split: str) -> PackedDataset:
    """One split's pictures with numbers of ``FACE_EXPRESSIONS``.

    Args:
        splits: what ``emotion_splits`` stored.
        split: train, validation or test.

    Raises:
        BadInput: it is missing, empty or damaged.
    """
    pictures = open_split(splits, split)
    if not len(pictures):
        raise BadInput(splits, split, "has no pictures.", "Give the dataset more people.")
    number = {name: k for k, name in enumerate(FACE_EXPRESSIONS)}
    names = pictures.column("expression")
    if unknown := set(names.tolist()).difference(number):
        problem = f"{', '.join(sorted(unknown))}: no expression of a face."
        raise BadInput(splits / split, "expression", problem, "Materialize the set again.")
    return PackedDataset(pictures, np.array([number[name] for name in names], np.int64))


def ensemble_report(classifier: EmotionClassifier, data: PackedDataset) -> dict[str, Any]:
    """Reports of the ensemble and of each network alone; see ``classifier_report``."""
    told, person = classifier.member_probabilities(data), data.pictures.column("person")
    persons = np.where(person != "", person, data.pictures.column("group")).tolist()
    alone = {
        member.network: classifier_report(some, data.labels, persons)
        for member, some in zip(classifier.members, told, strict=True)
    }
    return {"ensemble": classifier_report(told.mean(0), data.labels, persons), "alone": alone}


def image_emotion_figures(model: Path, splits: Path) -> dict[str, float]:
    """The figures that a candidate and the champion are compared by, on the test people.

    Args:
        model: folder of a classifier.
        splits: what ``emotion_splits`` stored.

    Raises:
        BadInput: the model cannot be loaded.
    """
    report = ensemble_report(EmotionClassifier.load(model), labelled(splits, "test"))
    return {name: v for name, v in report["ensemble"].items() if isinstance(v, int | float)}
