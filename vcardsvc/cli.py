"""The command line: serve, card, check, keys, migrate, errors, settings.

Results go to stdout, everything for people to stderr, and a refusal exits with 1. What must never
enter here: a rule; every command walks through the same rooms as a request does.
"""

import asyncio
import contextlib
import dataclasses
import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from vcardsvc import __version__
from vcardsvc.settings import PREFIX, BadSettings, Settings

if TYPE_CHECKING:
    from vcardsvc.contact import Order
    from vcardsvc.errors import Refused
    from vcardsvc.rules import Policy
    from vcardsvc.store import Store

app = typer.Typer(
    name="vcardsvc",
    help="POST a contact as JSON, get a vCard every phone reads right.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vcardsvc {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it and stop.")
    ] = False,
) -> None:
    """POST a contact as JSON, get a vCard every phone reads right."""


keys_app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")

CONTACT = (
    '{"action": "createcontact", "name": {"first-name": "John", "last-name": "Appleseed"}, '
    '"phone": [{"number": "+16502530000", "label": "Mobile"}]}'
)
"""The contact of the curl line that a first start prints."""


def _say(*lines: str) -> None:
    for line in lines:
        typer.echo(line, err=True)


def _stop(*lines: str) -> NoReturn:
    _say(*lines)
    raise typer.Exit(1)


def _settings(*, take: bool = False) -> Settings:
    """The settings in force; `take` removes the secrets, which photo decoders must not inherit."""
    read = Settings.take_environ if take else Settings.from_environ
    try:
        return read(os.environ)
    except BadSettings as bad:
        _stop("vcardsvc cannot start with these settings:", *(f"  {f}" for f in bad.faults))


def _policy(settings: Settings) -> "Policy":
    from vcardsvc.rules import Policy

    try:
        return Policy(names=settings.name_rule, region=settings.default_region)
    except ValueError as fault:
        _stop(f"{PREFIX}DEFAULT_REGION: {fault}.")


@contextlib.contextmanager
def _store(settings: Settings) -> "Iterator[Store]":
    """The store, migrated; says why and exits when there is none."""
    from vcardsvc.store import Store, StoreAway

    url = settings.store_url()
    if not url:
        _stop(
            f"The keys are those of {PREFIX}API_KEYS; there is no store beside them.",
            f"Set {PREFIX}DATABASE_URL to keep keys in one, or take {PREFIX}API_KEYS away.",
        )
    try:
        with contextlib.closing(Store(url)) as store:
            store.migrate()
            yield store
    except StoreAway as away:
        _stop(f"The store cannot be used: {away}", f"It is set by {PREFIX}DATABASE_URL.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that answer.")] = 1,
) -> None:
    """Serve HTTP. With no key anywhere, a first one is made, kept, and shown this once."""
    settings = _settings()
    _policy(settings)
    # Before the store: a first key that is made and then not shown would be lost.
    with _bound(host, port) as bound:
        first_key = _prepared(settings)
        if workers > 1:
            with tempfile.TemporaryDirectory(prefix="vcardsvc-metrics-") as folder:
                # Before anything imports prometheus-client, which looks at it once.
                os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
                _run(settings, bound, workers, first_key)
        else:
            _run(settings, bound, workers, first_key)


def _prepared(settings: Settings) -> str:
    """Bring the store up to date; a first key, when there is none anywhere, else ""."""
    if not settings.store_url():
        return ""
    from vcardsvc.keys import digest, new_key
    from vcardsvc.store import Taken

    with _store(settings) as store:
        if settings.api_keys or store.keys():
            return ""
        key = new_key()
        try:
            store.add_key("first", digest(key))
        except Taken:  # by another first start at this very moment, which shows it
            return ""
        return key


def _run(settings: Settings, bound: socket.socket, workers: int, first_key: str) -> None:
    from vcardsvc.server import run

    _greet(bound, first_key)
    if not run(bound, workers, settings.shutdown_timeout):
        raise typer.Exit(3)


def _bound(host: str, port: int) -> socket.socket:
    from vcardsvc.server import bind

    try:
        return bind(host, port)
    except OSError as fault:
        _stop(f"Cannot listen on {host} port {port}: {fault.strerror}.")


def _greet(bound: socket.socket, first_key: str) -> None:
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # named, not bound
    url = f"http://{shown}:{port}/"
    _say(f"vcardsvc {__version__} on {url} (stop with Ctrl-C)")
    if first_key:
        _say(
            "",
            "There was no API key yet. This one was made and is shown only now:",
            f"  {first_key}",
            "Try it:",
            f"  curl -sS {url} -H 'x-api-key: {first_key}' "
            f"-H 'content-type: application/json' -d '{CONTACT}'",
            "",
        )
    else:
        _say("API keys: vcardsvc keys add NAME makes one, vcardsvc keys list shows their names.")


