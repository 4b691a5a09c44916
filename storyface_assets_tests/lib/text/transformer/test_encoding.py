"""What of a story gets into an input."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyface_assets.lib.text.transformer.encoding import encode
from storyface_assets.lib.text.transformer.rows import Window
from storyface_assets_tests.lib.text.transformer.tiny_encoder import TELLING, WHO

TEXTS = [f"{who} {told}." for who, told in zip(WHO, TELLING, strict=True)]


def parts(tokens, row):
    """The pieces between the separators: before, sentence, after."""
    ends = np.flatnonzero(row.pieces == tokens.sep)
    assert len(ends) == 3 and ends[-1] == len(row) - 1 and row.pieces[0] == tokens.cls
    return [list(row.pieces[a + 1 : b]) for a, b in zip([0, *ends[:2]], ends, strict=True)]


def pieces(tokens, texts):
    return [piece for found in tokens.pieces(texts) for piece in found]


def test_a_sentence_stands_between_its_neighbours_and_is_marked(tokens):
    """Fault: the network cannot tell which of five sentences is asked for."""
    row = encode(tokens, TEXTS, ["a"] * 6, Window(2, 1, 128))[3]
    assert parts(tokens, row) == [
        pieces(tokens, TEXTS[1:3]),
        pieces(tokens, TEXTS[3:4]),
        pieces(tokens, TEXTS[4:5]),
    ]
    marked = row.pieces[row.marks == 1]
    assert list(marked) == [*pieces(tokens, TEXTS[3:4]), tokens.sep]


def test_at_the_ends_of_a_story_the_sentence_is_the_second_part_still(tokens):
    """Fault: the first sentence of a story is taken for what stands before the second."""
    rows = encode(tokens, TEXTS, ["a"] * 6, Window(1, 1, 128))
    assert parts(tokens, rows[0])[0] == [] and parts(tokens, rows[5])[2] == []
    assert parts(tokens, rows[0])[1] == pieces(tokens, TEXTS[:1])


def test_alone_it_is_what_the_published_recipe_reads(tokens):
    """Fault: the seeds' recipe gets other inputs than ELECTRA's one-text inputs."""
    row = encode(tokens, TEXTS, ["a"] * 6, Window(max_len=75))[2]
    assert list(row.pieces) == [tokens.cls, *pieces(tokens, TEXTS[2:3]), tokens.sep]
    assert not row.marks.any()


def test_pieces_are_those_of_the_models_own_tokeniser(encoder_folder, tokens):
    """Fault: lower-casing, or other numbers than the weights were trained with."""
    from transformers import AutoTokenizer

    theirs = AutoTokenizer.from_pretrained(encoder_folder, local_files_only=True)
    row = encode(tokens, ["토끼가 엉엉 울었어요! Ab"], ["a"], Window(max_len=75))[0]
    assert list(row.pieces) == theirs("토끼가 엉엉 울었어요! Ab")["input_ids"]


def test_context_never_crosses_stories(tokens):
    """Fault: the end of one tale colours the beginning of the next."""
    stories = ["a", "a", "a", "b", "b", "a"]
    window = Window(3, 3, 128)
    rows = encode(tokens, TEXTS, stories, window)
    alone = encode(tokens, TEXTS[:3], ["a"] * 3, window) + encode(
        tokens, TEXTS[3:5], ["b"] * 2, window
    )
    # The last one is of a story that another one interrupted: it has no neighbours.
    alone += encode(tokens, TEXTS[5:], ["a"], window)
    for row, other in zip(rows, alone, strict=True):
        assert np.array_equal(row.pieces, other.pieces)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lengths=st.lists(st.integers(0, 40), min_size=1, max_size=6),
    place=st.integers(0, 5),
    before=st.integers(0, 3),
    after=st.integers(0, 3),
    max_len=st.integers(8, 60),
)
def test_the_sentence_is_never_cut_before_its_context(
    tokens, lengths, place, before, after, max_len
):
    """Fault: a long neighbour pushes the end of the sentence out of the input."""
    place = min(place, len(lengths) - 1)
    texts = ["토" * n for n in lengths]
    window = Window(before, after, max_len)
    row = encode(tokens, texts, ["a"] * len(texts), window)[place]
    assert len(row) <= max_len and len(row.marks) == len(row)
    own = pieces(tokens, texts[place : place + 1])
    if window.alone:
        assert list(row.pieces[1:-1]) == own[: max_len - 2]
        return
    early, middle, late = parts(tokens, row)
    assert middle == own[: max_len - 4]
    whole_early = pieces(tokens, texts[max(place - before, 0) : place])
    whole_late = pieces(tokens, texts[place + 1 : place + 1 + after])
    # The nearest is kept, and nothing is left out while there is room.
    assert whole_early[len(whole_early) - len(early) :] == early
    assert whole_late[: len(late)] == late
    if len(early) < len(whole_early) or len(late) < len(whole_late):
        assert len(row) == max_len


@pytest.mark.parametrize("text", ["", " ", "😀", "天地玄黃", "ㅋㅋㅋ", "a" * 3000])
def test_odd_texts_give_an_input(tokens, text):
    """Fault: a crash on a text that has no pieces, or too many."""
    for window in (Window(max_len=75), Window(1, 1, 75)):
        assert 2 <= len(encode(tokens, [text], ["a"], window)[0]) <= 75
