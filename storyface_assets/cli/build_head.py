"""``storyface build-head``: derive the open head from its source again."""

import subprocess
import sys

import typer

PASS_OPTIONS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def build_head(context: typer.Context) -> None:
    """Derive data/open_models/open_head from MakeHuman's CC0 data; options go to the worker."""
    command = [sys.executable, "-m", "storyface_assets.worker.build_open_head", *context.args]
    raise typer.Exit(subprocess.run(command, check=False).returncode)
