"""The command line: serve, card, check, keys, contacts, backup, migrate, errors, targets, settings.

Results go to stdout, everything for people to stderr, and a refusal exits with 1. What must never
enter here: a rule; every command walks through the same rooms as a request does.
"""

import contextlib
import os
import socket
import tempfile
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from vcardsvc import __version__
from vcardsvc.cli import backup, cards, contacts, keys, make
from vcardsvc.cli.common import app, policy_of, say, settings_of, stop, store_of
from vcardsvc.settings import PREFIX, WORKERS, Settings

if TYPE_CHECKING:
    from vcardsvc.errors import Code

__all__ = ["app", "backup", "cards", "contacts", "keys", "make"]

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
    with _bound(host, port) as bound, _counted_together(workers):
        _placed(settings)
        first_key = _prepared(settings)
        _run(settings, bound, workers, first_key)


@contextlib.contextmanager
def _counted_together(workers: int) -> Iterator[None]:
    """Let every worker know how many there are, and several of them add up their metrics."""
    os.environ[WORKERS] = str(workers)
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="vcardsvc-metrics-") as folder:
        # Before anything imports prometheus-client, which looks at it once.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _placed(settings: Settings) -> None:
    """Say so and exit where two vendors claim one call; workers would die of it, one by one."""
    from vcardsvc.app import vendor_router

    try:
        vendor_router(settings)
    except ValueError as fault:
        stop(f"vcardsvc cannot serve the vendors there: {fault}.")


def _prepared(settings: Settings) -> str:
    """Bring the store up to date; a first key, when there is no secret one anywhere, else "".

    The key of the page is made too, where the store is asked for keys and has none.
    """
    if not settings.store_url():
        return ""
    from vcardsvc.services.keys import SECRET, add_form_key, digest, new_key
    from vcardsvc.store import KeyExists

    with store_of(settings) as store:
        if settings.api_keys:
            return ""
        add_form_key(store)
        kept = store.list_keys()
        if SECRET in [row.kind for row in kept]:
            return ""
        key = new_key()
        try:
            store.add_key("first", digest(key))
        except KeyExists:  # by another first start at this very moment, which shows it
            return ""
        return key


def _run(settings: Settings, bound: socket.socket, workers: int, first_key: str) -> None:
    from vcardsvc.http.server import run

    _greet(bound, first_key, given=bool(settings.api_keys))
    served = run(
        bound,
        workers,
        shutdown_timeout=settings.shutdown_timeout,
        keep_alive_timeout=settings.keep_alive_timeout,
    )
    if not served:
        raise typer.Exit(3)


def _bound(host: str, port: int) -> socket.socket:
    from vcardsvc.http.server import bind

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


class Speaker(StrEnum):
    """A vendor whose codes can be asked for."""

    AUTODNS = "autodns"
    DOMAINCHIEF = "domainchief"
    SUPEROFFICE = "superoffice"
    MARKETINGCLOUD = "marketingcloud"


@app.command()
def errors(
    markdown: Annotated[bool, typer.Option(help="As the documentation prints them.")] = False,
    vendor: Annotated[
        Speaker | None, typer.Option(help="The codes of this vendor's calls.")
    ] = None,
) -> None:
    """Every code a request can be answered with."""
    from vcardsvc.errors import CATALOGUE

    codes = CATALOGUE if vendor is None else _codes_of(vendor)
    rows = [
        (code.name, ", ".join(str(status) for status in (code.status, *code.others)), code.when)
        for code in codes
    ]
    _table(("code", "HTTP", "when"), rows, markdown=markdown)


def _codes_of(vendor: Speaker) -> "tuple[Code, ...]":
    from vcardsvc.apis import autodns, domainchief, marketingcloud, superoffice

    return {
        Speaker.AUTODNS: autodns.CODES,
        Speaker.DOMAINCHIEF: domainchief.CODES,
        Speaker.SUPEROFFICE: superoffice.CODES,
        Speaker.MARKETINGCLOUD: marketingcloud.CODES,
    }[vendor]


@app.command()
def targets(
    markdown: Annotated[bool, typer.Option(help="As the documentation prints them.")] = False,
) -> None:
    """Every reader a card can be made for, and what that changes."""
    from vcardsvc.vcard import PROFILES

    rows = [
        (f"`{one.name}`" if markdown else one.name, one.version, one.doc)
        for one in PROFILES.values()
    ]
    _table(("target", "version", "what it changes"), rows, markdown=markdown)


@app.command("settings")
def settings_command(
    markdown: Annotated[
        bool, typer.Option(help="The defaults, as the documentation prints them.")
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
