"""The corpus's rules, each broken once."""

import pytest

from storyface_assets.checks import ALL_CHECKS, story_corpus
from storyface_assets.lib.store import Folder
from storyface_assets_tests.lib.text.small_corpus import small_corpus


def copied_into_train(folder):
    """A test sentence at the end of a training story, with other punctuation."""
    line = (folder / "corpus_test.tsv").read_text("utf-8").splitlines()[4].split("\t")
    text = (folder / "corpus.tsv").read_text("utf-8")
    row = ["s9", "0", line[2].replace(".", "!"), *line[3:]]
    (folder / "corpus.tsv").write_text(text + "\t".join(row) + "\n", "utf-8")
    return line[2]


def test_a_test_sentence_copied_into_training_is_red(tmp_path):
    """Fault: leakage goes unnoticed when somebody adds stories."""
    folder = small_corpus(tmp_path, train=3, test=2)
    rule = story_corpus.no_test_sentence_is_nearly_a_training_one
    assert rule(Folder(folder), None).passed
    sentence = copied_into_train(folder)
    verdict = rule(Folder(folder), None)
    assert not verdict.passed and sentence in verdict.description


def test_a_twin_may_repeat_for_it_is_not_trained_on(tmp_path):
    folder = small_corpus(tmp_path, train=3, test=2)
    copied_into_train(folder)
    (folder / "twins.tsv").write_text("train\ttest\twhy\ns9\tt0\tcopied\n", "utf-8")
    verdict = story_corpus.no_test_sentence_is_nearly_a_training_one(Folder(folder), None)
    assert verdict.passed


@pytest.mark.parametrize("told", [True, False], ids=["they disagree", "not told"])
def test_labellers_who_do_not_agree_are_a_warning(tmp_path, told):
    folder = small_corpus(tmp_path, train=3, test=2)
    assert story_corpus.labellers_agree(Folder(folder), None).passed
    file = folder / "corpus.tsv"
    rows = [line.split("\t") for line in file.read_text("utf-8").splitlines()]
    # The one says sad of every second sentence, whatever it is.
    rows = [row[:5] if not told else row for row in rows]
    for row in rows[1::2] if told else []:
        row[6] = "슬픔"
    file.write_text("\n".join("\t".join(row) for row in rows) + "\n", "utf-8")
    assert not story_corpus.labellers_agree(Folder(folder), None).passed


def test_a_leak_stops_the_training_and_disagreement_does_not():
    blocking = {
        key.name: check.get_spec_for_check_key(key).blocking
        for check in ALL_CHECKS
        for key in check.check_keys
        if key.asset_key.path == ["dataset", "story_sentences"]
    }
    assert blocking == {
        "no_test_sentence_is_nearly_a_training_one": True,
        "labellers_agree": False,
    }
