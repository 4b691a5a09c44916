"""The reader of .xlsx sheets, on workbooks of the layouts that Excel and others write."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.corpora.xlsx import _column, sheet_rows, table_rows
from storyface_assets_tests.lib.text.corpora.small_corpora import MAIN, column_name, write_xlsx


def test_gaps_numbers_and_the_first_sheet(tmp_path: Path) -> None:
    """Fault: cells slide left over an empty one, or the sheet of the lowest file name is read."""
    file = write_xlsx(tmp_path / "a.xlsx", [["", "발화", "감정"], [], ["S", "안녕 & <hi>", 3]])
    assert list(sheet_rows(file)) == [
        (1, ["", "발화", "감정"]),
        (2, []),
        (3, ["S", "안녕 & <hi>", "3"]),
    ]


def test_strings_of_every_kind(tmp_path: Path) -> None:
    """Fault: words set in two colours, written in place or computed are lost."""
    cells = (
        '<c t="inlineStr"><is><r><t>두 </t></r><r><t>색</t></r><rPh><t>x</t></rPh></is></c>'
        '<c t="str"><f>A1</f><v>셈</v></c><c t="e"><v>#N/A</v></c><c r="E1" t="b"><v>1</v></c>'
        '<c r="F1"/><c r="G1" t="inlineStr"><is><t>a_x000D_b</t></is></c>'
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row>{cells}</row></sheetData></worksheet>'
    file = write_xlsx(tmp_path / "a.xlsx", [], sheet)
    assert list(sheet_rows(file)) == [(1, ["두 색", "셈", "", "", "1", "", "a\rb"])]


@given(st.integers(0, 16_383))
def test_columns_are_counted_as_excel_does(column: int) -> None:
    """Fault: column AA is taken for another one."""
    assert _column(f"{column_name(column)}12", 0) == column


def test_the_header_is_looked_for(tmp_path: Path) -> None:
    """Fault: 연속적 대화's row above its header is taken for it, or a short row cannot be read."""
    rows = [["dialog #", "", ""], ["", " 발화 ", "감정", "발화"], ["S", "가", "중립"], ["S"]]
    file = write_xlsx(tmp_path / "a.xlsx", rows)
    read = list(table_rows(file, ("발화", "감정")))
    assert [(number, cells[columns["발화"]]) for number, cells, columns in read] == [
        (3, "가"),
        (4, ""),
    ]
    with pytest.raises(BadInput, match="has no columns Sentence"):
        list(table_rows(file, ("Sentence",)))


BROKEN = {
    "no zip": lambda file: file.write_bytes(b"\xd0\xcf\x11\xe0 a workbook with a password"),
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:700]),
    "no workbook": lambda file: zipfile.ZipFile(file, "w").close(),
    "no sheet": lambda file: write_xlsx(file, [], "<worksheet><sheetData><row>"),
    "far cell": lambda file: write_xlsx(file, [], '<w><row><c r="ZZZZZZ1"><v>1</v></c></row></w>'),
    "no such string": lambda file: write_xlsx(
        file, [], '<w><row><c r="A1" t="s"><v>7</v></c></row></w>'
    ),
    "entities": lambda file: write_xlsx(
        file, [], '<!DOCTYPE w [<!ENTITY a "aaaa">]><w><row><c><v>&a;</v></c></row></w>'
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_workbook_is_named(tmp_path: Path, how: str) -> None:
    """Fault: a traceback of the zip or XML module instead of a file and a mend."""
    file = write_xlsx(tmp_path / "a.xlsx", [["Sentence", "Emotion"], ["가", "중립"]])
    BROKEN[how](file)
    with pytest.raises(BadInput, match="a.xlsx") as caught:
        list(sheet_rows(file))
    assert caught.value.mend


def test_a_part_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault: a small file that fills the memory."""
    file = write_xlsx(tmp_path / "a.xlsx", [["가" * 5000]])
    monkeypatch.setattr("storyface_assets.lib.text.corpora.xlsx.MAX_PART", 10_000)
    with pytest.raises(BadInput, match="larger than"):
        list(sheet_rows(file))
