"""Small files in the layouts of the corpora's publishers."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: Of 감성대화's sheet.
EMOTIONAL_HEADER = [
    *["", "연령", "성별", "상황키워드", "신체질환", "감정_대분류", "감정_소분류"],
    *["사람문장1", "시스템문장1", "사람문장2", "시스템문장2", "사람문장3", "시스템문장3"],
]


def column_name(column: int) -> str:
    """``A``, …, ``AA`` for a column counted from 0."""
    name, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def write_xlsx(file: Path, rows: Sequence[Sequence[object]], sheet_xml: str = "") -> Path:
    """A workbook as Excel writes it: shared strings, numbers, no cell where nothing stands."""
    strings: dict[str, int] = {}
    lines = []
    for r, row in enumerate(rows, start=1):
        cells = ""
        for c, value in enumerate(row):
            place = f'r="{column_name(c)}{r}"'
            if isinstance(value, int | float):
                cells += f"<c {place}><v>{value}</v></c>"
            elif value != "":
                number = strings.setdefault(str(value), len(strings))
                cells += f'<c {place} t="s"><v>{number}</v></c>'
        lines.append(f'<row r="{r}">{cells}</row>')
    sheet = sheet_xml or f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>'
    sheet += "" if sheet_xml else "</worksheet>"
    items = "".join(f'<si><t xml:space="preserve">{escape(s)}</t></si>' for s in strings)
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="Sheet1" sheetId="1" r:id="rId3"/>'
            '<sheet name="2" sheetId="2" r:id="rId9"/>'
            "</sheets></workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId9" Target="worksheets/sheet1.xml"/>'
            '<Relationship Id="rId3" Target="worksheets/sheet7.xml"/></Relationships>',
        )
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{items}</sst>')
        book.writestr("xl/worksheets/sheet7.xml", sheet)
    return file


def dialogue(code: str, *said: str) -> dict[str, object]:
    """An entry of 감성대화's JSON; three turns, empty ones at the end."""
    content = {}
    for turn in range(1, 4):
        content[f"HS{turn:02d}"] = said[turn - 1] if turn <= len(said) else ""
        content[f"SS{turn:02d}"] = "시스템의 대답" if turn <= len(said) else ""
    emotion = {"emotion-id": f"S06_D02_{code}", "type": code, "situation": ["S06", "D02"]}
    return {
        "profile": {"persona-id": "Pro_05349", "emotion": emotion},
        "talk": {"id": {"talk-id": "Pro_05349_00053"}, "content": content},
    }


def write_json(file: Path, value: object) -> Path:
    """JSON in UTF-8."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return file


def write_text(file: Path, text: str) -> Path:
    """UTF-8 text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8"))
    return file


def small_corpora(folder: Path) -> Path:
    """A few rows of KOTE, KPoEM and GoEmotions-Korean."""
    kote = "1\t정말 화가 나네요\t0,6,22\n2\t아무 느낌이 없다\t24\n3\t동점이면 빠진다\t5,6\n"
    write_text(folder / "kote" / "val.tsv", kote)
    lines = ["그대를 보내고 우네", "강가에 앉아 노을을 보네", "꽃이 피어 웃는 아침"]
    emotions = [{"슬픔": 1.0, "행복": 0.2}, {"슬픔": 0.6}, {"행복": 0.8, "슬픔": 0.2}]
    works = [" ".join(lines[:2]), lines[2] + " 둘째 줄은 없다"]
    entries = [
        *({"text": t, "poet": "가", "emotion": e} for t, e in zip(lines, emotions, strict=True)),
        *({"text": t, "poet": "가", "emotion": {"슬픔": 1.0}} for t in works),
    ]
    jsonl = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    write_text(folder / "kpoem" / "kpoem_docstore.jsonl", jsonl)
    comments = "정말 기쁜 일이다\t17\n무서운 이야기였다\t14\n"
    write_text(folder / "goemotions_korean" / "train.tsv", comments)
    return folder
