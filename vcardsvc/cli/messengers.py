"""Print the messages of platforms."""

from typing import Annotated

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.common import print_table


@app.command()
def messengers(
    markdown: Annotated[bool, typer.Option(help="As a table in Markdown.")] = False,
) -> None:
    """Print every platform, the message that it is given, its limits, and what it loses."""
    from vcardsvc.messengers.platforms import PLATFORMS

    rows = []
    for one in PLATFORMS.values():
        module = one.load()
        name = f"`{one.name}`" if markdown else one.name
        rows.append((one.title, name, one.doc, module.LIMITS, module.LOST))
    head = ("platform", "`as`" if markdown else "as", "what it becomes", "limits", "losses")
    print_table(head, rows, markdown=markdown)
