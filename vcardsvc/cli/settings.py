"""Print the settings."""

from typing import Annotated

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.common import print_table, settings_of
from vcardsvc.settings import Settings


@app.command("settings")
def settings_command(
    markdown: Annotated[bool, typer.Option(help="The defaults, as a table in Markdown.")] = False,
) -> None:
    """Print every environment variable with its value now; secrets read ***."""
    rows = (Settings() if markdown else settings_of()).rows()
    head = ("variable", "default" if markdown else "value", "meaning")
    quoted = [(f"`{name}`", value, doc) for name, value, doc in rows]
    print_table(head, quoted if markdown else rows, markdown=markdown)
