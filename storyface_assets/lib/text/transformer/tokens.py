"""A tokeniser as this model uses it: pieces of texts, and the numbers of three special ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from tokenizers import Tokenizer

from storyface_assets.lib.durable import write_durably
from storyface_assets.lib.errors import BadInput

TOKENIZER_NAME: Final = "tokenizer.json"


@dataclass(frozen=True)
class Special:
    """The pieces that stand between texts.

    Attributes:
        cls: begins every input; what is said of the sentence is read there.
        sep: ends a part.
        pad: fills up; nothing looks at it.
    """

    cls: str = "[CLS]"
    sep: str = "[SEP]"
    pad: str = "[PAD]"


class Tokens:
    """Cuts texts into numbered pieces.

    Args:
        tokenizer: of the ``tokenizers`` package; neither pads nor cuts from now on.
        special: its special pieces.

    Attributes:
        cls, sep, pad: numbers of the special pieces.
        special: their names.
        size: one more than the greatest number.

    Raises:
        ValueError: it does not know one of the special pieces.
    """

    def __init__(self, tokenizer: Tokenizer, special: Special) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer, self.special = tokenizer, special
        self.cls, self.sep, self.pad = (
            self._number(name) for name in (special.cls, special.sep, special.pad)
        )
        self.size = 1 + max(tokenizer.get_vocab(with_added_tokens=True).values())

    @classmethod
    def load(cls, folder: Path, special: Special, mend: str) -> "Tokens":
        """What :meth:`save` wrote.

        Raises:
            BadInput: the file is missing, damaged, or of other special pieces.
        """
        path = folder / TOKENIZER_NAME
        try:
            return cls(Tokenizer.from_str(path.read_text("utf-8")), special)
        except Exception as error:  # tokenizers raises bare Exceptions
            raise BadInput(path, "", f"is no tokeniser of this model ({error}).", mend) from error

    def save(self, folder: Path) -> None:
        """Write ``tokenizer.json``."""
        write_durably(folder / TOKENIZER_NAME, self._tokenizer.to_str().encode())

    def pieces(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Numbers of the pieces of each text, int64, without special ones around them."""
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [np.array(one.ids, np.int64) for one in found]

    def _number(self, piece: str) -> int:
        number = self._tokenizer.token_to_id(piece)
        if number is None:
            raise ValueError(f"it has no piece {piece}")
        return int(number)
