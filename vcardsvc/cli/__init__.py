"""The command line: serve, card, check, keys, migrate, errors, targets, settings.

Results go to stdout, everything for people to stderr, and a refusal exits with 1. What must never
enter here: a rule; every command walks through the same rooms as a request does.
"""

import os
import socket
import tempfile
from collections.abc import Sequence
from typing import Annotated

import typer

from vcardsvc import __version__
from vcardsvc.cli import keys, make
from vcardsvc.cli.common import app, policy_of, say, settings_of, stop, store_of
from vcardsvc.settings import PREFIX, WORKERS, Settings

__all__ = ["app", "keys", "make"]

CONTACT = (
    '{"action": "createcontact", "name": {"first-name": "John", "last-name": "Appleseed"}, '
    '"phone": [{"number": "+16502530000", "label": "Mobile"}]}'
)
"""The contact of the curl line that a first start prints."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that answer.")] = 1,
) -> None:
    """Serve HTTP. With no key anywhere, a first one is made, kept, and shown this once."""
    settings = settings_of()
    policy_of(settings)
    # Before the store: a first key that is made and then not shown would be lost.
    with _bound(host, port) as bound:
        first_key = _prepared(settings)
        os.environ[WORKERS] = str(workers)
        if workers > 1:
            with tempfile.TemporaryDirectory(prefix="vcardsvc-metrics-") as folder:
                # Before anything imports prometheus-client, which looks at it once.
                os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
                _run(settings, bound, workers, first_key)
        else:
            _run(settings, bound, workers, first_key)


def _prepared(settings: Settings) -> str:
    """Bring the store up to date; a first key, when there is no secret one anywhere, else "".

    The key of the page is made too, where the store is asked for keys and has none.
    """
    if not settings.store_url():
        return ""
    from vcardsvc.keys import SECRET, add_form_key, digest, new_key
    from vcardsvc.store import Taken

    with store_of(settings) as store:
        if settings.api_keys:
            return ""
        add_form_key(store)
        kept = store.keys()
        if SECRET in [row.kind for row in kept]:
            return ""
        key = new_key()
        try:
            store.add_key("first", digest(key))
        except Taken:  # by another first start at this very moment, which shows it
            return ""
        return key


def _run(settings: Settings, bound: socket.socket, workers: int, first_key: str) -> None:
    from vcardsvc.server import run

    _greet(bound, first_key, given=bool(settings.api_keys))
    if not run(bound, workers, settings.shutdown_timeout):
        raise typer.Exit(3)


def _bound(host: str, port: int) -> socket.socket:
    from vcardsvc.server import bind

    try:
        return bind(host, port)
    except OSError as fault:
        stop(f"Cannot listen on {host} port {port}: {fault.strerror}.")


def _greet(bound: socket.socket, first_key: str, *, given: bool) -> None:
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # named, not bound
    url = f"http://{shown}:{port}/"
    say(f"vcardsvc {__version__} on {url} (stop with Ctrl-C)")
    if first_key:
        say(
            "",
            "There was no API key yet. This one was made and is shown only now:",
            f"  {first_key}",
            "Try it on the page:",
            f"  {url}",
            "or from a shell:",
            f"  curl -sS {url} -H 'x-api-key: {first_key}' "
            f"-H 'content-type: application/json' -d '{CONTACT}'",
            "",
        )
    elif given:
        say(f"API keys: those of {PREFIX}API_KEYS.")
    else:
        say("API keys: vcardsvc keys add NAME makes one, vcardsvc keys list shows their names.")


@app.command()
def migrate() -> None:
    """Bring the store to this release's tables. `serve` does it too."""
    with store_of(settings_of()) as store:
        typer.echo(f"The store is at revision {store.migrate()}.")


@app.command()
def errors(
    markdown: Annotated[bool, typer.Option(help="As the README prints them.")] = False,
) -> None:
    """Every code a request can be answered with."""
    from vcardsvc.errors import CATALOGUE

    rows = [
        (code.name, ", ".join(str(status) for status in (code.status, *code.others)), code.when)
        for code in CATALOGUE
    ]
    _table(("code", "HTTP", "when"), rows, markdown=markdown)


@app.command()
def targets(
    markdown: Annotated[bool, typer.Option(help="As the README prints them.")] = False,
) -> None:
    """Every reader a card can be made for, and what that changes."""
    from vcardsvc.card import PROFILES

    rows = [
        (f"`{one.name}`" if markdown else one.name, one.version, one.doc)
        for one in PROFILES.values()
    ]
    _table(("target", "version", "what it changes"), rows, markdown=markdown)


@app.command("settings")
def settings_command(
    markdown: Annotated[
        bool, typer.Option(help="The defaults, as the README prints them.")
    ] = False,
) -> None:
    """Every setting and its value now, secrets starred; all are read from the environment."""
    rows = (Settings() if markdown else settings_of()).rows()
    heads = ("variable", "default" if markdown else "value", "what it is")
    _table(heads, [(f"`{n}`" if markdown else n, v, d) for n, v, d in rows], markdown=markdown)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, markdown: bool) -> None:
    if markdown:
        for row in (heads, ("---",) * len(heads), *rows):
            typer.echo(f"| {' | '.join(row)} |")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*heads)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
