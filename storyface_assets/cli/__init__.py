"""The command line, ``storyface …``: one small module a command, heavy imports inside them."""

from storyface_assets.cli.app import main

__all__ = ["main"]
