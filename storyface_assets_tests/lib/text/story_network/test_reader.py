"""The small networks in a folder, and what they read."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.emotion_readers import load_emotion_reader
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.story_network.reader import NetworksReader
from storyface_assets.vocabulary import TEXT_EMOTIONS
from storyface_assets_tests.lib.text.story_network.tiny_networks import TEXTS, tiny_networks

ONE_STORY = ["s"] * len(TEXTS)


def test_a_saved_model_reads_as_before(tmp_path: Path) -> None:
    """Fault: 8 bits change what is read, words change places, or the temperature is lost."""
    reader = tiny_networks()
    reader.save(tmp_path)
    again = load_emotion_reader(tmp_path)
    assert isinstance(again, NetworksReader) and again.temperature == 1.5
    assert again.space.vocabulary == reader.space.vocabulary
    before, after = (one.probabilities(TEXTS, ONE_STORY) for one in (reader, again))
    assert np.allclose(before[0], after[0], atol=0.02)
    assert np.ptp(before[0], axis=0).max() > 0.1
    assert np.allclose(before[1], after[1], atol=0.02)
    again.save(tmp_path / "again")
    for name in ("model.safetensors", "vocabulary.txt", "config.json"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / name).read_bytes()


def test_stories_do_not_hear_each_other_and_sentences_do() -> None:
    """Fault: padding or the next story leaks into a reading, or the story is not looked at."""
    reader = tiny_networks()
    together, _ = reader.probabilities(TEXTS, ["a", "a", "b", "c", "c", "c"])
    for first, end in ((0, 2), (2, 3), (3, 6)):
        alone, _ = reader.probabilities(TEXTS[first:end], ["x"] * (end - first))
        assert np.allclose(together[first:end], alone, atol=1e-5)
    whole, _ = reader.probabilities(TEXTS, ONE_STORY)
    assert not np.allclose(whole[:2], together[:2], atol=1e-3)
    assert np.allclose(together.sum(1), 1)


def test_more_stories_than_are_read_at_once_keep_their_order() -> None:
    """Fault: the last stories of a catalogue get the answers of others."""
    reader = tiny_networks()
    texts = TEXTS * 25
    told, _ = reader.probabilities(texts, [str(place) for place in range(len(texts))])
    assert len(told) == 150
    assert np.allclose(told, np.tile(told[:6], (25, 1)), atol=1e-5)


def test_a_long_book_is_read_in_parts() -> None:
    """Fault: answers of one part land on another's sentences."""
    reader = tiny_networks()
    texts = [TEXTS[place * place % 6] for place in range(63)]
    told, _ = reader.probabilities(texts, ["book"] * 63)
    # The second part answers for what is 5 to 15 in it.
    second, _ = reader.probabilities(texts[10:30], ["part"] * 20)
    assert np.allclose(told[15:25], second[5:15], atol=1e-5)
    assert not np.allclose(told[14], second[4], atol=1e-4)
    edited, _ = reader.probabilities([*texts[:40], "새 문장.", *texts[41:]], ["book"] * 63)
    assert np.allclose(told[:15], edited[:15], atol=1e-6)


@pytest.mark.parametrize("text", ["", " ", "아", "😀", "ㅋㅋ", "春香이가", "Hello.", "토" * 3000])
def test_odd_sentences_get_an_answer(text: str) -> None:
    """Fault: a sentence without a known word has no bag, and crashes or shifts the others'."""
    reader = tiny_networks()
    reading = reader.read([Sentence(0, TEXTS[0], 0, 0, False), Sentence(1, text, 0, 0, False)])
    assert np.isfinite(reading.probabilities).all() and reading.labels[1] in TEXT_EMOTIONS


def test_no_sentences_no_reading() -> None:
    """Fault: an empty story crashes in a reduction."""
    reading = tiny_networks().read([])
    assert reading.probabilities.shape == (0, 6) and reading.labels == []


@pytest.mark.parametrize("broken", ["config.json", "vocabulary.txt", "model.safetensors"])
def test_a_broken_model_folder_says_so(tmp_path: Path, broken: str) -> None:
    """Fault: a stack trace from a tensor library instead of a mend."""
    folder = tmp_path / "model"
    tiny_networks().save(folder)
    (folder / broken).write_bytes(b"\x00\x01")
    with pytest.raises(BadInput, match=rf"model/{broken}.*train_text_emotion"):
        NetworksReader.load(folder)
    (folder / broken).unlink()
    with pytest.raises(BadInput, match=rf"model/{broken}.*train_text_emotion"):
        NetworksReader.load(folder)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("emotions", TEXT_EMOTIONS[::-1], "another model"),
        ("embedding", "another", "another model"),
        ("temperature", 0, "temperature"),
        ("sizes", {"members": 0}, "not positive"),
        ("sizes", {"members": 2, "dropout": 1.0}, "left out"),
        ("sizes", {"unknown": 2}, "no such model"),
    ],
)
def test_settings_of_another_model_are_refused(
    tmp_path: Path, name: str, value: object, told: str
) -> None:
    """Fault: probabilities in another order are taken for ours."""
    tiny_networks().save(tmp_path / "model")
    shutil.copytree(tmp_path / "model", tmp_path / "other")
    path = tmp_path / "other" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {name: value}), "utf-8")
    with pytest.raises(BadInput, match=told):
        NetworksReader.load(tmp_path / "other")
