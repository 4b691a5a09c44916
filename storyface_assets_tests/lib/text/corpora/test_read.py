"""All corpora of a folder as one table."""

import json
from pathlib import Path

import pytest

from storyface_assets.lib.text.corpora import COLUMNS, CORPORA, closed_files, read_corpora
from storyface_assets.lib.text.corpora.merge import TIE
from storyface_assets.lib.text.corpora.row import BROKEN_FILE, WHOLE_POEM
from storyface_assets.lib.text.corpora.splits import COPY, NEARLY_IN, drawn_split
from storyface_assets_tests.lib.text.corpora.small_corpora import (
    EMOTIONAL_HEADER,
    dialogue,
    small_corpora,
    write_json,
    write_text,
    write_xlsx,
)


def test_corpora_are_merged_by_the_table(tmp_path: Path) -> None:
    """Fault: label numbers shifted by one, ties guessed, or whole poems taken for a line."""
    found = read_corpora(small_corpora(tmp_path))
    table = found.table
    kept = table[table["kept"]]
    assert dict(zip(kept["text"], kept["emotion"], strict=True)) == {
        "정말 화가 나네요": "분노",
        "아무 느낌이 없다": "중립",
        "그대를 보내고 우네": "슬픔",
        "강가에 앉아 노을을 보네": "슬픔",
        "꽃이 피어 웃는 아침": "행복",
        "정말 기쁜 일이다": "행복",
        "무서운 이야기였다": "불안",
    }
    assert table.loc[~table["kept"], "reason"].tolist() == [TIE, WHOLE_POEM, WHOLE_POEM]
    assert set(found.missing) == {"aihub_dialogues", "aihub_single", "aihub_continuous"}
    assert table.loc[0, "place"] == "val.tsv: line 1" and table.loc[2, "label"] == "슬픔, 화남/분노"
    # Who filters by split must get nothing that was left out.
    assert (table.loc[~table["kept"], ["split", "emotion"]] == "").all().all()


def test_an_empty_folder_is_an_empty_table(tmp_path: Path) -> None:
    """Fault: a fresh clone without corpora fails."""
    found = read_corpora(tmp_path / "text")
    assert found.table.empty and list(found.table.columns) == list(COLUMNS)
    assert found.missing == {c.name: f"no folder {c.name}/" for c in CORPORA}
    assert closed_files(tmp_path / "text") == []


def test_published_splits_stay_and_overlaps_leave_train(tmp_path: Path) -> None:
    """Fault: a test sentence with another full stop is trained on, in this or another corpus."""
    kote = tmp_path / "kote"
    write_text(kote / "test.tsv", "1\t오늘은 행복한 하루였어요.\t40\n2\t별일 없이 지나갔다\t24\n")
    write_text(kote / "val.tsv", "3\t별일 없이 지나갔다!\t24\n4\t창밖에 눈이 소복소복 쌓인다\t24\n")
    write_text(kote / "train.tsv", "5\t오늘은 행복한 하루였어요!\t40\n6\t배가 고프다\t24\n")
    go = "창밖에 눈이 소복소복 쌓인다…\t27\n오늘은 비가 온다\t27\n오늘은 비가 온다\t27\n"
    write_text(tmp_path / "goemotions_korean" / "train.tsv", go)
    table = read_corpora(tmp_path).table.set_index(["corpus", "place"])
    assert table["reason"].to_dict() == {
        ("kote", "test.tsv: line 1"): "",
        ("kote", "test.tsv: line 2"): "",
        ("kote", "train.tsv: line 1"): NEARLY_IN["test"],
        ("kote", "train.tsv: line 2"): "",
        ("kote", "val.tsv: line 1"): NEARLY_IN["test"],
        ("kote", "val.tsv: line 2"): "",
        ("goemotions_korean", "train.tsv: line 1"): NEARLY_IN["validation"],
        ("goemotions_korean", "train.tsv: line 2"): "",
        ("goemotions_korean", "train.tsv: line 3"): COPY,
    }


