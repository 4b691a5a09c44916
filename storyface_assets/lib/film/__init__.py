"""The film: acting, stage, lettering, encoding and checking."""

from storyface_assets.lib.film.facts import FilmFacts, check_film
from storyface_assets.lib.film.lettering import Cards
from storyface_assets.lib.film.performance import Performance, perform
from storyface_assets.lib.film.report import FilmReport, FilmText
from storyface_assets.lib.film.stills import film_stills
from storyface_assets.lib.film.teaser import teaser_moments, write_teaser
from storyface_assets.lib.film.timeline import Timeline
from storyface_assets.lib.film.write import write_film

__all__ = [
    "Cards",
    "FilmFacts",
    "FilmReport",
    "FilmText",
    "Performance",
    "Timeline",
    "check_film",
    "film_stills",
    "perform",
    "teaser_moments",
    "write_film",
    "write_teaser",
]
