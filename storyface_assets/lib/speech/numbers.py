"""Reading numbers aloud in Korean: Sino-Korean figures, native ones before counters."""

import re
from typing import Final

_SINO_DIGIT: Final = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_SINO_PLACE: Final = ("", "십", "백", "천")
_SINO_MYRIAD: Final = ("", "만", "억", "조", "경")
_DIGIT_NAME: Final = ("공", *_SINO_DIGIT[1:])

_NATIVE_ONE: Final = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TEN: Final = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")

#: Counters that take native numbers (국립국어원, 한글 맞춤법 제43항 and the usual school list).
#: Longest first, so that 시간 is not read as 시.
_NATIVE_COUNTERS: Final = (
    "시간 군데 가지 걸음 그루 그릇 다발 마디 마리 바퀴 발짝 방울 번째 사람 송이 숟가락 아름 움큼"
    " 자루 조각 주먹 차례 켤레 포기 개 곡 곳 권 달 대 단 명 모 번 벌 병 분 살 술 시 쌍 알 잔 장 줄"
    " 채 척 칸 컵 톨 통 판 편 푼 해"
).split()
#: What may follow the counter and still leave it a counter (particles and endings).
_AFTER_COUNTER: Final = (
    r"(?=$|[^가-힣]|[이가은는을를의도만과와에로나]|에서|에게|부터|까지|마다|보다|쯤|씩|째|짜리|정도|뿐"
    r"|동안|반|전|후|예요|였|입|이)"
)
_COUNTER: Final = re.compile(r"\s?(" + "|".join(_NATIVE_COUNTERS) + ")" + _AFTER_COUNTER)

_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


def sino_korean(number: int) -> str:
    """``1234`` → ``천이백삼십사``; 0 is 영. Works up to 10^20."""
    if number == 0:
        return "영"
    groups = []
    for myriad in _SINO_MYRIAD:
        number, group = divmod(number, 10_000)
        if group:
            groups.append(_below_myriad(group, keep_one=myriad != "만" or group > 1) + myriad)
        if not number:
            break
    return "".join(reversed(groups))


def _below_myriad(number: int, keep_one: bool) -> str:
    """``0 < number < 10,000``; a lone one before 만 is silent (만, not 일만)."""
    text = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 1 and (place or not keep_one):
            text += _SINO_PLACE[place]
        elif digit:
            text += _SINO_DIGIT[digit] + _SINO_PLACE[place]
    return text


def native_korean(number: int) -> str:
    """``1 … 99`` before a counter: 21 → ``스물한``, 20 → ``스무``."""
    if not 1 <= number <= 99:
        raise ValueError(f"native Korean numbers before counters run from 1 to 99, not {number}")
    if number == 20:
        return "스무"
    return _NATIVE_TEN[number // 10] + _NATIVE_ONE[number % 10]


def read_numbers(text: str, following: str = "") -> str:
    """Replace the figures of ``text`` by how they are said.

    Args:
        text: a word or a sentence.
        following: what comes after ``text`` (the next word), to find a counter there.

    Returns:
        The text without ASCII digits: ``3마리`` → ``세마리``, ``30분`` → ``삼십분``.
    """

    def said(match: re.Match[str]) -> str:
        whole, _, fraction = match.group().replace(",", "").partition(".")
        if len(whole) > 20 or (len(whole) > 1 and whole[0] == "0"):
            return _by_digit(whole + fraction)
        if fraction:
            return sino_korean(int(whole)) + "점" + _by_digit(fraction).replace("공", "영")
        counter = _COUNTER.match(text[match.end() :] + " " + following)
        if counter and _is_native(int(whole), counter.group(1)):
            return native_korean(int(whole))
        return sino_korean(int(whole))

    return _NUMBER.sub(said, text)


def _is_native(number: int, counter: str) -> bool:
    # 12시 is native but 13시 is not; 30분 is thirty minutes, more often than thirty persons.
    limit = {"시": 12, "번": 20, "분": 0, "대": 20, "판": 20, "해": 10, "편": 10, "통": 20}
    return 1 <= number <= limit.get(counter, 99)


def _by_digit(digits: str) -> str:
    return "".join(_DIGIT_NAME[int(digit)] for digit in digits)
