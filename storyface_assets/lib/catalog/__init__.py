"""The shelf of finished films: a folder of films with a web page that shows them."""

from storyface_assets.lib.catalog.page import FilmCard, write_page
from storyface_assets.lib.catalog.shelf import place_file

__all__ = ["FilmCard", "place_file", "write_page"]
