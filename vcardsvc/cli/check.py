"""Show what a card contains and what is wrong with it."""

from typing import Annotated

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.common import read_file, stop


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A .vcf file of any version; - is stdin.")],
) -> None:
    """Show what any card contains and what is wrong with it.

    Exits with 1 when some reader cannot read it.
    """
    from rich.console import Console
    from rich.markup import escape

    from vcardsvc.vcard.parser import NotACard, read, shown

    console = Console(highlight=False, soft_wrap=True)
    try:
        cards = read(read_file(file))
    except NotACard as fault:
        stop(f"{file}: {fault}")
    errors = 0
    for number, one in enumerate(cards, start=1):
        version = shown(one.version) or "unknown"
        console.print(f"[bold]Card {number}[/bold], vCard {escape(version)}")
        for label, value in one.rows:
            console.print(f"  {escape(shown(label))}: {escape(shown(value, indent=4))}")
        for finding in one.findings:
            colour = "red" if finding.severity == "error" else "yellow"
            where = f"line {finding.line}" if finding.line else "whole card"
            console.print(
                f"  [{colour}]{finding.severity}[/{colour}] {where}: "
                f"{escape(finding.text)} ({finding.code})"
            )
            errors += finding.severity == "error"
        if not one.findings:
            console.print("  [green]nothing is wrong with it[/green]")
    if errors:
        raise typer.Exit(1)
