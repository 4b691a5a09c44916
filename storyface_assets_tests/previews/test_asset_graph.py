"""The README's picture of the graph is the graph."""

from storyface_assets.definitions import build_definitions
from storyface_assets.previews.asset_graph import asset_graph
from storyface_assets.settings import Settings
from storyface_assets_tests.tiny_books import REPOSITORY


def test_readme_shows_the_graph_as_it_is():
    # A renamed or new asset would leave the README telling an old story. Mend it with
    # python -m storyface_assets.previews.asset_graph
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    shown = readme.split("```mermaid\n", 1)[1].split("```", 1)[0]
    assert shown == asset_graph(build_definitions(Settings.at(REPOSITORY / "data")))
