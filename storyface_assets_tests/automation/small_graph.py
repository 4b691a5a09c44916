"""A graph with the shape of a book's, of assets that cost nothing, on a real instance."""

from dataclasses import dataclass, field

from dagster import (
    AssetCheckResult,
    AssetKey,
    AssetObservation,
    AssetSpec,
    DagsterInstance,
    DataVersion,
    Definitions,
    MaterializeResult,
    asset,
    asset_check,
)

from storyface_assets.assets.declare import book_asset, book_key
from storyface_assets.automation.jobs import render_books
from storyface_assets.automation.rendering import Outcome, render_book
from storyface_assets.automation.staleness import GroupGraph, Staleness
from storyface_assets.partitions import BOOKS, BOOKS_NAME

SLUG = "tokki"


@dataclass
class World:
    """What the assets make, for tests to change.

    Attributes:
        content: data version that each asset will have.
        fails: assets that raise.
        check_passes: result of the blocking check on ``text``.
        gone: assets that the store has lost.
    """

    content: dict[str, str] = field(default_factory=dict)
    fails: set[str] = field(default_factory=set)
    check_passes: bool = True
    gone: set[str] = field(default_factory=set)

    def make(self, name: str) -> MaterializeResult:
        if name in self.fails:
            raise RuntimeError(f"{name} is broken")
        self.gone.discard(name)
        return MaterializeResult(data_version=DataVersion(self.content.get(name, "1")))


def definitions(world: World, film_code: str = "1") -> Definitions:
    """story* → text → film ← head ← photo*, a champion above the head, files on demand below."""
    sources = [
        AssetSpec(book_key(name), group_name="books", partitions_def=BOOKS)
        for name in ("story", "photo")
    ]

    @asset(key_prefix="models", group_name="models")
    def champion():
        return world.make("champion")

    @book_asset(kinds={"file"}, code_version="1", deps=[book_key("story")])
    def text():
        """Made of the story."""
        return world.make("text")

    @book_asset(kinds={"file"}, code_version="1", deps=[book_key("photo"), champion.key])
    def head():
        """Made of the photo."""
        return world.make("head")

    @book_asset(kinds={"file"}, code_version=film_code, deps=[book_key("text"), book_key("head")])
    def film():
        """Made of both."""
        return world.make("film")

    @book_asset(kinds={"file"}, code_version="1", deps=[book_key("head")], on_demand=True)
    def files():
        """Made of the head if somebody asks."""
        return world.make("files")

    @asset_check(asset=text, blocking=True, partitions_def=BOOKS)
    def is_good():
        return AssetCheckResult(passed=world.check_passes)

    return Definitions(
        assets=[*sources, champion, text, head, film, files],
        asset_checks=[is_good],
        jobs=[render_books],
    )


@dataclass
class Shop:
    """Renders the small graph's book."""

    instance: DagsterInstance
    world: World
    film_code: str = "1"
    wanted: str | None = None

    def observe(self, slug: str = SLUG, **versions: str) -> None:
        self.instance.add_dynamic_partitions(BOOKS_NAME, [slug])
        for name, version in versions.items():
            event = AssetObservation(
                book_key(name), partition=slug, tags={"dagster/data_version": version}
            )
            self.instance.report_runless_asset_event(event)

    def staleness(self, defs: Definitions) -> Staleness:
        def stored(key: AssetKey, slug: str) -> bool:
            return key.path[-1] not in self.world.gone

        wanted = book_key(self.wanted) if self.wanted else None
        return Staleness(GroupGraph.of(defs, wanted=wanted), self.instance, stored)

    def due(self) -> dict[str, str]:
        defs = definitions(self.world, self.film_code)
        return {key.path[-1]: why for key, why in self.staleness(defs).due(SLUG).items()}

    def render(self, force: bool = False, slug: str = SLUG) -> Outcome:
        defs = definitions(self.world, self.film_code)
        return render_book(defs, self.instance, self.staleness(defs), slug, force)
