"""Whole stories as inputs."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyface_assets.lib.text.transformer.encoding import encode
from storyface_assets.lib.text.transformer.passages import cut_by_chance
from storyface_assets.lib.text.transformer.rows import Window

TEXTS = ["토끼가 길을 걸었어요.", "곰이 엉엉 울었어요.", "토끼가 활짝 웃었어요."]


def test_a_short_story_is_one_input_with_a_place_for_each_sentence(tokens):
    """Fault: a sentence is read at its neighbour's place."""
    [row] = encode(tokens, TEXTS, ["a"] * 3, Window(2, 1, 75, whole=True))
    assert row.pieces[0] == tokens.cls and row.answers.tolist() == [0, 1, 2]
    for (first, end), text in zip(row.spans, TEXTS, strict=True):
        own = tokens.pieces([text])[0].tolist()
        assert row.pieces[first:end].tolist() == [*own, tokens.sep]
    assert row.spans[-1][1] == len(row) and not row.marks.any()


def test_stories_never_share_an_input(tokens):
    """Fault: the end of one tale colours the beginning of the next."""
    rows = encode(tokens, TEXTS, ["a", "b", "b"], Window(2, 1, 75, whole=True))
    assert [row.answers.tolist() for row in rows] == [[0], [1, 2]]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lengths=st.lists(st.integers(0, 40), min_size=1, max_size=12),
    before=st.integers(0, 3),
    after=st.integers(0, 3),
    max_len=st.integers(8, 60),
)
def test_every_sentence_is_answered_for_once_and_no_input_is_too_long(
    tokens, lengths, before, after, max_len
):
    """Fault: a long story loses a sentence where it is parted, or goes on for ever."""
    texts = ["토" * n for n in lengths]
    rows = encode(tokens, texts, ["a"] * len(texts), Window(before, after, max_len, whole=True))
    assert np.concatenate([row.answers for row in rows]).tolist() == list(range(len(texts)))
    for row in rows:
        assert len(row) <= max_len and len(row.spans) == len(row.answers) > 0
        for first, end in row.spans:
            assert row.pieces[end - 1] == tokens.sep and 0 < first < end <= len(row)


def test_where_a_long_story_is_parted_neighbours_are_seen(tokens):
    """Fault: the first sentence of a part is read as if the story began there."""
    texts = ["토끼가 걸었어요."] * 30
    rows = encode(tokens, texts, ["a"] * 30, Window(3, 2, 60, whole=True))
    size = len(tokens.pieces(texts[:1])[0]) + 1
    assert len(rows) > 2
    for row in rows[1:]:
        assert row.spans[0][0] == 1 + 3 * size
    for row in rows[:-1]:
        assert len(row) - row.spans[-1][1] == 2 * size


def test_cuts_are_short_and_keep_the_order():
    """Fault: parts of two stories are joined, or a sentence is lost."""
    stories = ["a"] * 20 + ["b"] * 7 + ["a"] * 3
    names = cut_by_chance(stories, np.random.default_rng(1))
    assert len(names) == 30 and [name[0] for name in names] == stories
    changes = [0, *(i for i in range(1, 30) if names[i] != names[i - 1]), 30]
    assert max(np.diff(changes)) <= 6 and {20, 27} <= set(changes) and len(changes) > 7
