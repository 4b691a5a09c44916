"""``storyface studio``: render the open sets of emotion photos and faces with attributes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from storyface_assets.lib.studio import StudioOptions

_RATE = "Share of the emotion photos, 0 to 0.5."


def studio(
    people: Annotated[int, typer.Option(help="Persons of the emotion set.")] = 60,
    seed: Annotated[int, typer.Option(help="Another seed, other people.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the set; the data folder's raw/studio if left out."),
    ] = None,
    photos: Annotated[int, typer.Option(help="Emotion photos a person.")] = 12,
    pairs: Annotated[int, typer.Option(help="Scenes a person, taken in all expressions.")] = 1,
    celeba_people: Annotated[
        int | None, typer.Option(help="Other persons, of the CelebA set; half of the people.")
    ] = None,
    celeba_photos: Annotated[int, typer.Option(help="CelebA pictures of each of those.")] = 8,
    attribute_pairs: Annotated[
        int, typer.Option(help="Scenes of each, in other hair colours, gender and age.")
    ] = 1,
    size: Annotated[str, typer.Option(help="Emotion photos on average, pixels.")] = "320x400",
    workers: Annotated[int | None, typer.Option(help="Processes; one a core if left out.")] = None,
    wrong_labels: Annotated[float, typer.Option(help=f"Most labels wrong. {_RATE}")] = 0.04,
    disagreement: Annotated[float, typer.Option(help=f"Annotators disagree. {_RATE}")] = 0.05,
    duplicates: Annotated[float, typer.Option(help=f"Near duplicates. {_RATE}")] = 0.06,
    wrong_boxes: Annotated[float, typer.Option(help=f"Annotator A's box wrong. {_RATE}")] = 0.03,
    broken_files: Annotated[float, typer.Option(help=f"Broken files. {_RATE}")] = 0.01,
    broken_records: Annotated[float, typer.Option(help=f"Broken labels. {_RATE}")] = 0.01,
) -> None:
    """Render people who never lived, in AI-Hub 82's and CelebA's layouts, with known faults.

    A run that was stopped goes on where it was; more people can be added to a set later.
    """
    from storyface_assets.lib.studio import FaultRates, StudioOptions

    faults = FaultRates(
        labels=wrong_labels,
        disagreement=disagreement,
        duplicates=duplicates,
        boxes=wrong_boxes,
        files=broken_files,
        records=broken_records,
    )
    options = StudioOptions(
        people=people,
        seed=seed,
        photos=photos,
        celeba_people=celeba_people,
        celeba_photos=celeba_photos,
        pairs=pairs,
        attribute_pairs=attribute_pairs,
        size=_size(size),
        faults=faults,
    )
    render_set(options, out, workers)


def render_set(options: "StudioOptions", out: Path | None, workers: int | None) -> None:
    """Render with a bar, then say what there is.

    Raises:
        BadInput: the folder holds another set, or cannot be written to.
    """
    from storyface_assets.cli.console import console, tell_done
    from storyface_assets.cli.progress import WorkProgress
    from storyface_assets.lib.progress import Stopwatch
    from storyface_assets.lib.studio import default_head_dir, produce
    from storyface_assets.settings import Settings

    settings = Settings.find()
    folder = out or settings.studio_dir
    watch = Stopwatch()
    with WorkProgress(console, "studio"):
        made = produce(options, default_head_dir(settings.data_dir), folder, workers)
    seconds = watch.seconds()
    pace = f"{made.rendered} in {seconds:.0f} s" if made.rendered else "all there already"
    tell_done(f"{made.pictures} pictures of {made.people} people in {folder} ({pace})")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise typer.BadParameter(f"{text!r} is no size; write 320x400", param_hint="--size")
    return int(width), int(height)
