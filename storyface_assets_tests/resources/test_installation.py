"""What assets know of their machine."""

import pytest

from storyface_assets.lib.errors import BadInput
from storyface_assets.resources.installation import Installation
from storyface_assets.settings import Settings


@pytest.mark.parametrize("key", ["../../etc", "/etc", "내 책", "a/b", ""])
def test_a_partition_key_that_is_no_slug_becomes_no_path(tmp_path, key):
    # The UI lets anyone add a partition of any name.
    with pytest.raises(BadInput, match="not a safe name"):
        Installation.of(Settings.at(tmp_path)).book_folder(key)
