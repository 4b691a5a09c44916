"""What is made of all books together."""

from storyface_assets.assets.catalog.index import index

CATALOG_ASSETS = [index]
