"""Kiwi, loaded once for the process, and the words it finds."""

from collections.abc import Sequence
from functools import lru_cache

from kiwipiepy import Kiwi

#: Punctuation that carries feeling; the rest is left out of the terms.
_TELLING_MARKS = ("!", "?", "…", "...")
#: Kiwi tags of punctuation, symbols and digits.
_SILENT_TAGS = ("SF", "SP", "SS", "SSO", "SSC", "SE", "SO", "SW", "SN")


@lru_cache(maxsize=1)
def kiwi() -> Kiwi:
    """The morphological analyser with its default model (about two seconds the first time)."""
    return Kiwi()


def terms(texts: Sequence[str]) -> list[list[str]]:
    """Morphemes and neighbouring pairs of morphemes of each text.

    A morpheme is its form and the class of its tag ("울/VV"), so that 울다 (cry) and 울 (fence)
    stay apart while regular and irregular verbs are one.
    """
    found = []
    for tokens in kiwi().tokenize(list(texts)):
        words = [
            token.form if token.tag in _SILENT_TAGS else f"{token.form}/{token.tag[:2]}"
            for token in tokens
            if token.tag not in _SILENT_TAGS or token.form in _TELLING_MARKS
        ]
        pairs = [f"{left} {right}" for left, right in zip(words, words[1:], strict=False)]
        found.append(words + pairs)
    return found
