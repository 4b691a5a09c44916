"""The vocabulary that an ELECTRA is pre-trained with, as its files lie in a folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.text.transformer.rows import Row
from storyface_assets.lib.text.transformer.tokens import Special, Tokens

FILES: Final = ("vocab.txt", "tokenizer_config.json")
MASK: Final = "[MASK]"
UNKNOWN: Final = "[UNK]"
#: Share of the pieces that may be unknown; KoELECTRA's vocabulary does not know 1 in 10,000 here,
#: and four in five if Hangul is taken apart by mistake (``do_lower_case``).
_UNKNOWN_AT_MOST: Final = 0.1


@dataclass(frozen=True)
class ElectraVocabulary:
    """Pieces, and the files that say which.

    Attributes:
        folder: where the files lie.
        files: their bytes, by name.
        tokens: cuts texts into pieces.
        mask: number of ``[MASK]``.
        unknown: number of ``[UNK]``.
    """

    folder: Path
    files: Mapping[str, bytes]
    tokens: Tokens
    mask: int
    unknown: int

    @classmethod
    def read(cls, folder: Path) -> "ElectraVocabulary":
        """WordPiece as BERT's, which ELECTRA's is.

        Raises:
            BadInput: files are missing, or are no such vocabulary.
        """
        files = {}
        for name in FILES:
            try:
                files[name] = (folder / name).read_bytes()
            except OSError as error:
                mend = "Give a folder with both files, such as GoEmotions-Korean's."
                problem = f"has no {name} that can be read ({error.strerror})."
                raise BadInput(folder, "--vocabulary", problem, mend) from error
        # Imported late: it takes seconds.
        from transformers import BertTokenizer

        try:
            cut = BertTokenizer.from_pretrained(folder, local_files_only=True).backend_tokenizer
            tokens = Tokens(cut, Special())
            numbers = [cut.token_to_id(piece) for piece in (MASK, UNKNOWN)]
            if None in numbers:
                raise ValueError(f"it has no {MASK} or no {UNKNOWN}")
        except Exception as error:  # what damaged files raise is not said anywhere
            problem = f"is no vocabulary of BERT's kind ({error})."
            raise BadInput(folder, " and ".join(FILES), problem, "Take both anew.") from error
        return cls(folder, files, tokens, *numbers)

    def refuse_unknown(self, rows: Sequence[Row]) -> None:
        """Refuse a vocabulary that does not know the text.

        Raises:
            BadInput: many pieces are unknown.
        """
        pieces = np.concatenate([row.pieces for row in rows] or [np.zeros(0, np.int64)])
        share = float((pieces == self.unknown).mean()) if len(pieces) else 0.0
        if share > _UNKNOWN_AT_MOST:
            problem = f"does not know {share:.0%} of the text's pieces."
            mend = f"Use a Korean vocabulary; in {FILES[1]} Korean needs do_lower_case false."
            raise BadInput(self.folder, FILES[0], problem, mend)