@app.command()
def card(
    file: Annotated[str, typer.Argument(help="A createcontact request as JSON; - is stdin.")] = "-",
    photo: Annotated[
        Path | None, typer.Option(help="A GIF, JPEG or PNG file, instead of the request's photo.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where to write the card; else stdout.")
    ] = None,
) -> None:
    """Make a card from a request in a file: all that the service does, without HTTP."""
    from vcardsvc.dialects.base import Ask
    from vcardsvc.dialects.native import Native
    from vcardsvc.errors import Refused

    settings = _settings(take=True)
    native = Native(policy=_policy(settings))
    try:
        order = native.read(Ask(body=_read(file)))
        if photo is not None:
            order = dataclasses.replace(order, photo_url="", photo_bytes=_photo(str(photo)))
        octets, notes = asyncio.run(_create(settings, order))
    except Refused as refused:
        typer.echo(native.refused(refused.problems).chunks[0], err=True)
        _stop(*_words(refused))
    _say(*notes)
    _write(out, octets)


async def _create(settings: Settings, order: "Order") -> tuple[bytes, list[str]]:
    from vcardsvc.service import Service, photo_rooms
    from vcardsvc.telemetry import Telemetry

    async with photo_rooms(settings) as (fetcher, decoder):
        service = Service(fetcher=fetcher, decoder=decoder, telemetry=Telemetry())
        if order.photo_url or order.photo_bytes:
            await decoder.start()
        written, notes = await service.create(order)
    return written.octets, [f"note: {note.field} {note.code}" for note in notes]


def _words(refused: "Refused") -> list[str]:
    return [
        f"{problem.code.name} {problem.field or 'request'}: {problem.info}"
        for problem in refused.problems
    ]


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as fault:
        _stop(f"Cannot read {file}: {fault.strerror}.")


def _photo(file: str) -> bytes:
    # No bytes mean no photo everywhere else; here somebody asked for one.
    return _read(file) or _stop(f"Cannot use {file}: it is empty.")


def _write(out: Path | None, octets: bytes) -> None:
    """Write the card whole or not at all: a file of this name stays as it was when it fails."""
    try:
        if out is None:
            sys.stdout.buffer.write(octets)
            sys.stdout.buffer.flush()
            return
        part = out.with_name(f"{out.name}.part")
        try:
            part.write_bytes(octets)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    except OSError as fault:
        _stop(f"Cannot write {out or 'to stdout'}: {fault.strerror}.")


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A .vcf file of any version; - is stdin.")],
) -> None:
    """Read any card: what it says, and what is wrong with it. Exits with 1 when a reader fails."""
    from rich.console import Console
    from rich.markup import escape

    from vcardsvc.card.read import NotACard, read

    console = Console(highlight=False, soft_wrap=True)
    try:
        cards = read(_read(file))
    except NotACard as fault:
        _stop(f"{file}: {fault}")
    wrong = 0
    for number, one in enumerate(cards, start=1):
        console.print(f"[bold]Card {number}[/bold], vCard {escape(one.version or 'unknown')}")
        for label, value in one.rows:
            console.print(f"  {escape(label)}: {escape(value)}")
        for finding in one.findings:
            colour = "red" if finding.severity == "error" else "yellow"
            where = f"line {finding.line}" if finding.line else "whole card"
            console.print(
                f"  [{colour}]{finding.severity}[/{colour}] {where}: {escape(finding.text)}"
            )
            wrong += finding.severity == "error"
        if not one.findings:
            console.print("  [green]nothing is wrong with it[/green]")
    if wrong:
        raise typer.Exit(1)


@keys_app.command("add")
def keys_add(name: Annotated[str, typer.Argument(help="What the log calls its owner.")]) -> None:
    """Make a key. It is shown this once: only its hash is kept."""
    from vcardsvc.keys import digest, new_key
    from vcardsvc.store import Taken

    key = new_key()
    with _store(_settings()) as store:
        try:
            store.add_key(name, digest(key))
        except Taken:
            _stop(f"There is, or was, a key named {name}; names are not used twice.")
        except ValueError as fault:
            _stop(f"Cannot add it: {fault}.")
    _say(f"The key of {name}, known to running workers within 2 seconds. It is shown only now:")
    typer.echo(key)


@keys_app.command("list")
def keys_list() -> None:
    """List the names of all keys; the keys themselves are nowhere."""
    from rich.console import Console
    from rich.table import Table

    with _store(_settings()) as store:
        rows = store.keys()
    table = Table("Name", "Made", "Revoked")
    for row in rows:
        revoked = f"{row.revoked_at:%Y-%m-%d %H:%M} UTC" if row.revoked_at else ""
        table.add_row(row.name, f"{row.created_at:%Y-%m-%d %H:%M} UTC", revoked)
    Console().print(table)


@keys_app.command("revoke")
def keys_revoke(name: Annotated[str, typer.Argument(help="The key's name.")]) -> None:
    """Revoke a key. Every running worker refuses it within 2 seconds."""
    with _store(_settings()) as store:
        if not store.revoke_key(name):
            _stop(f"There is no key named {name} that is not revoked already.")
    _say(f"{name} is revoked.")


@app.command()
def migrate() -> None:
    """Bring the store to this release's tables. `serve` does it too."""
    with _store(_settings()) as store:
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


@app.command("settings")
def settings_command(
    markdown: Annotated[
        bool, typer.Option(help="The defaults, as the README prints them.")
    ] = False,
) -> None:
    """Every setting and its value now, secrets starred; all are read from the environment."""
    rows = (Settings() if markdown else _settings()).rows()
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
