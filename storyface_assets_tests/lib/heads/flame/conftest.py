from pathlib import Path

import numpy as np
import pytest

from storyface_assets.lib.heads.flame.convert import convert_flame
from storyface_assets.lib.heads.flame.model import Flame
from storyface_assets_tests.lib.heads.flame.tiny_flame import write_2020, write_landmarks


@pytest.fixture(scope="session")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    folder: Path = tmp_path_factory.mktemp("flame")
    return convert_flame([write_2020(folder), write_landmarks(folder)])


@pytest.fixture(scope="session")
def flame(arrays: dict[str, np.ndarray]) -> Flame:
    """In double precision, so that closed forms hold to rounding."""
    return Flame(arrays).double()
