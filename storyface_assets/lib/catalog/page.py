"""The web page of finished films: one static file beside the films, in Korean."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from storyface_assets.vocabulary import AI_LABEL

_TEMPLATE = "page.html.jinja"


@dataclass(frozen=True)
class FilmCard:
    """One film on the page.

    Attributes:
        slug: the film is ``<slug>.mp4``, its poster ``posters/<slug>.jpg``.
        title: as people read it.
        author: empty if nobody said.
        licence: of the text; empty if nobody said.
        seconds: length of the film.
        sentences: how many.
        colours: one ``#rrggbb`` a sentence: the emotions of the story from left to right.
        teaser: whether there is a ``teasers/<slug>.mp4`` to show some of it.
    """

    slug: str
    title: str
    author: str
    licence: str
    seconds: float
    sentences: int
    colours: tuple[str, ...] = ()
    teaser: bool = False

    @property
    def length(self) -> str:
        """Minutes and seconds in Korean."""
        minutes, seconds = divmod(round(self.seconds), 60)
        return f"{minutes}분 {seconds}초" if minutes else f"{seconds}초"


def write_page(folder: Path, cards: Sequence[FilmCard], legend: Sequence[tuple[str, str]]) -> Path:
    """Write ``index.html``; titles and names are escaped.

    Args:
        folder: where; films and posters lie beside it.
        cards: the films in order.
        legend: emotion and ``#rrggbb`` of each.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = files(__package__).joinpath(_TEMPLATE).read_text("utf-8")
    page = environment.from_string(template).render(cards=cards, legend=legend, label=AI_LABEL)
    path = folder / "index.html"
    path.write_text(page, "utf-8")
    return path
