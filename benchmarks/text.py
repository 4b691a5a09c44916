"""Sentences a second of the text emotion models on one core.

    python benchmarks/text.py [--sentences 300] [--rounds 3] [--vocabulary 12000]

The open model as it is shipped reads whole stories. Of the research model only the speed can be
measured here: KoELECTRA's weights are not part of the project, so the network is ELECTRA-small's
shape (12 layers of 256) with RANDOM weights, and its vocabulary is made from the training corpus;
how many pieces a sentence has of it is printed, and decides how much filling there is.

Baseline: float32, 16 sentences in story order, each filled up to 75 pieces, as the published
recipe reads. Against it, in the same run and on the same sentences: sorted by length and filled
up to the longest of 16 (the answers are the same, which is checked), and that in int8. With
context the same is measured against inputs that are filled up to the recipe's length. What
accuracy int8 costs cannot be said of random weights: the training measures it on validation
stories.

Rounds of all ways take turns; the best round of each counts.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from tokenizers import BertWordPieceTokenizer, Tokenizer
from torch import nn
from transformers import ElectraConfig, ElectraModel

from storyface_assets.lib.text.emotion_readers import load_emotion_reader
from storyface_assets.lib.text.labelled_stories import LabelledSentences, read_labelled_sentences
from storyface_assets.lib.text.sentences import Sentence
from storyface_assets.lib.text.transformer.batches import as_batch
from storyface_assets.lib.text.transformer.encoding import encode
from storyface_assets.lib.text.transformer.int8 import in_int8
from storyface_assets.lib.text.transformer.network import EmotionNetwork
from storyface_assets.lib.text.transformer.predict import predict
from storyface_assets.lib.text.transformer.recipe import RESEARCH, SEEDS
from storyface_assets.lib.text.transformer.rows import Row
from storyface_assets.lib.text.transformer.tokens import Special, Tokens

DATA = Path(__file__).resolve().parents[1] / "data"
BATCH = 16


def made_tokens(texts: list[str], size: int) -> Tokens:
    """A WordPiece vocabulary of these texts."""
    maker = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    maker.train_from_iterator(texts, vocab_size=size, min_frequency=2, show_progress=False)
    return Tokens(Tokenizer.from_str(maker.to_str()), Special())


def random_network(pieces: int) -> EmotionNetwork:
    """ELECTRA-small's shape, as KoELECTRA-small-v3 has it but for the vocabulary."""
    torch.manual_seed(0)
    config = ElectraConfig(
        vocab_size=pieces,
        embedding_size=128,
        hidden_size=256,
        num_hidden_layers=12,
        num_attention_heads=4,
        intermediate_size=1024,
    )
    return EmotionNetwork(ElectraModel(config)).eval()


def filled_up(network: nn.Module, rows: list[Row], pad: int, length: int) -> np.ndarray:
    """The baseline: in story order, all of one length."""
    found = []
    with torch.inference_mode():
        for first in range(0, len(rows), BATCH):
            batch = as_batch(rows[first : first + BATCH], pad, torch.device("cpu"), length)
            found.append(network(batch).scores.numpy())
    return np.concatenate(found)


def best_of(ways: list[Callable[[], object]], rounds: int) -> list[float]:
    """Seconds of the best round of each way; they take turns."""
    best = [float("inf")] * len(ways)
    for _ in range(rounds):
        for place, way in enumerate(ways):
            began = time.perf_counter()
            way()
            best[place] = min(best[place], time.perf_counter() - began)
    return best


def open_model(data: LabelledSentences, rounds: int) -> None:
    """Print how fast the shipped model reads whole stories."""
    reader = load_emotion_reader(DATA / "open_models" / "text_emotion")
    stories = [
        [
            Sentence(i, data.texts[place], 0, 0, False)
            for i, place in enumerate(np.flatnonzero(np.array(data.stories) == story))
        ]
        for story in dict.fromkeys(data.stories)
    ]
    reader.read(stories[0])
    [seconds] = best_of([lambda: [reader.read(story) for story in stories]], rounds)
    count = len(data.texts)
    print(
        f"open model: {count / seconds:.0f} sentences/s ({seconds / count * 1000:.1f} ms each), "
        f"{len(stories)} stories"
    )


def transformer(data: LabelledSentences, vocabulary: int, rounds: int) -> None:
    """Print how fast each way of reading by a transformer is, with and without context."""
    tokens = made_tokens(read_labelled_sentences(DATA / "text" / "corpus.tsv").texts, vocabulary)
    network = random_network(tokens.size)
    rounded = in_int8(network)
    sizes = [len(piece) for piece in tokens.pieces(data.texts)]
    print(
        f"transformer with RANDOM weights (speed only): ELECTRA-small's shape, "
        f"{sum(p.numel() for p in network.parameters()):,} parameters, vocabulary {tokens.size:,}; "
        f"{np.mean(sizes):.1f} pieces a sentence, the longest {max(sizes)}"
    )
    for name, window in (("alone", SEEDS.window), ("with context", RESEARCH.window)):
        rows = encode(tokens, data.texts, data.stories, window)

        def plain(rows: list[Row] = rows, length: int = window.max_len) -> np.ndarray:
            return filled_up(network, rows, tokens.pad, length)

        def sorted_by_length(rows: list[Row] = rows, of: nn.Module = network) -> np.ndarray:
            return predict(of, rows, tokens.pad, BATCH)[0]

        def in_integers(rows: list[Row] = rows) -> np.ndarray:
            return predict(rounded, rows, tokens.pad, BATCH)[0]

        away = np.abs(plain() - sorted_by_length()).max()
        assert away < 1e-4, away
        slow, fast, integers = best_of([plain, sorted_by_length, in_integers], rounds)
        count, pieces = len(rows), np.mean([len(row) for row in rows])
        print(
            f"{name}, {pieces:.0f} pieces an input: float32 filled up to {window.max_len} "
            f"{count / slow:.1f} sentences/s; by length {count / fast:.1f}, ratio "
            f"{slow / fast:.2f} (answers differ by {away:.0e}); by length in int8 "
            f"{count / integers:.1f}, ratio {slow / integers:.2f}"
        )


def main() -> None:
    """Print a line a measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sentences", type=int, default=300, help="of the test stories")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--vocabulary", type=int, default=12_000, help="pieces at most")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"load {os.getloadavg()[0]:.1f}, 1 thread, torch {torch.__version__}")
    every = read_labelled_sentences(DATA / "text" / "corpus_test.tsv")
    few = slice(0, options.sentences)
    data = LabelledSentences(
        every.stories[few], every.texts[few], every.emotions[few], every.intensities[few]
    )
    open_model(data, options.rounds)
    transformer(data, options.vocabulary, options.rounds)


if __name__ == "__main__":
    main()
