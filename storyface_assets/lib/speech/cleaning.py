"""From a printed sentence to words that a voice can say, each tied to the word it came from."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from storyface_assets.lib.speech.numbers import read_numbers

#: Readings of hanja that storybooks print alone; the rest are dropped with a warning.
_HANJA: Final = dict(
    re.findall(
        r"(.)(.)",
        "一일二이三삼四사五오六육七칠八팔九구十십百백千천萬만年년月월日일時시分분火화水수木목金금土토"
        "山산川천江강海해天천地지人인王왕女여男남子자父부母모兄형弟제大대中중小소上상下하左좌右우"
        "東동西서南남北북春춘夏하秋추冬동花화林림風풍雨우雪설心심手수足족目목口구耳이身신力력門문"
        "家가國국村촌市시學학校교生생先선友우愛애孝효善선惡악美미福복德덕命명道도神신仙선龍용虎호"
        "馬마牛우犬견鳥조魚어白백黑흑靑청赤적黃황老노少소長장短단前전後후內내外외新신古고",
    )
)
_SYMBOLS: Final = {"%": "퍼센트", "℃": "도", "°": "도", "&": " 그리고 ", "+": " 더하기 ", "₩": "원"}
_JAMO_LAUGH: Final = {"ㅋ": "크", "ㅎ": "흐"}
_KEPT_MARKS: Final = ".,?!"
_PAUSE_MARKS: Final = str.maketrans(
    {"…": ".", "·": ",", ";": ",", ":": ",", "—": ",", "–": ",", "~": "", "、": ",", "。": "."}
)


@dataclass(frozen=True)
class SpokenWord:
    """One printed word and how it is said.

    Attributes:
        printed: the word as in the story, with its marks.
        spoken: what goes to the voice; empty if nothing of it can be said.
    """

    printed: str
    spoken: str


def spoken_words(sentence: str) -> tuple[list[SpokenWord], list[str]]:
    """Split a sentence at spaces and make each word speakable.

    Figures are read out, hanja after their reading in brackets are left out, emoji and quotes go,
    laughter in bare consonants (ㅋㅋ) becomes syllables.

    Args:
        sentence: any text; it is brought to NFC here.

    Returns:
        The words in order, and a warning for each thing that had to be left unsaid.
    """
    text = unicodedata.normalize("NFC", sentence.replace("\0", ""))
    printed = text.split()
    warnings: list[str] = []
    words = []
    for word, following in zip(printed, [*printed[1:], ""], strict=False):
        said, lost = _speakable(word, following)
        if lost:
            warnings.append(f"not read aloud: {lost}")
        words.append(SpokenWord(word, said))
    return words, warnings


def spoken_text(words: list[SpokenWord]) -> str:
    """What the voice is given: the words that can be said, one space between."""
    return " ".join(word.spoken for word in words if word.spoken)


def _speakable(word: str, following: str) -> tuple[str, str]:
    """One word → (what to say, the letters that were lost)."""
    # 천국(天國): the reading is there already.
    word = re.sub(r"(?<=[가-힣])[(（\[][\u4e00-\u9fff\uf900-\ufaff]+[)）\]]", "", word)
    word = read_numbers(word.translate(_PAUSE_MARKS), following)
    out, lost = "", ""
    for char in unicodedata.normalize("NFC", word):
        if char in _SYMBOLS:
            out += _SYMBOLS[char]
        elif char in _HANJA:
            out += _HANJA[char]
        elif "가" <= char <= "힣" or char in _KEPT_MARKS or (char.isascii() and char.isalpha()):
            out += char
        elif char in _JAMO_LAUGH:
            out += _JAMO_LAUGH[char]
        elif unicodedata.category(char) in ("Lo", "Ll", "Lu", "Nd", "Nl") and not _is_jamo(char):
            lost += char
    # A run of marks is one mark: espeak-ng would otherwise pause for each.
    out = re.sub(r"[.,?!]{2,}", lambda run: min(run.group(), key="?!.,".index), out)
    out = re.sub(r"\s+", " ", out).strip()
    if not re.search(r"[가-힣A-Za-z]", out):
        out = ""
    return out, lost


def _is_jamo(char: str) -> bool:
    """Bare letters such as ㅠㅠ are pictures of a face, not sounds."""
    return "\u3131" <= char <= "\u318e" or "\u1100" <= char <= "\u11ff"
