"""What a voice can say and a subtitle font can show."""

import re
import unicodedata

#: Joiners, variation selectors, skin tones, tags, keycap: parts of emoji, nothing by themselves.
_EMOJI_PARTS = re.compile("[\u200d\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
#: Zero-width and direction marks that come with copied text.
#: Letters and units printed as one sign (㎝, ㈜); written out they can be read.
_SQUEEZED = re.compile("[\u3200-\u321e\u3260-\u327b\u32cc-\u32cf\u3371-\u33df]")
#: Symbols that the voice has a word for.
_SAID = "°℃"
_INVISIBLE = re.compile("[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")


def _is_picture(char: str) -> bool:
    """Emoji, dingbats and other symbols that are pictures, not writing."""
    is_symbol = unicodedata.category(char) in ("So", "Sk", "Co", "Cn")
    return is_symbol and not char.isascii() and char not in _SAID


def clean_for_voice(text: str) -> tuple[str, tuple[str, ...]]:
    """Drop what can be neither spoken nor shown: emoji, pictures, invisible marks.

    A parent who pastes "잘 자요 😊" wants the sentence, not a refusal; the voice would read the
    emoji's English name and the subtitle font has no picture for it.

    Args:
        text: story or sentence.

    Returns:
        The text without them, and warnings (none if nothing was dropped).
    """
    text = _SQUEEZED.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), text)
    pictures = [char for char in text if _is_picture(char)]
    kept = "".join(" " if _is_picture(char) else char for char in text)
    kept = _INVISIBLE.sub("", _EMOJI_PARTS.sub("", kept))
    if kept == text:
        return text, ()
    if pictures:
        # The space before a dropped picture goes too: "잘 자요 😊." is "잘 자요."
        kept = re.sub(r"[ \t]+(?=[.,!?…\"'”’])", "", re.sub(r"[ \t]{2,}", " ", kept))
        shown = " ".join(dict.fromkeys(pictures).keys())[:40]
        return kept, (
            f"{len(pictures)} emoji or picture characters are neither spoken nor shown: {shown}",
        )
    return kept, ()
