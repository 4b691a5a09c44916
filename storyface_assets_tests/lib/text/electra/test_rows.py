"""Running text as inputs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import BertTokenizer

from storyface_assets.lib.text.electra.rows import rows_of_text
from storyface_assets.lib.text.transformer.tokens import Special, Tokens
from storyface_assets_tests.lib.text.transformer.tiny_encoder import WHO, write_encoder


@pytest.fixture(scope="module")
def tokens(tmp_path_factory):
    folder = write_encoder(tmp_path_factory.mktemp("vocabulary") / "encoder")
    return Tokens(BertTokenizer.from_pretrained(folder).backend_tokenizer, Special())


@given(
    parts=st.lists(st.lists(st.sampled_from([*WHO, ""]), min_size=1, max_size=5), max_size=6),
    longest=st.integers(3, 20),
)
def test_every_piece_once_in_order_and_no_input_is_of_two_stories(tokens, parts, longest):
    """Fault: text is lost or repeated at the cuts, or a story runs on in the next one's."""
    texts = [text for part in parts for text in part]
    groups = [str(number) for number, part in enumerate(parts) for _ in part]
    rows = [row.pieces for row in rows_of_text(tokens, texts, groups, longest)]
    assert all(3 <= len(row) <= longest for row in rows)
    assert all(row[0] == tokens.cls and row[-1] == tokens.sep for row in rows)
    inner = [row[1:-1] for row in rows]
    for part in parts:
        whole = np.concatenate(tokens.pieces(part))
        got: list[int] = []
        while len(got) < len(whole):
            got += inner.pop(0).tolist()
        assert got == whole.tolist()
    assert not inner
