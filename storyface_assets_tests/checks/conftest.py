from types import SimpleNamespace

import pandas as pd
import pytest

from storyface_assets.lib.dataset.schema import SPLITS
from storyface_assets.lib.store import BlobStore
from storyface_assets.vocabulary import FACE_EXPRESSIONS


@pytest.fixture
def rows():
    table = [
        {
            "person": f"{split} {n}",
            "group": f"{split} {n} {expression}",
            "sha256": f"{split} {n} {expression}",
            "picture": f"picture {split} {n} {expression}",
            "expression": expression,
            "split": split,
        }
        for split in SPLITS
        for n in range(2)
        for expression in FACE_EXPRESSIONS
    ]
    return pd.DataFrame(table)


@pytest.fixture
def installation(tmp_path):
    settings = SimpleNamespace(
        studio_dir=tmp_path / "studio", emotion_photos_dir=tmp_path / "studio" / "aihub82"
    )
    return SimpleNamespace(settings=settings, blobs=lambda: BlobStore(tmp_path / "blobs"))
