"""Where the sentences of one paragraph end."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from storyface_assets.lib.text.morphemes import kiwi
from storyface_assets.lib.text.quotes import CLOSING, Quote, outer_quotes

_END = re.compile(rf"[.!?…。！？~♪]*[.!?…。！？][.!?…。！？~♪]*[)\]{CLOSING}]*")
_ENDS_WITH_MARK = re.compile(rf"[.!?…。！？~][)\]{CLOSING}]*$")
_LIST_NUMBER_OR_INITIAL = re.compile(r"(?:^|\s)(?:\d{1,3}|[A-Za-z]{1,3})\.$")

#: What carries a quotation on: the quotative and the case particles, or a comma.
_CARRIES_ON = re.compile(
    r"\s*(?:이?라[고며는던]|이?란|하[고며는던]\b|하[고며는던] |했|고\b|[,，:;)\]]|"
    r"(?:은|는|이|가|을|를|와|과|도|만|의|에|에서|에게|처럼|같은|같이|이나|나|이다|였|이었)(?=[\s,.!?]))"
)
#: The same at the start of a stretch: "… 얼마나 좋을까? 라며 웃었어요."
_QUOTATIVE = re.compile(r"(?:이?라[고며는던]|하[고며는던])\s")
#: A short clause after a quotation that only says who spoke.
_SPEECH_TAG = re.compile(
    r"(?:말했|말하였|말씀하|대답|외쳤|외치|소리 ?쳤|소리 ?치|소리를 질렀|물었|물어|되물|속삭|중얼|"
    r"투덜|소곤|부탁했|부탁하|인사했|인사하|불렀|덧붙였|타일렀|꾸짖|놀렸|노래했|설명했|이야기했|얘기했)"
    r"[가-힣]{0,6}[.!?…~]*$"
)
_SPEECH_TAG_CHARS = 40
_INTERJECTION_CHARS = 32
_MERGED_CHARS = 120
#: Far enough to see what follows a quotation; bounded so that long paragraphs stay linear.
_LOOK_AHEAD_CHARS = 80


@dataclass(frozen=True)
class _Word:
    """A morpheme and where it begins in the paragraph."""

    tag: str
    start: int


def _mask(text: str, quotes: list[Quote]) -> str:
    """The paragraph with each quotation as one foreign word, character for character.

    Kiwi then sees the narration's own grammar. Characters beyond the basic plane become spaces
    because Kiwi may count them as two.
    """
    chars = [" " if ord(char) > 0xFFFF or char.isspace() else char for char in text]
    for quote in quotes:
        chars[quote.start : quote.end] = "A" * (quote.end - quote.start)
    return "".join(chars)


def _after_mark(masked: str, match: re.Match[str]) -> bool:
    """Whether closing punctuation outside quotations ends a sentence."""
    end = match.end()
    if end == len(masked):
        return True
    before = masked[max(0, match.start() - 5) : match.start() + 1]
    if match.group()[0] == "." and _LIST_NUMBER_OR_INITIAL.search(before):
        return False
    if masked[end].isspace():
        return True
    # "갔다.그리고": the space after the full stop was forgotten.
    return "가" <= masked[match.start() - 1] <= "힣" and ("가" <= masked[end] <= "힣")


def _inside(place: int, quotes: list[Quote]) -> bool:
    """Whether ``place`` lies within a quotation (not at its edges)."""
    before = bisect_right(quotes, place, key=lambda quote: quote.start) - 1
    return before >= 0 and quotes[before].start < place < quotes[before].end


def _after_quote(text: str, quote: Quote) -> bool:
    """Whether a sentence ends with this quotation."""
    rest = text[quote.end : quote.end + _LOOK_AHEAD_CHARS]
    if not rest or not rest[0].isspace():
        return not rest
    if _CARRIES_ON.match(rest):
        return False
    is_utterance = bool(_ENDS_WITH_MARK.search(text[quote.start : quote.end]))
    newline = "\n" in rest[: len(rest) - len(rest.lstrip())]
    return is_utterance or newline


def _unmarked_ends(sentence_ends: list[int], masked: str) -> set[int]:
    """Ends that Kiwi found without punctuation, with two words or more on each side."""
    ends = set()
    before = 0
    for end in sentence_ends:
        following = masked[end : end + _LOOK_AHEAD_CHARS].split(maxsplit=2)
        if len(masked[before:end].split()) >= 2 and len(following) >= 2:
            ends.add(end)
            before = end
    return ends


def _cut(text: str, ends: set[int]) -> list[tuple[int, int]]:
    """Non-empty stretches between the ends, without the white space around them."""
    spans = []
    start = 0
    for end in sorted(ends | {len(text)}):
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            spans.append((left, left + len(piece.strip())))
        start = end
    return spans


def _is_interjection(text: str, start: int, end: int, words: list[_Word]) -> bool:
    """Whether a stretch is a cry or a sound ("툭!", "아!") that belongs to its neighbour."""
    piece = text[start:end]
    if not any(char.isalnum() for char in piece):
        return True
    if len(piece) > _INTERJECTION_CHARS or any(char in CLOSING for char in piece[-1:]):
        return False
    first = bisect_left(words, start, key=lambda word: word.start)
    last = bisect_left(words, end, key=lambda word: word.start)
    tags = {word.tag for word in words[first:last]}
    spoken = {tag for tag in tags if not tag.startswith("S")}
    if spoken & {"EF"}:
        return False
    if re.search(r"[!！…~]|\.\.", piece[-3:]):
        return True
    return spoken <= {"IC", "MAG"}


def _joins(text: str, left: tuple[int, int], right: tuple[int, int], words: list[_Word]) -> bool:
    """Whether two stretches make one sentence."""
    right_text = text[right[0] : right[1]]
    if not any(char.isalnum() for char in right_text):
        return True
    if right[1] - left[0] > _MERGED_CHARS:
        return False
    if text[left[1] - 1] in CLOSING and len(right_text) <= _SPEECH_TAG_CHARS:
        return bool(_SPEECH_TAG.search(right_text)) and right_text[0] not in "\"“'‘「"
    return bool(_QUOTATIVE.match(right_text)) or _is_interjection(text, *left, words)


def sentence_spans(paragraph: str) -> list[tuple[int, int]]:
    """Sentences of one paragraph as ``(start, end)`` offsets.

    Punctuation decides outside quotations, Kiwi where punctuation is missing; a quotation is
    never cut. Cries and sounds join the sentence they lead to, and "… 토끼가 말했어요." joins the
    quotation before it.

    Args:
        paragraph: text without page breaks; line breaks count as spaces.

    Returns:
        Offsets in order, not empty, covering everything but white space.
    """
    quotes = outer_quotes(paragraph)
    masked = _mask(paragraph, quotes)
    if not paragraph.strip():
        return []
    sentences = kiwi().split_into_sents(masked, return_tokens=True)
    tokens = [token for sentence in sentences for token in sentence.tokens or []]
    words = [
        _Word(token.tag, token.start)
        for token, following in zip(tokens, [*tokens[1:], None], strict=False)
        # "빠지직!" is read as "빠지-지" with a spare final consonant: a sound, not a predicate.
        if not (token.tag == "EF" and following is not None and following.tag == "Z_CODA")
    ]
    ends = {match.end() for match in _END.finditer(masked) if _after_mark(masked, match)}
    ends |= _unmarked_ends([sentence.end for sentence in sentences], masked)
    ends |= {quote.end for quote in quotes if _after_quote(paragraph, quote)}
    ends = {end for end in ends if not _inside(end, quotes)}

    spans: list[tuple[int, int]] = []
    for span in _cut(paragraph, ends):
        if spans and _joins(paragraph, spans[-1], span, words):
            span = (spans.pop()[0], span[1])
        spans.append(span)
    if len(spans) > 1 and _is_interjection(paragraph, *spans[-1], words):
        last = spans.pop()
        spans[-1] = (spans[-1][0], last[1])
    return spans
