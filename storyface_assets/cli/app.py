"""The application: its commands, and how a person's mistakes are shown."""

import sys

import typer

from storyface_assets.cli import (
    add,
    build_head,
    convert_head,
    dataset,
    demo,
    doctor,
    heads,
    list_books,
    measure,
    read,
    remove,
    render,
    retrain,
    studio,
    ui,
)
from storyface_assets.lib.errors import BadInput

#: Exit code for input that a person can mend, as for wrong arguments.
EXIT_BAD_INPUT = 2

app = typer.Typer(
    name="storyface",
    help="One front photo and a Korean story become a narrated 3D film.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command("add")(add.add)
app.command("list")(list_books.list_books)
app.command("render")(render.render)
app.command("heads")(heads.heads)
app.command("remove")(remove.remove)
app.command("demo")(demo.demo)
app.command("read")(read.read)
app.command("dataset")(dataset.dataset)
app.command("retrain")(retrain.retrain)
app.command("measure")(measure.measure)
app.command("studio")(studio.studio)
app.command("doctor")(doctor.doctor)
app.command("ui")(ui.ui)
app.command("build-head", context_settings=build_head.PASS_OPTIONS_ON)(build_head.build_head)
app.command("convert-head")(convert_head.convert_head)


def main() -> None:
    """Run the command line; a mistake in the input is one line, not a traceback."""
    try:
        app()
    except BadInput as error:
        from storyface_assets.cli.console import tell_error

        tell_error(str(error))
        sys.exit(EXIT_BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(130)
