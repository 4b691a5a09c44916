"""Each publisher's layout, and what is wrong in it."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.corpora.aihub_continuous import continuous_rows
from storyface_assets.lib.text.corpora.aihub_dialogues import dialogue_rows
from storyface_assets.lib.text.corpora.aihub_single import single_rows
from storyface_assets.lib.text.corpora.goemotions_korean import goemotions_rows
from storyface_assets.lib.text.corpora.kote import kote_rows
from storyface_assets.lib.text.corpora.kpoem import _row, kpoem_rows
from storyface_assets.lib.text.corpora.row import (
    BROKEN_ROW,
    NO_LABEL,
    NO_TEXT,
    UNKNOWN_LABEL,
    WHOLE_POEM,
)
from storyface_assets_tests.lib.text.corpora.small_corpora import (
    EMOTIONAL_HEADER,
    dialogue,
    small_corpora,
    write_json,
    write_text,
    write_xlsx,
)

TRAINING = "감성대화말뭉치(최종데이터)_Training"


def label_of(row) -> str:
    return row.labels[0][0] if row.labels else row.reason


def test_sixty_codes_make_six_large_classes(tmp_path: Path) -> None:
    """Fault: codes off by ten, or one outside E10 to E69 guessed."""
    codes = [f"E{n}" for n in (10, 19, 20, 29, 30, 39, 40, 49, 50, 59, 60, 69)]
    odd = ["E70", "E09", "18", "", "E1"]
    file = tmp_path / f"{TRAINING}.json"
    write_json(file, [dialogue(code, f"{k}번째 말") for k, code in enumerate([*codes, *odd])])
    assert [label_of(row) for row in dialogue_rows(file)] == [
        *["분노"] * 2 + ["슬픔"] * 2 + ["불안"] * 2 + ["상처"] * 2 + ["당황"] * 2 + ["기쁨"] * 2,
        *[UNKNOWN_LABEL] * 3,
        NO_LABEL,
        UNKNOWN_LABEL,
    ]


def test_json_and_sheet_of_a_dialogue_are_one(tmp_path: Path) -> None:
    """Fault: the system's sentences are labelled too, or who drops in both counts all twice."""
    said = ["일은 왜 해도 해도 끝이 없을까?", "그만두고 싶어.", "고마워."]
    write_json(tmp_path / f"{TRAINING}.json", [dialogue("E31", *said)])
    cells = ["", "청년", "남성", "직장", "해당없음", "불안 ", "스트레스 받는"]
    cells += [said[0], "그렇군요.", said[1], "힘드시겠어요.", said[2], "힘내세요."]
    write_xlsx(tmp_path / f"{TRAINING}.xlsx", [EMOTIONAL_HEADER, cells, [], ["7"]])
    json_rows = list(dialogue_rows(tmp_path / f"{TRAINING}.json"))
    rows = list(dialogue_rows(tmp_path / f"{TRAINING}.xlsx"))
    assert [(r.text, r.labels, r.group, r.split) for r in rows] == [
        (r.text, r.labels, r.group, r.split) for r in json_rows
    ]
    assert [r.text for r in rows] == said
    assert {(label_of(r), r.split) for r in rows} == {("불안", "train")}
    assert len({r.group for r in rows}) == 1 and rows[0].place == "row 2"


def test_an_earlier_sheet_and_names_from_a_mac(tmp_path: Path) -> None:
    """Fault: 시스템응답 columns, four turns, or decomposed Hangul of a Mac are not known."""
    header = ["번호", "감정_대분류", "감정_소분류", "사람문장1", "시스템응답1", "사람문장4"]
    header = [unicodedata.normalize("NFD", name) for name in header]
    rows = [header, [1, unicodedata.normalize("NFD", "상처"), "", "첫 말", "네", "넷째 말"]]
    file = write_xlsx(tmp_path / "감성_Validation.xlsx", rows)
    read = list(dialogue_rows(file))
    assert [(r.text, label_of(r), r.split) for r in read] == [
        ("첫 말", "상처", "validation"),
        ("넷째 말", "상처", "validation"),
    ]


def test_broken_dialogues_are_rows_with_a_reason(tmp_path: Path) -> None:
    """Fault: one odd entry of fifty thousand stops the reader."""
    odd: list[object] = [dialogue("E10"), {"profile": {}}, 7, None, dialogue("E10", "가")]
    odd.append({"profile": {"emotion": {"type": 10}}, "talk": {"content": {"HS01": "가"}}})
    odd.append({"profile": {"emotion": {"type": "E10"}}, "talk": {"content": ["HS01"]}})
    file = write_json(tmp_path / "a.json", odd)
    assert [row.reason for row in dialogue_rows(file)] == [
        *[NO_TEXT, BROKEN_ROW, BROKEN_ROW, BROKEN_ROW, ""],
        *[BROKEN_ROW, BROKEN_ROW],
    ]


@pytest.mark.parametrize("text", ["", "[{", '{"data": []}', "[" * 100_000])
def test_json_that_is_no_list_is_named(tmp_path: Path, text: str) -> None:
    """Fault: a file cut off in the download raises what nobody can read."""
    file = write_text(tmp_path / "a.json", text)
    with pytest.raises(BadInput, match="a.json"):
        list(dialogue_rows(file))


