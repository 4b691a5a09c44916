"""Our small BERT against transformers' own."""

import subprocess
import sys

import pytest
import torch
from transformers import BertConfig, BertModel

from storyface_assets.lib.text.transformer.bert import BertEncoder, BertSizes

SIZES = BertSizes(
    vocab_size=60,
    hidden_size=32,
    num_hidden_layers=3,
    num_attention_heads=4,
    intermediate_size=48,
    max_position_embeddings=20,
    type_vocab_size=2,
    layer_norm_eps=1e-6,
)


@pytest.fixture(scope="module")
def both():
    """The same weights in both."""
    torch.manual_seed(0)
    config = BertConfig(**vars(SIZES), attention_probs_dropout_prob=0.0)
    config._attn_implementation = "eager"
    theirs = BertModel(config, add_pooling_layer=False)
    words = torch.nn.Embedding(SIZES.vocab_size, SIZES.hidden_size, padding_idx=0)
    ours = BertEncoder(SIZES, words)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


@pytest.fixture(scope="module")
def batch():
    pieces = torch.randint(60, (3, 11), generator=torch.Generator().manual_seed(1))
    seen = torch.ones_like(pieces)
    seen[1, 7:] = 0
    segments = torch.zeros_like(pieces)
    segments[0, 4:6] = 1
    return {"input_ids": pieces, "attention_mask": seen, "token_type_ids": segments}


def test_it_has_the_same_weights_and_says_the_same(both, batch):
    """Fault: heads, norms or filling-up in another order than the weights were trained with."""
    ours, theirs = (one.eval() for one in both)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    with torch.inference_mode():
        told, wanted = (one(**batch).last_hidden_state for one in (ours, theirs))
        seen = batch["attention_mask"].bool()
        assert torch.allclose(told[seen], wanted[seen], atol=1e-5)
        without = {k: v for k, v in batch.items() if k != "token_type_ids"}
        told, wanted = (one(**without).last_hidden_state for one in (ours, theirs))
        assert torch.allclose(told[seen], wanted[seen], atol=1e-5)


def test_what_only_fills_up_changes_nothing(both, batch):
    ours = both[0].eval()
    short = {name: value[1:2, :7] for name, value in batch.items()}
    with torch.inference_mode():
        long = ours(**batch).last_hidden_state[1:2, :7]
        assert torch.allclose(ours(**short).last_hidden_state, long, atol=1e-5)


def test_it_learns_as_theirs_by_the_same_chance(both, batch):
    """Fault: a resumed or repeated training ends in other weights than the shipped ones."""
    ours, theirs = (one.train() for one in both)
    grads = []
    for one in (ours, theirs):
        one.zero_grad()
        torch.manual_seed(5)
        one(**batch).last_hidden_state.square().mean().backward()
        grads.append({name: p.grad for name, p in one.named_parameters()})
    for name, grad in grads[0].items():
        assert torch.allclose(grad, grads[1][name], atol=1e-6), name


def test_reading_a_story_needs_no_transformers():
    """Fault: everybody who reads a story waits seconds for an import."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from storyface_assets.lib.text.emotion_readers import load_emotion_reader\n"
        "from storyface_assets.lib.text.sentences import Sentence\n"
        "reader = load_emotion_reader(Path('data/open_models/text_emotion'))\n"
        "reader.read([Sentence(0, '토끼가 웃었어요.', 0, 0, False)])\n"
        "assert 'transformers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
