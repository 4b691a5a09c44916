"""``storyface retrain``: train models anew; only better ones are used."""

from typing import Annotated

import typer

from storyface_assets.vocabulary import TrainingProfile


def retrain(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            help="image_emotion, face_attributes, stargan, text_emotion, face_geometry; "
            "all if left out."
        ),
    ] = None,
    profile: Annotated[
        TrainingProfile,
        typer.Option(
            help="tiny proves that it runs; open made the shipped weights; research: see README."
        ),
    ] = "open",
    seed: Annotated[int, typer.Option(help="Another one trains another model.")] = 0,
) -> None:
    """Train candidates, measure them beside the champions, promote better ones.

    A training that was stopped goes on where it was. No book is made again by itself.
    """
    from storyface_assets.automation.training import MODELS, retrain_model
    from storyface_assets.cli.console import console, tell_error, tell_warning
    from storyface_assets.cli.workplace import open_workplace
    from storyface_assets.resources.installation import Installation
    from storyface_assets.settings import Settings

    settings, failed = Settings.find(), False
    installation = Installation.of(settings)
    with open_workplace(settings) as place:
        for model in models or MODELS:
            console.print(f"{model}: training ({profile})")
            told = retrain_model(place.defs, place.instance, installation, model, profile, seed)
            if told.standing == "broken":
                failed = True
                tell_error(f"{model}: the candidate is broken, {told.reason}; the champion stays.")
            elif told.error:
                failed = True
                tell_error(f"{model}: {told.error}")
            elif told.standing == "better":
                console.print(f"{model}: the new champion ({told.reason})")
            else:
                tell_warning(f"{model}: the champion stays ({told.reason})")
    raise typer.Exit(1 if failed else 0)
