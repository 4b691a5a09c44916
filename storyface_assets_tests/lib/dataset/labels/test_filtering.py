from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from storyface_assets.lib.dataset.face_appearance import LENGTH
from storyface_assets.lib.dataset.labels.decisions import Decision, Decisions
from storyface_assets.lib.dataset.labels.filtering import filter_labels, most_doubtful
from storyface_assets.lib.dataset.labels.score import label_quality
from storyface_assets.lib.dataset.schema import LABELLED, RAW, require_columns

LABELS = ("기쁨", "당황", "분노", "슬픔")
EXPRESSION = {"기쁨": "happy", "당황": "panic", "분노": "anger", "슬픔": "sadness"}


@pytest.fixture(scope="module")
def raw():
    """Ten people with eight photos, each label twice; features that tell the labels apart."""
    rng = np.random.default_rng(0)
    rows, features = [], {}
    centres = rng.normal(0, 1, (4, 30 + LENGTH))
    for person in range(10):
        for k in range(8):
            key = f"{person:02}{k:02}".ljust(64, "0")
            label = LABELS[k % 4]
            rows.append(
                {name: "" for name, kind in RAW.items() if kind == "str"}
                | {
                    "photo": f"{person}/{k}.jpg",
                    "filename": f"{person}-{k}.jpg",
                    "sha256": key,
                    "person": f"{person:064}",
                    "label_uploader": label,
                    **{f"label_{who}": label for who in "abc"},
                    "kept": True,
                    "reason": "",
                }
            )
            features[key] = (centres[k % 4] + rng.normal(0, 0.8, 30 + LENGTH)).astype(np.float16)
    table = pd.DataFrame(rows)
    table.loc[5, ["label_uploader", "label_a", "label_b", "label_c"]] = "슬픔"  # acted: 당황
    table.loc[14, ["label_a", "label_b"]] = ["기쁨", "슬픔"]  # acted: 분노
    table.loc[22, ["label_a", "label_b", "label_c"]] = "불안"
    features[table["sha256"][30]] = None
    return table, features


@pytest.fixture(scope="module")
def filtered(raw):
    """What comes of it while nobody has decided anything."""
    return filter_labels(*raw, Decisions(Path("none"))).table


def truth_of(table):
    return pd.DataFrame(
        {
            "photo": table["photo"],
            "label_fault": [{5: "all_wrong", 14: "all_disagree"}.get(i, "") for i in table.index],
            "label_wrong": table.index == 5,
        }
    )


def test_every_row_is_settled(raw, filtered):
    """Fault: a doubted, disputed or faceless photo ends with another's reason, or is lost."""
    table, found = raw[0], filtered
    require_columns(found, LABELLED, "label_filtered")
    assert {n: str(found[n].dtype) for n in LABELLED} == dict(LABELLED)
    assert list(found["photo"]) == list(table["photo"])
    assert found["reason"][5] == "label doubted by model" and found["decided_by"][5] == "model"
    assert (found["expression"][5], found["suggested"][5]) == ("sadness", "panic")
    assert found["reason"][14] == "annotators disagree" and found["suggested"][14] == "anger"
    assert pd.isna(found["label_score"][14])
    assert found["reason"][22] == "class not used" and found["suggested"][22] == ""
    assert found["kept"][30] and pd.isna(found["label_score"][30])
    others = found.drop(index=[5, 14, 22])
    assert others["kept"].all() and (others["reason"] == "").all()
    assert list(found.index[~found["kept"]]) == [5, 14, 22]


def test_people_overrule_the_model(raw):
    """Fault: the model's doubt outlives a person's word; a lost photo's decision is not told."""
    table, features = raw
    lines = (
        Decision(table["photo"][5], "keep", "민지", "", 2),
        Decision(table["photo"][14], "anger", "민지", "", 3),
        Decision(table["filename"][40], "remove", "준호", "", 4),
        Decision("gone.jpg", "keep", "준호", "", 5),
    )
    found = filter_labels(table, features, Decisions(Path("label_decisions.csv"), lines))
    decided = found.table
    assert list(decided.loc[[5, 14, 40], "kept"]) == [True, True, False]
    assert list(decided.loc[[5, 14, 40], "expression"]) == ["sadness", "anger", "happy"]
    assert (decided.loc[[5, 14, 40], "decided_by"] == "person").all()
    assert len(found.notes) == 1 and "line 5" in found.notes[0]
    assert most_doubtful(decided, 3)["photo"].tolist()[0] != table["photo"][5]


def test_labels_that_cannot_be_judged_are_kept_and_said(raw, tmp_path):
    """Fault: a class of one person is removed wholly, or its missing scores break what follows."""
    table, features = raw
    one = table.index[(table["label_a"] == "기쁨") & (table.index < 60)]
    rest = table.index[(table["label_a"] == "기쁨") & (table.index >= 60)]
    table = table.drop(index=rest).assign(
        person=table["person"].mask(table.index.isin(one), "the same").astype(str)
    )
    found = filter_labels(table, features, Decisions(Path("none")))
    happy = found.table.loc[one].query("expression == 'happy'")
    assert len(happy) >= 12 and happy["kept"].all() and happy["label_score"].isna().all()
    assert "Too few examples" in found.notes[0] and "happy" in found.notes[0]
    assert found.table.loc[5, "reason"] == "label doubted by model"
    shown = most_doubtful(found.table, 20)
    assert len(shown) == 20 and shown["label_score"].notna().all()
    found.table.to_parquet(tmp_path / "labels.parquet")
    again = pd.read_parquet(tmp_path / "labels.parquet")
    assert again["label_score"].isna().equals(found.table["label_score"].isna())


def test_the_most_doubtful_come_first(raw, filtered):
    """Fault: people are shown the photos that need no look."""
    table, first = raw[0], most_doubtful(filtered, 5)
    assert first["photo"].iloc[0] == table["photo"][5]
    assert first["label_score"].is_monotonic_increasing


def test_an_empty_table_stays_one(raw):
    """Fault: a set of which nothing is left stops the run instead of failing its check."""
    table, _ = raw
    found = filter_labels(table.iloc[:0], {}, Decisions(Path("none")))
    assert len(found.table) == 0
    require_columns(found.table, LABELLED, "label_filtered")


def test_quality_is_counted_against_the_truth(raw, filtered):
    """Fault: rows without a fault count as found, or reasons that are not the label's count."""
    truth = truth_of(raw[0])
    truth.loc[50, ["label_fault", "label_wrong"]] = ["all_wrong", True]  # not found
    quality = label_quality(filtered, truth)
    assert (quality["wrong"], quality["found"], quality["recall"]) == (2, 1, 0.5)
    assert (quality["removed"], quality["rightly"], quality["precision"]) == (2, 2, 1.0)
    assert (quality["model_precision"], quality["model_recall"]) == (1.0, 0.5)
    assert quality["kinds"]["all_wrong"] == {"kept": 1, "label doubted by model": 1}
    assert quality["kinds"]["none"] == {"kept": 76, "class not used": 1}
