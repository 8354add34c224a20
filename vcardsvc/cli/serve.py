"""Run the server; `serving` does it."""

from typing import Annotated

import typer

from vcardsvc.cli import serving
from vcardsvc.cli.application import app


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Worker processes.")] = 1,
) -> None:
    """Serve HTTP.

    Without any API key the first start creates one, and shows it once.
    """
    serving.serve(host, port, workers)
