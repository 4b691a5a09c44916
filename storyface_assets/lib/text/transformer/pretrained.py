"""Encoders to begin from: a folder as the hub holds it, the hub itself, or a package's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer import e5
from storyface_assets.lib.text.transformer.base import E5, Base
from storyface_assets.lib.text.transformer.bert import BertEncoder
from storyface_assets.lib.text.transformer.tokens import Special, Tokens

if TYPE_CHECKING:
    from transformers import PreTrainedModel

KOELECTRA: Final = "monologg/koelectra-base-v3-discriminator"
CONFIG_NAME: Final = "config.json"
#: Parts of BERT's kind that only its own pre-training needs; this network has heads of its own.
_NOT_NEEDED: Final = "pooler."
#: Share of a network's pieces that its vocabulary has at least; some networks are rounded up.
_FULL: Final = 0.9


@dataclass(frozen=True)
class Pretrained:
    """An encoder with its tokeniser.

    Attributes:
        encoder: ``BertEncoder`` or a Hugging Face encoder, in float32.
        tokens: its tokeniser.
        base: what is installed anyway and need not be saved with a model; else ``None``.
    """

    encoder: PreTrainedModel | BertEncoder
    tokens: Tokens
    base: Base | None = None


def find_encoder(given: Path, name: str = KOELECTRA) -> str:
    """Where an encoder is taken from.

    Args:
        given: the folder of one; else a folder of ``data/raw``, beside which
            ``weights/<last part of the name>`` is looked for.
        name: on the hub, which is asked when there is no such folder; or ``base.E5``.

    Returns:
        A folder or the name.
    """
    for folder in (given, given.parent / "weights" / name.rpartition("/")[2]):
        if (folder / CONFIG_NAME).is_file():
            return str(folder)
    return name


def load_pretrained(source: str, max_len: int, layers: int = 0) -> Pretrained:
    """Load an encoder and its tokeniser.

    A folder is read without asking the hub. For a name the hub's cache and ``HF_HUB_OFFLINE``
    count as in all of Hugging Face's tools. No code of others is run.

    Args:
        source: a folder (``config.json``, weights, ``vocab.txt`` or ``tokenizer.json``), or a name
            on the hub, or ``base.E5`` for the package's.
        max_len: pieces that an input will have at most.
        layers: that are kept, from below; 0 for all.

    Raises:
        BadInput: it is not there, damaged, without a fast tokeniser, takes only shorter inputs, has
            fewer layers, or its weights, vocabulary and configuration are not of one model.
    """
    if source == E5:
        path = e5.find_e5()
        begun = Pretrained(*e5.load_e5(path), Base(E5, e5.file_hash(path), layers=layers))
        _refuse_longer(source, begun.encoder, max_len)
        _keep(source, begun.encoder, layers)
        return begun
    folder = Path(source).is_dir()
    if not folder and (Path(source).is_absolute() or source.startswith(".")):
        raise BadInput(source, "", "is not there.", "Give the folder of a Hugging Face encoder.")
    mend = (
        "Download the model's whole folder again."
        if folder
        else f"Put its files into a folder and give that, e.g. by `hf download {source}`."
    )
    # Imported late: it takes seconds, and the package's encoder does without.
    from transformers import AutoModel, AutoTokenizer

    try:
        with _quiet():
            tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=folder)
            encoder, report = AutoModel.from_pretrained(
                source, local_files_only=folder, output_loading_info=True, dtype=torch.float32
            )
        special = Special(tokenizer.cls_token, tokenizer.sep_token, tokenizer.pad_token)
        tokens = Tokens(tokenizer.backend_tokenizer, special)
    except Exception as error:  # what damaged files raise is not said anywhere
        problem = f"cannot be loaded as an encoder ({_first_line(error)})."
        raise BadInput(source, "", problem, mend) from error
    _refuse_strangers(source, encoder, tokens, report, mend)
    _refuse_longer(source, encoder, max_len)
    _keep(source, encoder, layers)
    return Pretrained(encoder, tokens)


def _keep(source: str, encoder: PreTrainedModel | BertEncoder, layers: int) -> None:
    """Cut off the layers above; of the kind of BERT, whose layers are ``encoder.layer``."""
    if not layers:
        return
    stack: Any = encoder.encoder
    if layers > (known := len(stack.layer)):
        problem = f"has {known} layers, the recipe asks for {layers}."
        raise BadInput(source, "num_hidden_layers", problem, "Use another encoder.")
    stack.layer = stack.layer[:layers]
    encoder.config.num_hidden_layers = layers


def _refuse_longer(source: str, encoder: PreTrainedModel | BertEncoder, max_len: int) -> None:
    if (longest := getattr(encoder.config, "max_position_embeddings", max_len)) < max_len:
        problem = f"takes {longest} pieces, the recipe asks for {max_len}."
        raise BadInput(source, "max_position_embeddings", problem, "Use another encoder.")


def _refuse_strangers(
    source: str, encoder: PreTrainedModel, tokens: Tokens, report: dict[str, Any], mend: str
) -> None:
    """Transformers gives what a file lacks random weights, and only logs it."""
    wrong = [name for name in report["missing_keys"] if not name.startswith(_NOT_NEEDED)]
    wrong += [str(one) for one in report["mismatched_keys"]]
    if wrong:
        problem = f"is not in the weights, or of another shape ({len(wrong)} such arrays)."
        raise BadInput(source, min(wrong), problem, mend)
    # A damaged vocabulary loads as a small one, by which every word is unknown.
    if not _FULL * encoder.config.vocab_size <= tokens.size <= encoder.config.vocab_size:
        problem = f"has {tokens.size} pieces, the network {encoder.config.vocab_size}."
        raise BadInput(source, "vocabulary", problem, mend)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


@contextmanager
def _quiet() -> Iterator[None]:
    """Without a report of the pre-training's own head, which is left out on purpose."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
