"""A story and a photo as a person would have them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

STORY = """# 작은 곰

옛날에 작은 곰이 살았어요. 곰은 날마다 꿀을 찾았어요.

* Text: 김하나
* License: CC0
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "곰 이야기.md"
    path.write_text(STORY, "utf-8")
    return path


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    path = tmp_path / "Photo.JPG"
    noise = np.random.default_rng(1).integers(0, 256, (12, 10, 3), np.uint8)
    Image.fromarray(noise).resize((200, 240)).save(path, "JPEG")
    return path
