"""The corpus as one: what is trained on, what is left out, and its version."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.store import content_hash
from storyface_assets.lib.text.corpus_facts import corpus_counts, labellers_kappa
from storyface_assets.lib.text.story_corpus import (
    FILES,
    Twin,
    corpus_version,
    read_story_corpus,
    read_twins,
)
from storyface_assets_tests.lib.text.small_corpus import small_corpus

SHIPPED = Path(__file__).parents[3] / "data" / "text"


def test_twins_are_not_trained_on_and_the_test_is_whole(tmp_path: Path) -> None:
    """Fault: a story like a test story flatters every figure."""
    folder = small_corpus(tmp_path, train=4, test=2, twins=[("s2", "t1", "the same joke")])
    corpus = read_story_corpus(folder)
    assert set(corpus.train.stories) == {"s0", "s1", "s3"}
    assert set(corpus.left_out.stories) == {"s2"} and set(corpus.test.stories) == {"t0", "t1"}
    assert corpus.twins == [Twin("s2", "t1", "the same joke")]
    rows = len(corpus.train.texts)
    assert len(corpus.train.emotions) == len(corpus.train.intensities) == rows
    assert corpus.train.labellers.shape == (rows, 2)


def test_the_shipped_twins_are_the_ones_that_the_editor_named() -> None:
    """Fault: a pair of the readme's list is forgotten."""
    corpus = read_story_corpus(SHIPPED)
    assert Counter(twin.test for twin in corpus.twins) == Counter(
        "x05 x06 x07 x08 x08 x19 x21 x31 x34".split()
    )
    assert len(set(corpus.train.stories)) == 5934 and len(set(corpus.left_out.stories)) == 9
    readme = (SHIPPED / "README.md").read_text("utf-8")
    assert f"5,934 stories ({len(corpus.train.texts):,} sentences)" in readme


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("s9", "t0", "why"), "train s9: is no training story"),
        (("t0", "t0", "why"), "train t0: is no training story"),
        (("s0", "t9", "why"), "test t9: is no test story"),
        (("s0", "t0", " "), "line 2"),
        (("s0", "t0"), "line 2"),
    ],
)
def test_a_wrong_twin_is_named(tmp_path: Path, row: tuple[str, ...], told: str) -> None:
    """Fault: a slip in an id, and the twin is trained on."""
    folder = small_corpus(tmp_path, train=2, test=1, twins=[row])
    with pytest.raises(BadInput, match=told):
        read_story_corpus(folder)


def test_a_story_in_both_tables_is_refused(tmp_path: Path) -> None:
    folder = small_corpus(tmp_path, train=2, test=1)
    (folder / "corpus_test.tsv").write_bytes((folder / "corpus.tsv").read_bytes())
    with pytest.raises(BadInput, match=r"story s0: is in corpus\.tsv too"):
        read_story_corpus(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = small_corpus(tmp_path, train=2, test=1)
    (folder / name).unlink()
    with pytest.raises(BadInput, match=name):
        read_story_corpus(folder)


def test_a_data_folder_without_a_corpus_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Take data/text from the project"):
        read_story_corpus(tmp_path / "text")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_table_of_twins_is_read_or_refused(tmp_path_factory, text: str) -> None:
    """Fault: a stack trace at an odd file."""
    file = tmp_path_factory.mktemp("twins") / "twins.tsv"
    file.write_text("train\ttest\twhy\n" + text, "utf-8", newline="")
    try:
        assert all(twin.train.strip() and twin.why.strip() for twin in read_twins(file))
    except BadInput:
        pass


def test_the_version_is_that_of_the_stored_folder(tmp_path: Path) -> None:
    """Fault: a card names another version of the same data, because a readme lies beside it."""
    folder = small_corpus(tmp_path / "a", train=2, test=1)
    assert corpus_version(folder) == content_hash(folder)
    (folder / "README.md").write_text("beside", "utf-8")
    assert corpus_version(folder) != content_hash(folder)
    other = small_corpus(tmp_path / "b", train=2, test=1, twins=[("s0", "t0", "why")])
    assert corpus_version(other) != corpus_version(folder)


def test_counts_tell_every_sentence_once() -> None:
    corpus = read_story_corpus(SHIPPED)
    counts = corpus_counts(corpus)
    for part, data in (("train", corpus.train), ("test", corpus.test)):
        here = counts[counts["part"] == part]
        assert here["sentences"].sum() == len(data.texts)
        assert here["슬픔"].sum() == (data.emotions == 1).sum()
        assert here["stories"].sum() == len(set(data.stories))
    assert set(counts["mould"]) >= {"folk tale", "animals", "school", "family", "speech", "mixed"}
    assert labellers_kappa(corpus.train) > 0.8
