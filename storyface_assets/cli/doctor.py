"""``storyface doctor``: what this machine has, and what to do about what it lacks."""

import typer


def doctor() -> None:
    """Say what this machine has; exit code 1 if a film cannot be made here."""
    from rich.table import Table
    from rich.text import Text

    from storyface_assets.cli.console import console
    from storyface_assets.cli.diagnosis import diagnose
    from storyface_assets.settings import Settings

    findings = diagnose(Settings.find())
    table = Table(box=None, show_header=False, pad_edge=False)
    for overflow in ("ellipsis", "ellipsis", "fold"):
        table.add_column(overflow=overflow)
    marks = {"good": "[green]✓[/]", "note": "[yellow]![/]", "missing": "[red]✗[/]"}
    for finding in findings:
        table.add_row(marks[finding.state], f"[bold]{finding.part}[/]", Text(finding.text))
    console.print(table)
    broken = [finding.part for finding in findings if finding.state == "missing"]
    if broken:
        console.print(f"Films cannot be made here yet: {', '.join(broken)}.")
    raise typer.Exit(1 if broken else 0)
