"""``storyface dataset``: from raw photos to training sets, in one command."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from storyface_assets.cli.workplace import Workplace
    from storyface_assets.settings import Settings


#: So many that the review of the labels has enough to learn from.
_PEOPLE, _SEED = 36, 1


def dataset(
    people: Annotated[
        int | None,
        typer.Option(help="Persons that the studio renders; if left out, 36 or the set there is."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of the studio: another seed, other people; 1 if left out.")
    ] = None,
    sheets: Annotated[
        Path | None, typer.Option(help="Also write every contact sheet here, as JPEG.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Make every step again; known photos stay.")] = False,
) -> None:
    """Make or refresh the training sets; only what is out of date is made.

    Without raw photos (see data/raw/README.md) the studio renders a small open set first.
    """
    from storyface_assets.cli.workplace import open_workplace
    from storyface_assets.settings import Settings

    settings = Settings.find()
    _render_if_empty(settings, people, seed)
    with open_workplace(settings) as place:
        failed = make_dataset(place, force)
        if sheets is not None:
            _write_sheets(place, sheets)
    raise typer.Exit(1 if failed else 0)


def make_dataset(place: "Workplace", force: bool = False) -> bool:
    """Bring the dataset up to date and say what came out.

    Returns:
        Whether a step or a blocking check failed.
    """
    from storyface_assets.automation.catalog import refresh_champions
    from storyface_assets.automation.observe import observe_raw_sets
    from storyface_assets.automation.rendering import refresh_dataset
    from storyface_assets.cli.console import console, tell_error
    from storyface_assets.cli.progress import BookProgress
    from storyface_assets.definitions import build_staleness
    from storyface_assets.lib.landmarks import fetch_models

    fetch_models(place.settings.cache_dir, console.print)
    observe_raw_sets(place.instance, place.settings)
    weights = refresh_champions(place.defs, place.instance, place.settings)
    if weights:
        tell_error(f"models: {weights}")
    planner = build_staleness(place.settings, place.defs, place.instance, "dataset")
    with BookProgress(console, "dataset") as progress:
        outcome = refresh_dataset(place.defs, place.instance, planner, force, progress.asset)
    _tell_checks(place)
    if outcome.error:
        tell_error(outcome.error)
        return True
    _tell_sets(place)
    if not outcome.made:
        console.print("Nothing to do: the training sets are up to date.")
    return False


def _render_if_empty(settings: "Settings", people: int | None, seed: int | None) -> None:
    """Render a small set in the open profile, or the rest of one that was begun.

    A whole set is left as it is, unless others are asked for: then it grows, or the studio refuses.
    """
    from dataclasses import replace

    from storyface_assets.cli.studio import render_set
    from storyface_assets.lib.studio import StudioOptions
    from storyface_assets.lib.studio.begun import begun_with, is_whole

    if settings.profile != "open":
        return
    nothing_asked = people is None and seed is None
    if nothing_asked and is_whole(settings.studio_dir):
        return
    begun = begun_with(settings.studio_dir) or StudioOptions(people=_PEOPLE, seed=_SEED)
    options = replace(
        begun,
        people=begun.people if people is None else people,
        seed=begun.seed if seed is None else seed,
    )
    render_set(options, None, None)


def _tell_checks(place: "Workplace") -> None:
    """The newest result of every check of the group: failed ones in full, others by name."""
    from storyface_assets.cli.console import console, tell_error, tell_warning
    from storyface_assets.resources.check_results import newest_checks

    results = newest_checks(place.instance, place.defs, "dataset")
    for result in results:
        if not result.passed:
            tell = tell_error if result.blocking else tell_warning
            tell(f"{result.asset}: {result.name}: {result.description}")
    passed = [result for result in results if result.passed]
    for result in passed:
        console.print(f"  [green]·[/] {result.asset}: {result.name} [dim]{result.description}[/]")
    console.print(f"{len(passed)} of {len(results)} checks passed")


def _tell_sets(place: "Workplace") -> None:
    """The funnel, and where the sets lie."""
    import pandas as pd
    from rich.table import Table

    from storyface_assets.assets.declare import dataset_key
    from storyface_assets.cli.console import console, tell_done
    from storyface_assets.resources.installation import Installation

    installation = Installation.of(place.settings)
    splits = installation.load(dataset_key("emotion_splits")).path
    steps = pd.read_parquet(splits / "funnel.parquet")
    table = Table("step", "rows", "kept", "left out", "why", box=None)
    for cells in steps.astype("str").to_numpy():
        table.add_row(*map(str, cells))
    console.print(table)
    tell_done(f"emotion splits: {splits}")
    tell_done(f"StarGAN set: {installation.load(dataset_key('stargan_training_set')).path}")


def _write_sheets(place: "Workplace", folder: Path) -> None:
    """Every picture of the newest materializations, whole."""
    from storyface_assets.cli.console import console
    from storyface_assets.previews.kept_sheets import newest_sheets

    folder.mkdir(parents=True, exist_ok=True)
    for name, jpeg in newest_sheets(
        place.instance, place.defs, "dataset", place.settings.cache_dir
    ):
        (folder / name).write_bytes(jpeg)
        console.print(str(folder / name), soft_wrap=True)
