"""The two consoles: what was asked for on one, mistakes and warnings on the other."""

from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
