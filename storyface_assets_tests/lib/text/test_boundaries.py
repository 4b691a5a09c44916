"""Sentence ends: quotations whole, cries with their sentence, numbers uncut."""

import pytest

from storyface_assets.lib.text.sentences import split_story


def texts(story: str) -> list[str]:
    return [sentence.text for sentence in split_story(story)]


@pytest.mark.parametrize(
    "sentence",
    [
        '"엄마, 저건 뭐예요? 너무 커요!" 하고 막내가 물었어요.',
        "“글쎄… 아빠가 '그건 달이야. 예쁘지?'라고 하셨단다.”",
        "「안 돼!」라고 외쳤다.",
        '그는 "나는 간다. 잘 있어." 라고 말했다.',
        '"싫어요! 안 가요!" 딸이 소리쳤어요.',
        '아버지가 말했어요, "내 딸아. 이리 오렴."',
        "‘어쩌지? 큰일이야.’ 하고 토끼는 생각했다.",
        "그는 셋이서 같이 살면 얼마나 좋을까? 라며 웃었어요.",
    ],
)
def test_a_quotation_stays_with_its_narration(sentence: str) -> None:
    """Fault: full stops inside speech cut it, and '하고 물었어요' becomes a sentence."""
    assert texts(f"앞 문장이에요. {sentence} 뒤 문장이에요.") == [
        "앞 문장이에요.",
        sentence,
        "뒤 문장이에요.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "툭! 톡! 알에 금이 가더니, 빠직 빠지직! 아기오리들이 하나둘 고개를 내밀었어.",
        "아! 정말 힘들었어요.",
        "그러나 쿵! 소리가 났어요.",
        "그게… 그러니까… 미안해.",
        "3.5킬로미터를 걸어서 2.0점을 받았어요.",
        "1. 첫째 날이 밝았어요.",
    ],
)
def test_cries_ellipses_and_numbers_do_not_cut(sentence: str) -> None:
    """Fault: "툭!" alone gets its own face, voice and subtitle; "3.5" is cut at its point."""
    assert texts(f"옛날이었어요. {sentence}") == ["옛날이었어요.", sentence]


def test_speakers_take_turns() -> None:
    """Fault: two speakers become one sentence because no narration stands between them."""
    assert texts('"정말?" "응." 모두 웃었다.') == ['"정말?"', '"응."', "모두 웃었다."]


def test_missing_punctuation_is_cut_by_grammar() -> None:
    """Fault: a story without full stops is one endless sentence."""
    found = texts("토끼는 산으로 올라갔습니다 거북이는 천천히 따라갔습니다 둘은 다시 만났습니다")
    assert len(found) == 3


def test_an_unclosed_quotation_does_not_swallow_the_paragraph() -> None:
    """Fault: one forgotten mark makes everything after it a quotation."""
    found = texts('"나는 간다. 그는 떠났어요. 모두 울었어요.\n"잘 가!" 친구가 외쳤어요.')
    assert found == ['"나는 간다.', "그는 떠났어요.", "모두 울었어요.", '"잘 가!" 친구가 외쳤어요.']


def test_the_space_after_a_full_stop_may_be_missing() -> None:
    """Fault: typed text without spaces is not cut."""
    assert texts("별이 떴다.달도 떴다.") == ["별이 떴다.", "달도 떴다."]
