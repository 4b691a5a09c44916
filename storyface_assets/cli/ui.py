"""``storyface ui``: the Dagster UI on this machine only."""

import os
import sys
from typing import Annotated

import typer

LOOPBACK = "127.0.0.1"
#: Also the code location's name, as in workspace.yaml: runs and sensors belong to it.
CODE_LOCATION = "storyface_assets.definitions"


def ui(
    port: Annotated[int, typer.Option(help="Port on the loopback address.")] = 3000,
) -> None:
    """Open the Dagster UI with its daemon (sensors, backfills) on the persistent instance."""
    from storyface_assets.cli.console import console
    from storyface_assets.cli.workplace import prepare_dagster_home
    from storyface_assets.settings import Settings

    settings = Settings.find()
    prepare_dagster_home(settings)
    environment = os.environ | {"STORYFACE_DATA": str(settings.data_dir)}
    console.print(f"Dagster UI: [bold]http://{LOOPBACK}:{port}[/]  (Ctrl-C ends it)")
    command = [sys.executable, "-m", "dagster", "dev", "-h", LOOPBACK, "-p", str(port)]
    command += ["-m", CODE_LOCATION]
    # In place of this process, so that whatever ends it (Ctrl-C, kill) ends Dagster.
    os.execve(sys.executable, command, environment)  # noqa: S606
