"""Hangul in Latin letters by the Revised Romanization of Korean.

Letters follow the tables of the Ministry of Culture and Tourism's notification 2000-8. A final
consonant before a vowel is written as the initial it is spoken as (잡이 → jabi) and ㄹㄹ as ll;
other sound changes between syllables are left out, since slugs only need to be legible.
"""

import re

_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_MEDIALS, _FINALS = 21, 28

_INITIAL = "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "_").split()
_MEDIAL = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
# Finals in Unicode order, none first: ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ.
_FINAL = "_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()
# The same finals before a vowel, where they are spoken as the next syllable's initial.
_LINKED = "_ g kk ks n nj n d r lg lm lb ls lt lp r m b ps s ss ng j ch k t p _".split()

_HANGUL = re.compile(r"[가-힣]+")


def romanise(text: str) -> str:
    """Replace the Hangul syllables of an NFC text; everything else stays."""
    return _HANGUL.sub(lambda run: _romanise_run(run[0]), text)


def _romanise_run(run: str) -> str:
    codes = [ord(c) - _FIRST_SYLLABLE for c in run]
    initials = [_INITIAL[code // (_MEDIALS * _FINALS)] for code in codes]
    written = []
    for i, code in enumerate(codes):
        following = initials[i + 1] if i + 1 < len(codes) else None
        final = (_LINKED if following == "_" else _FINAL)[code % _FINALS]
        initial = initials[i]
        if initial == "r" and i and _FINAL[codes[i - 1] % _FINALS] == "l":
            initial = "l"
        written += [initial, _MEDIAL[code // _FINALS % _MEDIALS], final]
    return "".join(written).replace("_", "")
