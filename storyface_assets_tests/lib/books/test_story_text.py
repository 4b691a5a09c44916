"""Story bytes in every encoding that Korean files come in."""

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.books import read_story_text
from storyface_assets.lib.books.story_text import MAX_STORY_BYTES
from storyface_assets.lib.errors import BadInput

STORY = "옛날 옛적에\n\n곰이 살았어요. 🐻"
PLAIN = "옛날 옛적에\n\n곰이 살았어요."


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (STORY.encode(), STORY),
        (codecs.BOM_UTF8 + STORY.encode(), STORY),
        (STORY.encode("utf-16"), STORY),
        (codecs.BOM_UTF16_BE + STORY.encode("utf-16-be"), STORY),
        (PLAIN.encode("cp949"), PLAIN),
        (PLAIN.encode("euc-kr"), PLAIN),
        ("똠방각하 펲시".encode("cp949"), "똠방각하 펲시"),
        (unicodedata.normalize("NFD", STORY).encode(), STORY),
        (STORY.replace("\n", "\r\n").encode(), STORY),
        (STORY.replace("\n", "\r").encode(), STORY),
        ("곰\u200b이\ufeff".encode(), "곰이"),
        ("한 쪽\f다음 쪽".encode(), "한 쪽\f다음 쪽"),
    ],
)
def test_encodings_come_to_one_form(data, text):
    """Mojibake read aloud; a BOM glued to the first word; NFD that no rule matches."""
    assert read_story_text(data) == text


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", codecs.BOM_UTF8, "\u200b\n".encode()])
def test_empty_is_refused(data):
    """A film of nothing."""
    with pytest.raises(BadInput, match="is empty"):
        read_story_text(data, "story.txt")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("하나\n둘\0셋".encode(), "line 2"),
        (b"\xff\n\0\x81", "line 2"),
        ("하나\n둘\n\x1b[31m".encode(), "line 3"),
        ("하나\x07".encode(), "line 1"),
        ("하나\n둘 \ufffd".encode(), "line 2"),
        ("하나\n".encode() + b"\xff\xff\xff", "line 2"),
        (STORY.encode("utf-16-le"), "line 1"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(data, line):
    """A binary file read aloud as noise; NUL that cuts the text short in C."""
    with pytest.raises(BadInput) as caught:
        read_story_text(data, "story.txt")
    assert (caught.value.file, caught.value.field) == ("story.txt", line)
    assert "UTF-8" in caught.value.mend


def test_missing_folder_and_huge_files_are_refused(tmp_path):
    """A disk image read into memory."""
    with pytest.raises(BadInput, match="does not exist"):
        read_story_text(tmp_path / "none.txt")
    with pytest.raises(BadInput, match="is not a file"):
        read_story_text(tmp_path)
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as stream:
        stream.truncate(MAX_STORY_BYTES + 1)
    with pytest.raises(BadInput, match="more than a story has"):
        read_story_text(huge)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data):
    """A UnicodeDecodeError or worse that names no file."""
    try:
        text = read_story_text(data, "story.txt")
    except BadInput:
        return
    assert text == unicodedata.normalize("NFC", text)
    assert not {"\r", "\0", "\ufeff"} & set(text)


@given(st.text(st.characters(categories=["L", "P", "N", "So"]), min_size=1).filter(str.strip))
def test_utf8_text_is_kept(text):
    """A guess at the encoding that wins over UTF-8."""
    clean = "".join(c for c in text if c not in "\ufeff\u200b\u2060\u00ad\ufffd")
    if clean.strip():
        assert read_story_text(clean.encode()) == unicodedata.normalize("NFC", clean)
