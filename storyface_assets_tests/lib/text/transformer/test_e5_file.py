"""The package's file: what is in it, and files that are none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer.e5_file import read_e5_file
from storyface_assets_tests.lib.text.transformer.tiny_e5 import (
    WIDTH,
    arrays,
    vocabulary,
    write_e5_file,
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_e5_file(tmp_path_factory.mktemp("wheel") / "e5-small-q4.bin")


def test_what_was_written_is_read(whole):
    """Fault: a field of the layout is skipped or read as another."""
    file = read_e5_file(whole)
    scored, sizes = vocabulary(), file.sizes
    assert (sizes.width, sizes.layers, sizes.heads, sizes.inner) == (32, 2, 2, 64)
    assert (sizes.words, sizes.longest, sizes.segments) == (len(scored) + 3, 512, 2)
    assert list(zip(file.vocabulary.pieces, file.vocabulary.scores, strict=True)) == scored
    words = file.vocabulary
    assert (words.begin, words.end, words.pad, words.unknown) == (0, 2, 1, 3)
    assert words.written == {9: " ", 1: "", 0xFB01: "fi"}
    made = arrays(sizes.words)
    assert np.array_equal(file.floats("emb.pos", 512, WIDTH).numpy(), made["emb.pos"])
    matrix = made["l1.fi.w"]
    assert np.abs(file.floats("l1.fi.w", *matrix.shape).numpy() - matrix).max() < 0.2


def test_arrays_of_other_shapes_are_refused(whole):
    """Fault: weights of another size are read across their ends."""
    file = read_e5_file(whole)
    for ask in (
        lambda: file.floats("emb.pos", 513, WIDTH),
        lambda: file.floats("l0.q.w", WIDTH, 2 * WIDTH),
        lambda: file.blocks("emb.pos", 512, WIDTH),
        lambda: file.blocks("l0.q.w", WIDTH, WIDTH - 1),
        lambda: file.floats("l9.q.w", WIDTH, WIDTH),
    ):
        with pytest.raises(BadInput, match="Install the package"):
            ask()


@settings(deadline=None)
@given(share=st.floats(0, 1, exclude_max=True))
def test_cut_off_anywhere_it_is_refused(whole, share):
    """Fault: half an installation gives a network of nonsense, or a struct.error."""
    data = whole.read_bytes()
    cut = whole.with_name("cut.bin")
    cut.write_bytes(data[: int(share * len(data))])
    with pytest.raises(BadInput, match="Install the package"):
        read_e5_file(cut)


@settings(deadline=None)
@given(place=st.integers(0, 1500), value=st.integers(0, 255))
def test_a_changed_byte_gives_a_file_or_a_refusal(whole, place, value):
    """Fault: a stack trace, or gigabytes asked for by a damaged count."""
    data = bytearray(whole.read_bytes())
    data[place % len(data)] = value
    changed = whole.with_name("changed.bin")
    changed.write_bytes(data)
    try:
        read_e5_file(changed)
    except BadInput:
        pass


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(BadInput, match="Install the package"):
        read_e5_file(tmp_path / "none.bin")
