"""Checks against what the studio planted; the real sets have no truth file and pass."""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from storyface_assets.checks.factories import Verdict, dataset_check
from storyface_assets.lib.dataset.boxes import box_quality
from storyface_assets.lib.dataset.duplicates.quality import duplicate_quality
from storyface_assets.lib.dataset.labels.score import label_quality
from storyface_assets.resources.installation import Installation

#: Precision and recall that each step is to reach.
LABEL_GOAL: Final = (0.8, 0.9)
DUPLICATE_GOAL: Final = (0.99, 0.95)
BOX_GOAL: Final = (0.95, 0.95)


def labels_match_truth(table: pd.DataFrame, installation: Installation) -> Verdict:
    """Wrong labels are found: precision ≥ .8, recall ≥ .9 against the studio's truth."""

    def judge(truth: pd.DataFrame) -> Verdict:
        found = label_quality(table, truth)
        kinds = pd.DataFrame(found["kinds"]).fillna(0).astype(int).T.rename_axis("planted")
        return _verdict(found, LABEL_GOAL, f"{found['wrong']} wrong", kinds.reset_index())

    return _with_truth(table, installation, judge)


def duplicates_match_truth(table: pd.DataFrame, installation: Installation) -> Verdict:
    """Near duplicates are found: precision ≥ .99, recall ≥ .95 against the studio's truth."""

    def judge(truth: pd.DataFrame) -> Verdict:
        found = duplicate_quality(table, truth)
        kinds = pd.DataFrame(
            {"planted": found["planted_by_kind"], "recall": found["recall_by_kind"]}
        )
        kinds = kinds.rename_axis("kind").reset_index()
        return _verdict(found, DUPLICATE_GOAL, f"{found['planted']} planted", kinds)

    return _with_truth(table, installation, judge)


def boxes_match_truth(table: pd.DataFrame, installation: Installation) -> Verdict:
    """Faulty boxes are found: precision and recall ≥ .95 against the studio's truth."""

    def judge(truth: pd.DataFrame) -> Verdict:
        found = box_quality(table, truth)
        kinds = pd.DataFrame(found).T.rename_axis("fault").reset_index()
        return _verdict(found["any"], BOX_GOAL, f"{found['any']['planted']} planted", kinds)

    return _with_truth(table, installation, judge)


def _with_truth(
    table: pd.DataFrame, installation: Installation, judge: Callable[[pd.DataFrame], Verdict]
) -> Verdict:
    settings = installation.settings
    path = settings.studio_dir / "truth.parquet"
    if settings.studio_dir not in settings.emotion_photos_dir.parents or not path.is_file():
        return Verdict(True, "no truth to compare with: not the studio's set")
    truth = pd.read_parquet(path)
    if not table["photo"].isin(truth["photo"]).any():
        return Verdict(
            False, f"the truth knows none of the {len(table)} photos: render the set again"
        )
    return judge(truth)


def _verdict(
    found: dict[str, Any], goal: tuple[float, float], count: str, kinds: pd.DataFrame
) -> Verdict:
    precision, recall = float(found["precision"]), float(found["recall"])
    return Verdict(
        precision >= goal[0] and recall >= goal[1],
        f"{count}: precision {precision:.3f}, recall {recall:.3f}",
        {"precision": precision, "recall": recall, "by kind": kinds},
    )


TRUTH_CHECKS = [
    dataset_check("label_filtered", labels_match_truth, blocking=False),
    dataset_check("near_duplicates", duplicates_match_truth, blocking=False),
    dataset_check("box_checked", boxes_match_truth, blocking=False),
]
