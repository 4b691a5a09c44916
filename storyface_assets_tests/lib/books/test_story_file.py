"""Story files: titles, pages, credits, folders of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.books import Credits, parse_story_file
from storyface_assets.lib.books.credits import split_credits
from storyface_assets.lib.books.story_file import parse_story
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text import split_story

MARKDOWN = """# 작은 *곰*

##
곰이 **한 마리** 살았어요.
![곰](bear.jpg)

둘째 문단이에요.

##
다음 [쪽](http://example.com)이에요.

## 끝 장
> 마지막 쪽이에요.

##
* License: [CC-BY]
* Text: 김하나
* Text: 이둘
* Translation: Park Set
* Language: ko
"""


def test_markdown_story(tmp_path):
    """Marks, links and the licence read aloud; pages lost."""
    path = tmp_path / "story.md"
    path.write_text(MARKDOWN, "utf-8")
    story = parse_story_file(path)
    assert story.title == "작은 *곰*"
    assert story.text == (
        "곰이 한 마리 살았어요.\n\n둘째 문단이에요.\n\n---\n\n다음 쪽이에요.\n\n---\n\n"
        "끝 장\n\n마지막 쪽이에요."
    )
    assert story.credits == Credits(
        licence="CC-BY", author="김하나, 이둘", translator="Park Set", language="ko"
    )
    assert story.credits.byline == "김하나, 이둘, Park Set 옮김"


@pytest.mark.parametrize("mark", ["---", "##", "\f", " ----- ", "***", "###"])
def test_page_marks(mark):
    """One of the marks read aloud, or its page run into the next."""
    story = parse_story(f"첫 쪽이에요.\n{mark}\n다음 쪽이에요.", "x")
    assert story.text == "첫 쪽이에요.\n\n---\n\n다음 쪽이에요."
    assert [s.page for s in split_story(story.text)] == [0, 1], "lib.text sees the same pages"


def test_plain_text_keeps_its_marks(tmp_path):
    """Stars and underscores in a plain text taken for Markdown."""
    path = tmp_path / "story.txt"
    path.write_text("별 *하나* 나 _하나_\n\n둘째", "utf-8")
    story = parse_story_file(path)
    assert (story.title, story.text) == (None, "별 *하나* 나 _하나_\n\n둘째")


@pytest.mark.parametrize(
    ("block", "credits"),
    [
        ("글: 김하나\n그림: 이둘\n저작권: CC BY 4.0", Credits("CC BY 4.0", "김하나", "이둘")),
        ("- Licence: CC0\n\n- Source: 민담\n", Credits("CC0", source="민담")),
        ("지은이 : 안데르센\n옮긴이 : 김하나", Credits(author="안데르센", translator="김하나")),
    ],
)
def test_credit_blocks(block, credits):
    """The rights of a text lost when it becomes a book."""
    text, found = split_credits(f"이야기예요.\n\n{block}")
    assert found == credits
    assert text.strip() == "이야기예요."


@pytest.mark.parametrize(
    "ending",
    ["곰이 말했어요: 안녕!", "언어: 말", "* 사과\n* 배", "글쎄: 몰라요", "Language: ko"],
)
def test_story_lines_are_no_credits(ending):
    """The last line of a story cut off because it has a colon."""
    text = f"이야기예요.\n\n{ending}"
    assert split_credits(text) == (text, Credits())


def test_folder_of_pages_is_in_reading_order(tmp_path):
    """Page 10 read before page 2."""
    for number in (1, 2, 10):
        (tmp_path / f"page{number}.txt").write_text(f"{number}쪽이에요.", "utf-8")
    (tmp_path / ".DS_Store.txt").write_text("x", "utf-8")
    (tmp_path / "cover.jpg").write_bytes(b"\0")
    story = parse_story_file(tmp_path)
    assert story.text == "1쪽이에요.\n\n---\n\n2쪽이에요.\n\n---\n\n10쪽이에요."


def test_folder_with_one_story(tmp_path):
    """The README beside the story read as a page."""
    (tmp_path / "story.txt").write_text("# 곰\n이야기예요.", "utf-8")
    (tmp_path / "readme.txt").write_text("읽어 보세요", "utf-8")
    assert parse_story_file(tmp_path).text == "이야기예요."
    (tmp_path / "story.txt").rename(tmp_path / "bear.txt")
    with pytest.raises(BadInput, match="has several text files"):
        parse_story_file(tmp_path)


def test_what_holds_no_story_is_refused(tmp_path):
    """An empty book, or a Word file read as text."""
    with pytest.raises(BadInput, match="no story in it"):
        parse_story_file(tmp_path)
    word = tmp_path / "story.docx"
    word.write_bytes(b"PK\3\4")
    with pytest.raises(BadInput, match=r"is a \.docx file"):
        parse_story_file(word)
    with pytest.raises(BadInput, match="does not exist"):
        parse_story_file(tmp_path / "none.txt")
    bare = tmp_path / "bare.md"
    bare.write_text("# 제목뿐\n\n##\n* License: CC0\n", "utf-8")
    with pytest.raises(BadInput, match="but no story"):
        parse_story_file(bare)


@given(st.text(st.sampled_from("가나 .\n#-*\f:!"), max_size=80), st.booleans())
def test_any_text_keeps_its_syllables(text, markdown):
    """A pattern that swallows a paragraph."""
    try:
        story = parse_story(text, "x", markdown=markdown)
    except BadInput:
        first, _, rest = text.lstrip("\n\f\t ").partition("\n")
        story = rest if first.startswith("# ") else first + rest
        assert not {"가", "나"} & set(story), "there was a story, and it was refused"
        return
    whole = (story.title or "") + story.text
    assert [c for c in whole if c in "가나"] == [c for c in text if c in "가나"]
    again = parse_story(story.text, "x")
    assert again.text == story.text, "a book's own story.txt is parsed again when it is read"
