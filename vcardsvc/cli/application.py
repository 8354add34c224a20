"""Define the command line's application, to which every command adds itself."""

from typing import Annotated

import typer

from vcardsvc import __version__

app = typer.Typer(
    name="vcardsvc",
    help="POST a contact as JSON, get a vCard every phone reads right.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"vcardsvc {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """POST a contact as JSON, get a vCard every phone reads right."""
