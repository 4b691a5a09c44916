"""From a head to its film: what is handed on."""

import numpy as np
import pandas as pd
import pytest

from storyface_assets.lib import production
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.detail_window import DETAIL_SIZE
from storyface_assets.lib.heads.expressions import archetype
from storyface_assets.lib.heads.wrinkles import PHOTO
from storyface_assets.vocabulary import FACE_EXPRESSIONS


class Enough(Exception):
    """What the test wanted to see was seen."""


@pytest.mark.parametrize("wrinkled", [True, False])
def test_a_film_gets_its_head_s_wrinkles(tmp_path, monkeypatch, wrinkled):
    """Fault: a wrinkled head acts with smooth skin."""
    codes = {name: archetype(name) for name in FACE_EXPRESSIONS}
    none = np.zeros((DETAIL_SIZE, DETAIL_SIZE), np.float32)
    maps = dict.fromkeys((*codes, PHOTO), none) if wrinkled else {}
    head = CharacterHead(
        np.zeros(100), np.zeros(50), codes, np.zeros((8, 8, 3), np.uint8), displacement=maps
    )

    def write_film(*args, wrinkles, **rest):
        assert wrinkles is head.wrinkles and (wrinkles is not None) is wrinkled
        raise Enough

    for name in ("HeadRenderer", "build_accessories", "perform", "film_text"):
        monkeypatch.setattr(production, name, lambda *args, **rest: None)
    monkeypatch.setattr(production, "write_film", write_film)

    class Anything:
        def __getattr__(self, name):
            return Anything()

    table = pd.DataFrame({"emotion": ["중립"], "intensity": [0.1], "page": [0]})
    with pytest.raises(Enough):
        production.make_film(tmp_path, Anything(), table, head, Anything(), Anything())
