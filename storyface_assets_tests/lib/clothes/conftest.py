import pytest

from storyface_assets.lib.heads.open_head import OpenHead
from storyface_assets_tests.lib.hair.people import HEAD


@pytest.fixture(scope="session")
def model() -> OpenHead:
    return OpenHead.load(HEAD)
