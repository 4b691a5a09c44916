"""A tiny ELECTRA in the files that the hub's KoELECTRA has, and stories that tell their emotion."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel, ElectraConfig, ElectraForPreTraining

from storyface_assets.lib.text.labelled_stories import LabelledSentences
from storyface_assets.vocabulary import TEXT_EMOTIONS

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
#: Said in a sentence of each emotion, in TEXT_EMOTIONS order.
TELLING = (
    "길을 걸었어요",
    "엉엉 울었어요",
    "화를 냈어요",
    "벌벌 떨었어요",
    "활짝 웃었어요",
    "깜짝 놀랐어요",
)
WHO = ("토끼가", "곰이", "아이가", "여우가", "할머니가", "임금님이")


def vocabulary() -> list[str]:
    """A WordPiece vocabulary of the syllables of these stories."""
    letters = sorted({char for text in (*TELLING, *WHO) for char in text if char != " "})
    return [*SPECIAL, *letters, ".", "!", *(f"##{char}" for char in letters)]


def write_encoder(folder: Path, pieces: int = 128, layers: int = 2) -> Path:
    """Files as on the hub: ``config.json``, ``pytorch_model.bin``, tokeniser files, no more."""
    folder.mkdir(parents=True)
    words = vocabulary()
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", "utf-8")
    settings = {"do_lower_case": False, "model_max_length": pieces}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    torch.manual_seed(3)
    network = ElectraForPreTraining(
        ElectraConfig(
            vocab_size=len(words),
            embedding_size=16,
            hidden_size=32,
            num_hidden_layers=layers,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=pieces,
        )
    )
    settings = {"architectures": ["ElectraForPreTraining"], **network.config.to_diff_dict()}
    (folder / "config.json").write_text(json.dumps(settings), "utf-8")
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    return folder


def write_bert(folder: Path) -> Path:
    """Likewise, another kind of encoder, by ``save_pretrained``."""
    write_encoder(folder)
    (folder / "pytorch_model.bin").unlink()
    torch.manual_seed(4)
    config = BertConfig(
        vocab_size=len(vocabulary()),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def telling_stories(
    stories: int, sentences: int, seed: int, prefix: str, who: Sequence[str] = WHO
) -> LabelledSentences:
    """Stories whose every sentence has words of one emotion only.

    Those of others (``who``) have no sentence that is nearly one of theirs.
    """
    rng = np.random.default_rng(seed)
    emotions = rng.integers(0, len(TEXT_EMOTIONS), stories * sentences)
    texts = [f"{who[rng.integers(len(who))]} {TELLING[kind]}." for kind in emotions]
    names = [f"{prefix}{place // sentences:02d}" for place in range(len(texts))]
    return LabelledSentences(names, texts, emotions, np.where(emotions == 0, 0.1, 0.8))


def write_table(file: Path, data: LabelledSentences) -> None:
    """As ``read_labelled_sentences`` reads it."""
    lines, last, order = ["story_id\torder\tsentence\temotion\tintensity"], "", 0
    for story, text, kind, strength in zip(
        data.stories, data.texts, data.emotions, data.intensities, strict=True
    ):
        order = order + 1 if story == last else 0
        last = story
        lines.append(f"{story}\t{order}\t{text}\t{TEXT_EMOTIONS[kind]}\t{strength}")
    file.write_text("\n".join(lines) + "\n", "utf-8")


def write_corpus(folder: Path, train: LabelledSentences, test: LabelledSentences) -> Path:
    """The tables of a corpus, without twins."""
    folder.mkdir(parents=True)
    write_table(folder / "corpus.tsv", train)
    write_table(folder / "corpus_test.tsv", test)
    (folder / "twins.tsv").write_text("train\ttest\twhy\n", "utf-8")
    return folder
