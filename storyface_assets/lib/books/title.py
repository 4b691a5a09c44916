"""What a title may be: something people read on a title card."""

import re
import unicodedata
from pathlib import Path

from storyface_assets.lib.errors import BadInput

#: In UTF-8: 80 Hangul syllables, more than a title card can show.
MAX_TITLE_BYTES = 240

_PATH_LIKE = re.compile(r"[/\\~]|[A-Za-z]:[/\\]|.*(^|[/\\])\.\.?([/\\]|$)")


def check_title(title: str, file: str | Path, field: str = "title") -> str:
    """A title in NFC without outer spaces.

    Args:
        title: what was given.
        file: where it was given, for the error.
        field: the field's name, for the error.

    Raises:
        BadInput: empty, longer than MAX_TITLE_BYTES, on several lines, or a path.
    """
    title = unicodedata.normalize("NFC", title).strip()
    if not any(c.isalnum() for c in title):
        raise BadInput(file, field, "has no letter or digit.", "Give the story's title.")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in title):
        problem = "has a line break or a control character."
        raise BadInput(file, field, problem, "Give the title on one line.")
    if _PATH_LIKE.match(title):
        problem = f"is {title[:40]!r}, which looks like a path."
        raise BadInput(file, field, problem, "Give the title that people read.")
    size = len(title.encode())
    if size > MAX_TITLE_BYTES:
        mend = f"Shorten it to {MAX_TITLE_BYTES} ({MAX_TITLE_BYTES // 3} Hangul syllables)."
        raise BadInput(file, field, f"has {size} bytes.", mend)
    return title
