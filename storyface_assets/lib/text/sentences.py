"""A story as numbered sentences with their paragraph and page."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storyface_assets.lib.text.boundaries import sentence_spans
from storyface_assets.lib.text.long_sentences import MAX_SENTENCE_CHARS, cut_long
from storyface_assets.lib.text.quotes import SPEECH_MARKS, outer_quotes
from storyface_assets.lib.text.readable import refuse_too_many, refuse_unreadable
from storyface_assets.lib.text.spoken import clean_for_voice

_PAGE_BREAK = re.compile(r"\f|^[ \t]*(?:-{3,}|#{2,})[ \t]*$", re.MULTILINE)
_PARAGRAPH_BREAK = re.compile(r"\n[ \t\u3000]*\n")
_LINE_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Sentence:
    """One sentence: the unit of emotion, voice and subtitle.

    Attributes:
        index: place in the story, from 0.
        text: the sentence on one line, quotation marks included.
        paragraph: number of its paragraph in the story, from 0.
        page: number of its page, from 0.
        is_dialogue: someone speaks in it.
        part: 0 for a whole sentence; 1, 2, … for the parts of one that was too long.
    """

    index: int
    text: str
    paragraph: int
    page: int
    is_dialogue: bool
    part: int = 0


@dataclass(frozen=True)
class Story:
    """The sentences of a readable story and what a parent should know about them."""

    sentences: list[Sentence]
    warnings: tuple[str, ...]


def _is_dialogue(text: str) -> bool:
    quotes = outer_quotes(text)
    quoted = sum(quote.end - quote.start for quote in quotes)
    return quoted * 2 >= len(text) or any(
        quote.mark in SPEECH_MARKS and re.search(r"[.!?…~,]", text[quote.start : quote.end])
        for quote in quotes
    )


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """``(page, paragraph)`` for every paragraph with text; empty pages have no number."""
    page = 0
    for page_text in _PAGE_BREAK.split(text):
        paragraphs = [part for part in _PARAGRAPH_BREAK.split(page_text) if part.strip()]
        yield from ((page, paragraph) for paragraph in paragraphs)
        page += bool(paragraphs)


def split_story(text: str) -> list[Sentence]:
    """Cut a Korean story into sentences.

    Pages end at a form feed or a line of ``---`` or ``##``; paragraphs at an empty line.
    Quotations stay whole with the words that introduce them, cries and sounds stay with their
    sentence (see ``boundaries.py``); a sentence longer than MAX_SENTENCE_CHARS is cut at clauses
    (see ``long_sentences.py``).

    Args:
        text: the story; normalised to NFC here.

    Returns:
        The sentences; put together they are the text again, but for white space and page marks.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    sentences: list[Sentence] = []
    for number, (page, paragraph) in enumerate(_paragraphs(text)):
        for start, end in sentence_spans(paragraph):
            dialogue = _is_dialogue(paragraph[start:end])
            parts = cut_long(paragraph, start, end)
            for part, (left, right) in enumerate(parts, start=1):
                line = _LINE_BREAK.sub(" ", paragraph[left:right])
                sentences.append(
                    Sentence(
                        index=len(sentences),
                        text=line,
                        paragraph=number,
                        page=page,
                        is_dialogue=dialogue,
                        part=part if len(parts) > 1 else 0,
                    )
                )
    return sentences


def read_story(text: str, file: str | Path) -> Story:
    """Everything from a story's text to its sentences: refuse, clean, cut, warn.

    Args:
        text: the story as ``read_story_text`` gives it.
        file: named in errors.

    Raises:
        BadInput: the text cannot be made a film of; see ``readable.py`` for the rules.
    """
    refuse_unreadable(text, file)
    clean, warnings = clean_for_voice(text)
    sentences = split_story(clean)
    refuse_too_many(len(sentences), file)
    long = [s.index + 1 for s in sentences if s.part == 1]
    if long:
        numbers = ", ".join(map(str, long[:5])) + (" …" if len(long) > 5 else "")
        warnings += (
            f"{len(long)} sentence(s) longer than {MAX_SENTENCE_CHARS} characters were cut at "
            f"clauses to fit a subtitle (number {numbers}).",
        )
    return Story(sentences, warnings)