def test_single_sentences(tmp_path: Path) -> None:
    """Fault: the counts beside the table are taken for sentences, or a label for another."""
    rows = [["Sentence", "Emotion", "", "", "", "공포", 5468], ["언니 무서워", "공포"]]
    rows += [["", "", "", "", "", "놀람", 5898], ["어쩌라고", "혐오"], ["뭐지", "기쁨"], ["응", ""]]
    read = list(single_rows(write_xlsx(tmp_path / "a.xlsx", rows)))
    assert [(r.text, label_of(r), r.place) for r in read] == [
        ("언니 무서워", "공포", "row 2"),
        ("어쩌라고", "혐오", "row 4"),
        ("뭐지", UNKNOWN_LABEL, "row 5"),
        ("응", NO_LABEL, "row 6"),
    ]


def test_continuous_dialogues_and_their_slips(tmp_path: Path) -> None:
    """Fault: dialogues torn apart, slips of the pen guessed, the header taken for speech."""
    rows = [["dialog #", "", "", ""], ["", "발화", "감정", ""]]
    rows += [["S", "야 너 뭐해", "중립"], ["", "그냥 있어", "ㅈ중립"], ["", "왜 화났어", "분ㄴ"]]
    rows += [["S", "무서워", "ㅍ"], ["", "", ""], ["", "나가자", "줄"], ["", "그래", "중림"]]
    read = list(continuous_rows(write_xlsx(tmp_path / "a.xlsx", rows)))
    assert [label_of(r) for r in read] == [
        *["중립", "중립", "분노"],
        *[UNKNOWN_LABEL, UNKNOWN_LABEL, "중립"],
    ]
    groups = [r.group for r in read]
    assert groups == [groups[0]] * 3 + [groups[3]] * 3 and groups[0] != groups[3]


def test_quotation_marks_of_kote_and_goemotions(tmp_path: Path) -> None:
    """Fault: KOTE's quoting is read as text, or GoEmotions' marks as quoting."""
    kote = '1\t"그가 ""좋다"" 했다"\t42\n2\t"닫히지 않은\t24\n3\t둘째\t5\n'
    rows = list(kote_rows(write_text(tmp_path / "test.tsv", kote)))
    assert [(r.text, r.split, r.reason) for r in rows] == [
        ('그가 "좋다" 했다', "test", ""),
        ("", "", BROKEN_ROW),
        ("둘째", "test", ""),
    ]
    comment = '"그는" "달린다" 했다. "\t14\r\n줄\u2028바꿈\t3,10\n'
    rows = list(goemotions_rows(write_text(tmp_path / "dev.tsv", "\ufeff" + comment)))
    assert [(r.text, r.split) for r in rows] == [
        ('"그는" "달린다" 했다. "', "validation"),
        ("줄\u2028바꿈", "validation"),
    ]
    assert rows[1].labels == (("annoyance", 1.0), ("disapproval", 1.0))


@pytest.mark.parametrize(
    ("labels", "reason"),
    [("", NO_LABEL), ("44", UNKNOWN_LABEL), ("3,-1", UNKNOWN_LABEL), ("x", UNKNOWN_LABEL)],
)
def test_label_numbers_that_do_not_exist(tmp_path: Path, labels: str, reason: str) -> None:
    """Fault: -1 is the last label, or a slip stops forty thousand rows."""
    file = write_text(tmp_path / "train.tsv", f"1\t글\t{labels}\n2\t글\t43\n")
    assert [row.reason for row in kote_rows(file)] == [reason, ""]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    """Fault: CP949 read as something else trains on nonsense."""
    (tmp_path / "train.tsv").write_bytes("1\t정말 화가 나네요\t0\n".encode("cp949"))
    with pytest.raises(BadInput, match="no UTF-8"):
        list(kote_rows(tmp_path / "train.tsv"))


def test_lines_of_a_poem_stay_together(tmp_path: Path) -> None:
    """Fault: a short poem is taken for a line, or its lines lie in train and test."""
    small_corpora(tmp_path)
    rows = list(kpoem_rows(tmp_path / "kpoem" / "kpoem_docstore.jsonl"))
    assert [row.reason for row in rows] == ["", "", "", WHOLE_POEM, WHOLE_POEM]
    assert rows[0].group == rows[1].group != rows[2].group


@given(st.text(max_size=40))
def test_any_line_of_a_poem_file_is_a_row(line: str) -> None:
    """Fault: one odd line raises."""
    assert _row("line 1", line).reason == BROKEN_ROW


@pytest.mark.parametrize(
    "line",
    [
        '{"text": 3, "emotion": {}}',
        '{"text": "가", "emotion": {"슬픔": NaN}}',
        '{"text": "가", "emotion": {"슬픔": -1}}',
        '{"text": "가", "emotion": ["슬픔"]}',
        '{"text": "가"}',
    ],
)
def test_odd_poem_lines(line: str) -> None:
    """Fault: shares that are no shares are counted."""
    assert _row("line 1", line).reason == BROKEN_ROW
