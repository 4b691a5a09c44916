"""General emotion corpora as their publishers give them, merged to the six classes.

KOTE (MIT; tab-separated id, text, label numbers), KPoEM (MIT; JSON lines with the share of raters
for each KOTE label) and GoEmotions-Korean (Apache-2.0; tab-separated text, label numbers).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from storyface_assets.vocabulary import TEXT_EMOTIONS

#: KOTE's 44 labels in the order of their numbers; KPoEM uses the names.
KOTE_LABELS = (
    "불평/불만 환영/호의 감동/감탄 지긋지긋 고마움 슬픔 화남/분노 존경 기대감 우쭐댐/무시함 "
    "안타까움/실망 비장함 의심/불신 뿌듯함 편안/쾌적 신기함/관심 아껴주는 부끄러움 공포/무서움 "
    "절망 한심함 역겨움/징그러움 짜증 어이없음 없음 패배/자기혐오 귀찮음 힘듦/지침 즐거움/신남 "
    "깨달음 죄책감 증오/혐오 흐뭇함(귀여움/예쁨) 당황/난처 경악 부담/안_내킴 서러움 재미없음 "
    "불쌍함/연민 놀람 행복 불안/걱정 기쁨 안심/신뢰"
).split()
GOEMOTIONS_LABELS = (
    "admiration amusement anger annoyance approval caring confusion curiosity desire "
    "disappointment disapproval disgust embarrassment excitement fear gratitude grief joy love "
    "nervousness optimism pride realization relief remorse sadness surprise neutral"
).split()

#: Which labels make each class; a label that is in none has no say.
_MERGE = {
    "중립": "없음 신기함/관심 깨달음 neutral curiosity realization approval",
    "슬픔": "슬픔 안타까움/실망 절망 패배/자기혐오 힘듦/지침 죄책감 서러움 "
    "disappointment grief remorse sadness",
    "분노": "불평/불만 지긋지긋 화남/분노 한심함 역겨움/징그러움 짜증 어이없음 증오/혐오 "
    "anger annoyance disapproval disgust",
    "불안": "공포/무서움 불안/걱정 부담/안_내킴 의심/불신 fear nervousness",
    "행복": "환영/호의 감동/감탄 고마움 기대감 뿌듯함 편안/쾌적 아껴주는 즐거움/신남 "
    "흐뭇함(귀여움/예쁨) 행복 기쁨 안심/신뢰 admiration amusement caring excitement gratitude joy "
    "love optimism pride relief",
    "당황": "부끄러움 당황/난처 경악 놀람 confusion embarrassment surprise",
}
_CLASS_OF_LABEL = {
    label: TEXT_EMOTIONS.index(emotion) for emotion, row in _MERGE.items() for label in row.split()
}


@dataclass(frozen=True)
class Corpus:
    """Texts and the class that most of their labels fall in."""

    texts: list[str]
    classes: np.ndarray


def _class(shares: Iterable[tuple[str, float]]) -> int | None:
    """Class with the largest share of labels; none if there is no say or a tie."""
    votes = np.zeros(len(TEXT_EMOTIONS))
    for label, share in shares:
        if label in _CLASS_OF_LABEL:
            votes[_CLASS_OF_LABEL[label]] += share
    top = np.flatnonzero(votes == votes.max())
    return int(top[0]) if votes.max() > 0 and len(top) == 1 else None


def _numbered(file: Path, column: int, names: Sequence[str]) -> Iterator[tuple[str, int | None]]:
    """Rows ``… text, label numbers`` with the text in ``column``."""
    for line in file.read_text("utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) > column + 1:
            labels = [(names[int(i)], 1.0) for i in cells[column + 1].split(",")]
            yield cells[column], _class(labels)


def _poems(file: Path) -> Iterator[tuple[str, int | None]]:
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        if len(row["text"]) <= 200:  # whole poems are in the file too
            yield row["text"], _class(row["emotion"].items())


def read_corpora(folder: Path) -> Corpus:
    """The training parts of the corpora that ``folder`` has (``kote/``, ``kpoem/``, …).

    KOTE's test part is left for testing.
    """
    rows: list[tuple[str, int | None]] = []
    if (file := folder / "kote" / "val.tsv").is_file():
        rows += _numbered(file, 1, KOTE_LABELS)
    if (file := folder / "kpoem" / "kpoem_docstore.jsonl").is_file():
        rows += _poems(file)
    if (file := folder / "goemotions_korean" / "train.tsv").is_file():
        rows += _numbered(file, 0, GOEMOTIONS_LABELS)
    kept = [(text, emotion) for text, emotion in rows if emotion is not None]
    return Corpus([text for text, _ in kept], np.array([emotion for _, emotion in kept], int))
