"""The labels of all corpora, merged to the six classes by one table."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

import numpy as np

from storyface_assets.lib.text.corpora.row import NO_LABEL, UNKNOWN_LABEL
from storyface_assets.vocabulary import TEXT_EMOTIONS

TIE: Final = "labels tie"
SILENT_LABELS: Final = "labels without a class"

#: Labels of AI-Hub's corpora (공포 놀람 기쁨 상처 혐오 …), of KOTE and KPoEM, and of GoEmotions.
MERGE: Final = MappingProxyType(
    {
        emotion: tuple(labels.split())
        for emotion, labels in {
            "중립": "중립 없음 신기함/관심 깨달음 neutral curiosity realization approval",
            "슬픔": "상처 슬픔 안타까움/실망 절망 패배/자기혐오 힘듦/지침 죄책감 서러움 "
            "disappointment grief remorse sadness",
            "분노": "분노 혐오 불평/불만 지긋지긋 화남/분노 한심함 역겨움/징그러움 짜증 어이없음 "
            "증오/혐오 anger annoyance disapproval disgust",
            "불안": "불안 공포 공포/무서움 불안/걱정 부담/안_내킴 의심/불신 fear nervousness",
            "행복": "행복 기쁨 환영/호의 감동/감탄 고마움 기대감 뿌듯함 편안/쾌적 아껴주는 "
            "즐거움/신남 흐뭇함(귀여움/예쁨) 안심/신뢰 admiration amusement caring excitement "
            "gratitude joy love optimism pride relief",
            "당황": "당황 놀람 부끄러움 당황/난처 경악 confusion embarrassment surprise",
        }.items()
    }
)
#: Labels that say none of the six (or several of them).
SILENT: Final = tuple("존경 우쭐댐/무시함 비장함 귀찮음 재미없음 불쌍함/연민 desire".split())

_CLASS_OF_LABEL: Final = {
    label: TEXT_EMOTIONS.index(emotion) for emotion, row in MERGE.items() for label in row
}
_KNOWN: Final = frozenset(_CLASS_OF_LABEL) | frozenset(SILENT)


def class_of(labels: Iterable[tuple[str, float]]) -> tuple[str, str]:
    """The class that most of a sentence's labels fall in, each counting its share of raters.

    Returns:
        One of TEXT_EMOTIONS and ""; or "" and why there is none: no label, one that the table does
        not know, only silent ones, or two classes with the most.
    """
    votes, given = np.zeros(len(TEXT_EMOTIONS)), list(labels)
    if any(label not in _KNOWN for label, _ in given):
        return "", UNKNOWN_LABEL
    for label, share in given:
        if label in _CLASS_OF_LABEL:
            votes[_CLASS_OF_LABEL[label]] += share
    # Shares are fifths: .2 + .4 must tie with .6.
    votes = votes.round(6)
    if not votes.max() > 0:
        return "", SILENT_LABELS if given else NO_LABEL
    top = np.flatnonzero(votes == votes.max())
    return (TEXT_EMOTIONS[top[0]], "") if len(top) == 1 else ("", TIE)
