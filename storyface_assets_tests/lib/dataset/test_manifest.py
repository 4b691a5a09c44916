"""What is known of photo files."""

import os
from pathlib import Path

import pyarrow as pa

from storyface_assets.lib.dataset.listing import PHOTOS
from storyface_assets.lib.dataset.manifest import RECIPE, photo_facts
from storyface_assets.lib.dataset.photo_source import NOT_READ
from storyface_assets.lib.store import Memo

PORTRAIT = next((Path(__file__).parents[3] / "data" / "books").glob("*/portrait.jpg"))


def test_a_photo_that_comes_back_is_read(tmp_path: Path) -> None:
    """Fault: an error of the disk that passed is remembered, and the photo is lost for good."""
    photo, memo = tmp_path / "a.jpg", Memo(tmp_path / "memo", "files", RECIPE)
    data = PORTRAIT.read_bytes()
    row = {"photo": photo.name, "bytes": len(data), "stamp": "1", "fault": ""}
    columns = [[row.get(field.name, "")] for field in PHOTOS]
    table = pa.Table.from_arrays([pa.array(c) for c in columns], names=PHOTOS.names)
    assert photo_facts(tmp_path, table, memo)["fault"].to_pylist() == [NOT_READ]
    photo.write_bytes(data)
    assert photo_facts(tmp_path, table, memo)["fault"].to_pylist() == [""]
    os.remove(photo)  # and what was read once is known
    assert photo_facts(tmp_path, table, memo)["width"].to_pylist() == [768]
