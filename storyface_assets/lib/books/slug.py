"""The slug rule: a title becomes a name that is safe as a path, a URL and a partition key."""

import hashlib
import re
import unicodedata

from storyface_assets.lib.books.romanise import romanise
from storyface_assets.lib.errors import BadInput

MAX_SLUG = 60

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Names that Windows keeps for devices, whatever their extension.
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


def slugify(title: str) -> str:
    """The slug of a title: 1–60 characters of ``[a-z0-9-]``.

    Hangul is romanised and other Latin letters lose their accents. Where letters are lost on the
    way (another script, or a title too long), a hash of the title keeps different titles apart.

    Args:
        title: any text, in any Unicode normal form.
    """
    title = unicodedata.normalize("NFC", title).strip()
    latin = unicodedata.normalize("NFKD", romanise(title).casefold())
    kept = "".join(c for c in latin if not unicodedata.combining(c))
    lost = any(c.isalnum() and not c.isascii() for c in kept)
    slug = re.sub(r"[^a-z0-9]+", "-", kept.replace("'", "").replace("’", "")).strip("-")
    if lost or not slug or len(slug) > MAX_SLUG:
        digest = hashlib.sha256(title.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        room = MAX_SLUG - len(digest) - 1
        slug = f"{slug[:room].strip('-') or 'book'}-{digest}"
    return f"{slug}-book" if _RESERVED.fullmatch(slug) else slug


def is_slug(text: str) -> bool:
    """Whether a text follows the slug rule."""
    return (
        len(text) <= MAX_SLUG
        and _SLUG.fullmatch(text) is not None
        and _RESERVED.fullmatch(text) is None
    )


def require_slug(text: str, file: str) -> str:
    """Return a slug unchanged, so that it may be used in a path.

    Args:
        text: the would-be slug, e.g. a partition key.
        file: what it is or where it came from, for the error.

    Raises:
        BadInput: it is not a slug.
    """
    if not is_slug(text):
        mend = f"Use small letters, digits and single hyphens, at most {MAX_SLUG}, like 'my-book'."
        raise BadInput(file, "", f"{text[:80]!r} is not a safe name.", mend)
    return text
