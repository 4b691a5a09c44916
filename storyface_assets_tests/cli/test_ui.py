"""The UI's code location."""

from dagster._core.workspace.load import location_origins_from_yaml_paths

from storyface_assets.cli.ui import CODE_LOCATION
from storyface_assets_tests.tiny_books import REPOSITORY


def test_the_ui_and_the_workspace_file_name_the_same_location():
    # Under two names the sensors that a person switched on are off again, and runs look foreign.
    [origin] = location_origins_from_yaml_paths([str(REPOSITORY / "workspace.yaml")])
    assert origin.location_name == CODE_LOCATION
