"""The two consoles: what was asked for on one, mistakes and warnings on the other."""

from rich.console import Console
from rich.text import Text

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def tell_error(message: str) -> None:
    """One line about what went wrong; brackets in it are text, not markup."""
    errors.print(Text.assemble(("✗ ", "bold red"), message), soft_wrap=True)


def tell_warning(message: str) -> None:
    """One line about what a person should know."""
    errors.print(Text.assemble(("! ", "bold yellow"), message), soft_wrap=True)


def tell_done(message: str) -> None:
    """One line about what is finished; paths stay on one line, so that they can be copied."""
    console.print(Text.assemble(("✓ ", "bold green"), message), soft_wrap=True)
