import itertools

import numpy as np
import pytest

from storyface_assets.lib.heads.expressions import archetype, unit_code
from storyface_assets.lib.heads.units import UNITS
from storyface_assets.vocabulary import FACE_EXPRESSIONS

CODES = {(n, v): archetype(n, v) for n in FACE_EXPRESSIONS for v in (0, 1)}


def test_every_expression_is_symmetric() -> None:
    for code in CODES.values():
        for name in UNITS:
            if name.endswith("Left") and name not in ("jawLeft", "mouthLeft"):
                assert code[UNITS.index(name)] == code[UNITS.index(name[:-4] + "Right")]


def test_expressions_are_far_apart() -> None:
    # Two that share their main units would read as the same face.
    for (a, va), (b, vb) in itertools.combinations(CODES, 2):
        if a != b:
            distance = np.linalg.norm(CODES[a, va] - CODES[b, vb])
            assert distance > 1.0, (a, va, b, vb)


def test_neutral_is_nearly_still() -> None:
    assert np.linalg.norm(CODES["neutral", 0]) < 0.5


def test_a_name_without_a_side_sets_both() -> None:
    code = unit_code({"eyeBlink": 0.7, "jawLeft": 0.2})
    assert code[UNITS.index("eyeBlinkLeft")] == code[UNITS.index("eyeBlinkRight")]
    assert np.count_nonzero(code) == 3


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError, match="eyeRoll"):
        unit_code({"eyeRoll": 1.0})
    with pytest.raises(ValueError, match="boredom"):
        archetype("boredom")
    with pytest.raises(ValueError, match="variant 2"):
        archetype("happy", 2)
