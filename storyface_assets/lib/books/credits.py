"""Who made a story and under which licence, from the list at its end."""

import re
from dataclasses import dataclass

_LINE = re.compile(r"\s*[*•-]?\s*(?P<name>[^:：]{1,30}?)\s*[:：]\s*(?P<value>.*?)\s*")
_NAMES = {
    "licence": ("license", "licence", "라이선스", "라이센스", "이용허락", "저작권"),
    "author": ("text", "author", "written by", "story", "글", "지은이", "글쓴이", "저자"),
    "illustrator": ("illustration", "illustrator", "illustrated by", "그림", "그린이"),
    "translator": ("translation", "translator", "translated by", "옮김", "옮긴이", "번역"),
    "language": ("language", "언어"),
    "source": ("source", "출처", "원작"),
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}


@dataclass(frozen=True)
class Credits:
    """The credits of a story; what is not said is empty.

    Attributes:
        licence: as it is written, without brackets, e.g. ``CC-BY``.
        author: who wrote the text.
        illustrator: who drew the pictures.
        translator: who translated it.
        language: tag of the text's language.
        source: where it comes from.
    """

    licence: str = ""
    author: str = ""
    illustrator: str = ""
    translator: str = ""
    language: str = ""
    source: str = ""

    @property
    def byline(self) -> str:
        """Author and translator on one line."""
        translated = f"{self.translator} 옮김" if self.translator else ""
        return ", ".join(name for name in (self.author, translated) if name)


def split_credits(text: str) -> tuple[str, Credits]:
    """Take the credit lines off the end of a text.

    The last lines count as credits if each is ``name: value`` with a name known here, and a
    licence or an author is among them; otherwise all of the text is story.
    """
    lines = text.rstrip().split("\n")
    found: dict[str, str] = {}
    end = len(lines)
    while end:
        line = lines[end - 1]
        if not line.strip():
            end -= 1
            continue
        match = _LINE.fullmatch(line)
        field = _FIELD_OF.get(match["name"].casefold()) if match else None
        if match is None or field is None:
            break
        # Read upwards: of two lines of one kind the upper comes first.
        names = [re.sub(r"^\[(.*)\]$", r"\1", match["value"]), found.get(field, "")]
        found[field] = ", ".join(name for name in names if name)
        end -= 1
    if not {"licence", "author"} & set(found):
        return text, Credits()
    return "\n".join(lines[:end]), Credits(**found)
