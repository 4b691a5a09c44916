"""The shelf of finished films: a folder of films with a web page that shows them."""

from storyface_assets.lib.catalog.page import FilmCard, write_page
from storyface_assets.lib.catalog.shelf import lay_out_film, place_file, take_down_film

__all__ = ["FilmCard", "lay_out_film", "place_file", "take_down_film", "write_page"]
