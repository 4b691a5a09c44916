"""Story files as people have them: plain text, Markdown, or a folder of pages."""

import re
from dataclasses import dataclass
from pathlib import Path

from storyface_assets.lib.books.credits import Credits, split_credits
from storyface_assets.lib.books.story_text import read_story_text
from storyface_assets.lib.errors import BadInput

PAGE_BREAK = "---"
MAX_PAGES = 1_000

_SUFFIXES = (".txt", ".md", ".markdown", ".text")
_HEADING = re.compile(r"#\s+(?P<title>\S.*?)\s*#*")
_PAGE_MARK = re.compile(r"^[ \t]*(?:-{3,}|\*{3,}|#{2,6})[ \t]*$", re.MULTILINE)
_CHAPTER = re.compile(r"^[ \t]*#{1,6}[ \t]+(\S.*?)[ \t]*#*$", re.MULTILINE)
_NAMED = ("story.txt", "story.md")


@dataclass(frozen=True)
class StoryFile:
    """A story as found.

    Attributes:
        title: its heading, or ``None``.
        text: paragraphs parted by an empty line, pages by a line ``---``.
        credits: who made it, from the list at its end.
    """

    title: str | None
    text: str
    credits: Credits


def parse_story_file(path: Path) -> StoryFile:
    """Read a story file, or a folder with one (``story.txt``), or with one file a page.

    Raises:
        BadInput: nothing readable there, or no text in it.
    """
    if path.is_dir():
        return _parse_folder(path)
    if path.exists() and path.suffix.lower() not in _SUFFIXES:
        mend = f"Save the story as plain text; the name must end in {' or '.join(_SUFFIXES[:2])}."
        raise BadInput(path, "", f"is a {path.suffix or 'nameless'} file, not a text file.", mend)
    markdown = path.suffix.lower() in (".md", ".markdown")
    return parse_story(read_story_text(path), path, markdown=markdown)


def parse_story(text: str, file: str | Path, *, markdown: bool = False) -> StoryFile:
    """Title, pages and credits of a story's text.

    ``# title`` on the first line is the title; ``##``, ``---`` or a form feed parts pages; a
    heading of a chapter starts a page and is its first paragraph.

    Args:
        text: from ``read_story_text``.
        file: for errors.
        markdown: also take away Markdown's emphasis, links and pictures.

    Raises:
        BadInput: title and credits leave no text.
    """
    text, credits = split_credits(text)
    text = text.lstrip("\n\f\t ").replace("\f", f"\n{PAGE_BREAK}\n")
    title, text = _split_title(text)
    if markdown:
        text = _plain(text)
    text = _CHAPTER.sub(rf"{PAGE_BREAK}\n\1\n", text)
    pages = [_tidy(page) for page in _PAGE_MARK.split(text)]
    pages = [page for page in pages if page]
    if not pages:
        problem = "has a title or credits, but no story."
        raise BadInput(file, "", problem, "Write the story into it.")
    return StoryFile(title, f"\n\n{PAGE_BREAK}\n\n".join(pages), credits)


def _split_title(text: str) -> tuple[str | None, str]:
    first, _, rest = text.partition("\n")
    heading = _HEADING.fullmatch(first.strip())
    return (heading["title"], rest) if heading else (None, text)


def _tidy(page: str) -> str:
    """Lines without outer spaces, one empty line between paragraphs."""
    lines = "\n".join(line.strip() for line in page.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _plain(text: str) -> str:
    """Markdown's text without its marks."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"!\[[^\]\n]*\]\([^)\n]*\)", "", text)
    text = re.sub(r"\[([^\]\n]+)\]\([^)\n]*\)", r"\1", text)
    text = re.sub(r"(?<!\\)(\*\*|__|\*|_)(?=\S)([^\n]+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"^[ \t]*>[ \t]?", "", text, flags=re.MULTILINE)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!>-])", r"\1", text)


def _parse_folder(folder: Path) -> StoryFile:
    for name in _NAMED:
        if (folder / name).is_file():
            return parse_story_file(folder / name)
    found = (p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES and p.is_file())
    pages = sorted((p for p in found if not p.name.startswith(".")), key=_reading_order)
    if not pages:
        mend = "Put a story.txt into it, or one numbered .txt file a page."
        raise BadInput(folder, "", "has no story in it.", mend)
    if len(pages) > MAX_PAGES:
        problem = f"has {len(pages):,} text files."
        raise BadInput(folder, "", problem, f"Give one book of at most {MAX_PAGES:,} pages.")
    if len(pages) > 1 and not all(re.search(r"\d", p.stem) for p in pages):
        mend = "Name the one to use, call it story.txt, or number the files if each is a page."
        raise BadInput(folder, "", "has several text files.", mend)
    if len(pages) == 1:
        return parse_story_file(pages[0])
    return parse_story("\n\f\n".join(map(read_story_text, pages)), folder)


def _reading_order(path: Path) -> list[tuple[int, str]]:
    """Sorts page 2 before page 10."""
    parts = re.findall(r"\d+|\D+", path.stem)
    return [(int(p), "") if p.isdecimal() else (-1, p) for p in parts]
