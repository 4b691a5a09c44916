"""Every asset says what it is, where it belongs and who owns it."""

import inspect

import pytest

from storyface_assets.assets.books import BOOK_ASSETS
from storyface_assets.assets.catalog import CATALOG_ASSETS
from storyface_assets.assets.dataset import DATASET_ASSETS
from storyface_assets.assets.models import MODEL_ASSETS
from storyface_assets.definitions import build_definitions
from storyface_assets.previews.asset_graph import asset_graph
from storyface_assets.settings import Settings
from storyface_assets.vocabulary import GROUPS, OWNERS
from storyface_assets_tests.tiny_books import REPOSITORY

KEYS = {
    "books/book",
    "books/character",
    "books/emotion_faces",
    "books/film",
    "books/head_files",
    "books/heads",
    "books/narration",
    "books/photo",
    "books/portrait",
    "books/sentence_emotions",
    "books/sentences",
    "books/story",
    "books/wishes",
    "catalog/index",
    "dataset/augmented_faces",
    "dataset/box_checked",
    "dataset/celeba_images",
    "dataset/celeba_photos",
    "dataset/cropped_faces",
    "dataset/deduplicated",
    "dataset/emotion_photos",
    "dataset/emotion_splits",
    "dataset/general_sentences",
    "dataset/head_shots",
    "dataset/label_decisions",
    "dataset/label_filtered",
    "dataset/near_duplicates",
    "dataset/raw_emotion_images",
    "dataset/stargan_training_set",
    "dataset/story_corpus",
    "dataset/story_sentences",
    "dataset/studio_pairs",
    "dataset/text_corpora",
    "models/face_attributes_candidate",
    "models/face_attributes_champion",
    "models/face_attributes_evaluation",
    "models/face_geometry_candidate",
    "models/face_geometry_champion",
    "models/face_geometry_evaluation",
    "models/image_emotion_candidate",
    "models/image_emotion_champion",
    "models/image_emotion_evaluation",
    "models/open_head_champion",
    "models/stargan_candidate",
    "models/stargan_champion",
    "models/stargan_evaluation",
    "models/text_emotion_candidate",
    "models/text_emotion_champion",
    "models/text_emotion_evaluation",
}
GRAPH = build_definitions(Settings.at(REPOSITORY / "data")).resolve_asset_graph()
NODES = [GRAPH.get(key) for key in sorted(GRAPH.get_all_asset_keys(), key=str)]


def test_the_keys_are_the_ones_that_are_documented():
    # A renamed asset loses its history; rename it here too, on purpose.
    assert {node.key.to_user_string() for node in NODES} == KEYS


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.key.to_user_string())
class TestEachAsset:
    def test_group_is_key_prefix(self, node):
        assert node.group_name == node.key.path[0] and node.group_name in GROUPS

    def test_is_described(self, node):
        assert node.description and len(node.description) > 40

    def test_has_owner_kind_and_code_version(self, node):
        assert list(node.owners) == list(OWNERS)
        assert node.kinds and node.code_version

    def test_has_a_check_if_it_is_made(self, node):
        if node.is_materializable:
            assert GRAPH.get_check_keys_for_assets({node.key})


@pytest.mark.parametrize(
    "definition",
    [*BOOK_ASSETS, *CATALOG_ASSETS, *MODEL_ASSETS, *DATASET_ASSETS],
    ids=lambda d: d.node_def.name,
)
class TestEachFunction:
    def function(self, definition):
        return definition.node_def.compute_fn.decorated_fn

    def test_lies_in_the_folder_of_its_group(self, definition):
        module = inspect.getmodule(self.function(definition)).__name__
        assert {key.path[0] for key in definition.keys} == {module.split(".")[2]}

    def test_fits_on_a_screen(self, definition):
        # Longer than this, work belongs in lib/.
        lines, _ = inspect.getsourcelines(self.function(definition))
        assert len(lines) <= 60


def test_graph_text_has_every_asset_and_edge():
    text = asset_graph(build_definitions(Settings.at(REPOSITORY / "data")))
    assert text.startswith("flowchart LR\n")
    assert all(f"{key.replace('/', '_')}" in text for key in KEYS)
    assert text.count("-->") == sum(len(node.parent_keys) for node in NODES)
    assert "books_photo --> books_portrait" in text