def test_a_dialogue_dropped_in_twice_counts_once(tmp_path: Path) -> None:
    """Fault: JSON and sheet of one corpus double every sentence."""
    folder = tmp_path / "aihub_dialogues"
    write_json(folder / "a_Training.json", [dialogue("E60", "드디어 합격했어!", "고마워.")])
    cells = ["", "", "", "", "", "기쁨", "신이 난", "드디어 합격했어!", "네", "고마워.", "네"]
    write_xlsx(folder / "a_Training.xlsx", [EMOTIONAL_HEADER, cells])
    table = read_corpora(tmp_path).table
    assert table["reason"].tolist() == ["", "", COPY, COPY]
    assert table["emotion"].tolist() == ["행복", "행복", "", ""]


def test_dialogues_without_published_splits_stay_whole(tmp_path: Path) -> None:
    """Fault: two utterances of a dialogue on both sides of a split."""
    rows: list[list[object]] = [["dialog #", "", ""], ["", "발화", "감정"]]
    for k in range(60):
        rows += [["S", f"{k}" * 9 + "번 말", "중립"], ["", f"{k}" * 7 + "번째 답", "행복"]]
    write_xlsx(tmp_path / "aihub_continuous" / "a.xlsx", rows)
    table = read_corpora(tmp_path).table
    kept = table[table["kept"]]
    assert kept.groupby("group")["split"].nunique().max() == 1
    assert set(kept["split"]) == {"train", "validation", "test"}
    again = read_corpora(tmp_path).table
    assert again.equals(table)


def test_drawn_splits_have_their_shares() -> None:
    """Fault: a draw that puts nearly nothing into test."""
    drawn = [drawn_split(f"corpus:{k}") for k in range(4000)]
    assert 0.77 < drawn.count("train") / 4000 < 0.83
    assert min(drawn.count("validation"), drawn.count("test")) > 320


def test_one_broken_file_stops_nothing(tmp_path: Path) -> None:
    """Fault: a damaged download of one corpus takes the other five away."""
    small_corpora(tmp_path)
    write_text(tmp_path / "aihub_single" / "a.xlsx", "no workbook")
    write_text(tmp_path / "aihub_single" / "~$a.xlsx", "Excel's lock")
    (tmp_path / "kote" / "train.tsv").write_bytes("1\t글\t0\n".encode("cp949"))
    found = read_corpora(tmp_path)
    broken = found.table[found.table["reason"] == BROKEN_FILE]
    assert broken["place"].tolist() == ["a.xlsx", "train.tsv"]
    assert len(found.faults) == 2 and "a.xlsx" in found.faults[0]
    assert found.table["kept"].sum() == 7


def test_a_zip_alone_is_told(tmp_path: Path) -> None:
    """Fault: who leaves the archive packed is told that nothing is there."""
    write_text(tmp_path / "aihub_single" / "단발성.zip", "")
    write_text(tmp_path / "kote" / "README.md", "")
    missing = read_corpora(tmp_path).missing
    assert missing["aihub_single"] == "only a .zip: unpack it"
    assert missing["kote"].startswith("no file train.tsv")


def test_a_file_that_the_system_does_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault: it is left out for good, for nothing about its listing changes."""
    small_corpora(tmp_path)

    def cannot(path: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", cannot)
        patch.setattr(Path, "read_bytes", cannot)
        assert len(closed_files(tmp_path)) == 3
        found = read_corpora(tmp_path)
        assert set(found.table["reason"]) == {BROKEN_FILE}
        assert "cannot be opened" in found.faults[0]
    assert closed_files(tmp_path) == []


def test_half_a_letter_is_no_error(tmp_path: Path) -> None:
    """Fault: an emoji cut in two cannot be stored as UTF-8, and the asset fails at its end."""
    text = json.dumps([dialogue("E60", "좋아\ud83d")])
    write_text(tmp_path / "aihub_dialogues" / "a.json", text)
    table = read_corpora(tmp_path).table
    assert table["text"].tolist() == ["좋아?"]
