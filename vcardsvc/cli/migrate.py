"""Migrate the store to this release."""

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.common import settings_of, store_of


@app.command()
def migrate() -> None:
    """Migrate the store to this release; `serve` does it too."""
    with store_of(settings_of()) as store:
        typer.echo(f"The store is at revision {store.migrate()}.")
