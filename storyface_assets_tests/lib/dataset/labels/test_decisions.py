import pandas as pd
import pytest

from storyface_assets.lib.dataset.labels.decisions import apply_decisions, read_decisions
from storyface_assets.lib.errors import BadInput

HEADER = "photo,decision,by,note\n"


def write(folder, text, encoding="utf-8"):
    file = folder / "label_decisions.csv"
    file.write_bytes(text.encode(encoding))
    return file


def table(**changes):
    rows = pd.DataFrame(
        {
            "photo": ["기쁨/a.jpg", "분노/b.jpg", "분노/same.jpg", "슬픔/same.jpg"],
            "filename": ["a.jpg", "b.jpg", "same.jpg", "same.jpg"],
            "expression": ["happy", "anger", "", "sadness"],
            "kept": [True, False, False, True],
            "reason": ["", "label doubted by model", "no label", ""],
            "decided_by": ["annotators", "model", "annotators", "annotators"],
        }
    )
    return rows.assign(**changes)


def test_peoples_word_counts(tmp_path):
    """Fault: a photo that a person kept stays out, or a relabelled one keeps its old label."""
    text = "기쁨/a.jpg,슬픔,민지,웃지 않음\nb.jpg,keep,민지,\n슬픔/same.jpg,REMOVE,준호,흐림\n"
    found, warnings = apply_decisions(table(), read_decisions(write(tmp_path, HEADER + text)))
    assert list(found["expression"]) == ["sadness", "anger", "", "sadness"]
    assert list(found["kept"]) == [True, True, False, False]
    assert list(found["reason"]) == ["", "", "no label", "removed by a person"]
    assert list(found["decided_by"]) == ["person", "person", "annotators", "person"]
    assert warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_files_as_spreadsheets_save_them(tmp_path, encoding):
    """Fault: Excel's byte order mark becomes part of "photo", or its CP949 is refused."""
    decisions = read_decisions(write(tmp_path, HEADER + '"a, 1.jpg",기쁨,민지,\n\n', encoding))
    (one,) = decisions.all
    assert (one.photo, one.verdict, one.by, one.line) == ("a, 1.jpg", "happy", "민지", 2)


@pytest.mark.parametrize(
    ("text", "field", "mend"),
    [
        ("photo,by\na.jpg,민지\n", "line 1", "photo,decision,by,note"),
        (HEADER + "a.jpg,joy,민지,\n", "line 2: decision", "기쁨"),
        (HEADER + "a.jpg,불안,민지,\n", "line 2: decision", "panic"),
        (HEADER + "a.jpg,keep\n", "line 2: by", "who"),
        (HEADER + ",keep,민지,\n", "line 2: photo", "path"),
        (
            HEADER + "a.jpg,keep,민지,\nb.jpg,keep,민지,\na.jpg,remove,준호,\n",
            "line 4: photo",
            "one",
        ),
        (HEADER + "same.jpg,keep,민지,\n", "line 2: photo", "path"),
        (HEADER + "분노/same.jpg,keep,민지,\n", "line 2: decision", "expression"),
    ],
)
def test_errors_say_where_and_what_to_do(tmp_path, text, field, mend):
    """Fault: a slip of the pen is ignored, or decides about another photo."""
    with pytest.raises(BadInput) as error:
        apply_decisions(table(), read_decisions(write(tmp_path, text)))
    assert error.value.file.endswith("label_decisions.csv")
    assert error.value.field == field
    assert mend in error.value.mend


def test_a_photo_that_is_not_there_is_told(tmp_path):
    """Fault: a decision about a photo that was renamed goes unnoticed, or stops everything."""
    decisions = read_decisions(write(tmp_path, HEADER + "gone.jpg,keep,민지,\n"))
    found, warnings = apply_decisions(table(), decisions)
    assert warnings == ("label_decisions.csv: line 2: no photo 'gone.jpg' in the set.",)
    pd.testing.assert_frame_equal(found, table(), check_dtype=False)


def test_no_file_decides_nothing(tmp_path):
    """Fault: the set cannot be built before anybody decided anything."""
    assert read_decisions(tmp_path / "label_decisions.csv").all == ()
