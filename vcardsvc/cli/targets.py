"""Print the targets of a card."""

from typing import Annotated

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.common import print_table


@app.command()
def targets(
    markdown: Annotated[bool, typer.Option(help="As a table in Markdown.")] = False,
) -> None:
    """Print every target, its vCard version and what it changes in a card."""
    from vcardsvc.vcard import PROFILES

    rows = [
        (f"`{one.name}`" if markdown else one.name, one.version, one.doc)
        for one in PROFILES.values()
    ]
    print_table(("target", "version", "what it changes"), rows, markdown=markdown)
