"""The commands that make and read cards: card, check.

What must never enter here: a rule; a request in a file walks through the same rooms as one over
HTTP.
"""

import asyncio
import contextlib
import dataclasses
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, get_args

import typer

from vcardsvc.cli.common import app, policy_of, say, settings_of, stop, store_of
from vcardsvc.cli.endings import KINDS, check_ending
from vcardsvc.model.request import Form, Target
from vcardsvc.settings import PREFIX, Settings

if TYPE_CHECKING:
    from vcardsvc.errors import Problem
    from vcardsvc.model.request import CardRequest, CardResult

OPTIONS: Final[Mapping[str, str]] = {
    "target": "--target",
    "version": "--version",
    "as": "--as",
    "photo": "--photo-rule",
    "ttl": "--ttl",
    "once": "--once",
    "content": "--content",
    "filename": "--filename",
}
"""The options of a query, as the command line calls them."""

_OPTION: Final = re.compile(rf"^({'|'.join(OPTIONS)})(?= )|\b(as|content|target|version)=")
"""An option of a query where a sentence names it: as its first word, or with a value."""

PHOTO: Final = "--photo"

COMMAND_LINE = "(command line)"
"""The owner of the links that are made here; no key can have this name."""


@app.command()
def card(
    file: Annotated[str, typer.Argument(help="A createcontact request as JSON; - is stdin.")] = "-",
    photo: Annotated[
        Path | None, typer.Option(help="A GIF, JPEG or PNG file, instead of the request's photo.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where to write it; else stdout.")
    ] = None,
    target: Annotated[
        str, typer.Option(help=f"Whom it is for: {', '.join(get_args(Target))}.")
    ] = "",
    version: Annotated[str, typer.Option(help="2.1, 3.0 or 4.0.")] = "",
    form: Annotated[
        str, typer.Option("--as", help=f"What it shall be: {', '.join(get_args(Form))}.")
    ] = "",
    photo_rule: Annotated[str, typer.Option(help="require, drop or none.")] = "",
    filename: Annotated[str, typer.Option(help="The name of the card behind a link.")] = "",
    content: Annotated[str, typer.Option(help="What a QR code holds: card or link.")] = "",
    ttl: Annotated[str, typer.Option(help="Seconds that a link lives.")] = "",
    once: Annotated[bool, typer.Option("--once", help="A link that is opened once.")] = False,
) -> None:
    """Make a card from a request in a file: all that the service does, without HTTP. A refusal is
    told on stderr: in words where stdout is a terminal, else as the service's JSON."""
    from vcardsvc.apis.base import Request
    from vcardsvc.apis.createcontact import JsonApi
    from vcardsvc.errors import Refused

    check_ending(out, form)
    settings = settings_of(take=True)
    api = JsonApi(policy=policy_of(settings), max_ttl=settings.link_max_ttl)
    options = {"target": target, "version": version, "as": form, "photo": photo_rule}
    options |= {"filename": filename, "content": content, "ttl": ttl}
    options |= {"once": "true" if once else ""}
    accept = _accept(out) if form == "qr" else b""
    has_own_photo = False
    try:
        order = api.read(Request(body=_read(file), query=_query(options), accept=accept))
        if photo is not None and order.options.photo != "none":
            order = dataclasses.replace(order, photo_url="", photo_bytes=_photo(str(photo)))
            has_own_photo = True
        reply = api.card_response(order, asyncio.run(_create(settings, order)))
    except Refused as refused:
        problems = [_as_typed(problem, has_own_photo=has_own_photo) for problem in refused.problems]
        if is_for_people():
            stop(*map(_sentence, problems))
        stop(api.error_response(tuple(problems)).chunks[0].decode())
    headers = dict(reply.headers)
    say(*_notes(headers.get(b"vcard-notes", b"")))
    if form != "link" and b"location" in headers:
        say(f"link: {headers[b'location'].decode()}")
    _write(out, b"".join(reply.chunks))


def _accept(out: Path | None) -> bytes:
    """The kind of QR code that a file of this name holds, as a request would ask for it."""
    return KINDS.get(out.suffix.lower() if out else "", KINDS[".svg"])


def _query(options: dict[str, str]) -> bytes:
    from urllib.parse import urlencode

    return urlencode({name: value for name, value in options.items() if value}).encode()


def _notes(header: bytes) -> list[str]:
    """What a Vcard-Notes header says, one note a line."""
    return [f"note: {note.replace(';', ' ')}" for note in header.decode().split(", ") if note]


async def _create(settings: Settings, order: "CardRequest") -> "CardResult":
    from vcardsvc.services.cards import Cards
    from vcardsvc.services.links import Links
    from vcardsvc.services.photos import Photos, budget_of, photo_resources
    from vcardsvc.telemetry import Telemetry

    with contextlib.ExitStack() as stack:
        links = Links()
        if order.options.links:
            if not settings.public_url:
                stop(f"A link needs an address to begin with: set {PREFIX}PUBLIC_URL.")
            links = Links(
                stack.enter_context(store_of(settings)),
                per_key=settings.links_per_key,
                bytes_per_key=settings.link_bytes_per_key,
                max_ttl=settings.link_max_ttl,
            )
        async with photo_resources(settings) as (fetcher, decoder):
            photos = Photos(
                fetcher=fetcher,
                decoder=decoder,
                telemetry=Telemetry(),
                budget=budget_of(settings),
            )
            cards = Cards(photos=photos, links=links, mms_limit=settings.mms_limit)
            if order.photo_url or order.photo_bytes:
                await decoder.start()
            return await cards.create(order, COMMAND_LINE, settings.public_url)


def is_for_people() -> bool:
    """Whether a person reads what comes of the command: stdout is a terminal."""
    return sys.stdout.isatty()


def _as_typed(problem: "Problem", *, has_own_photo: bool) -> "Problem":
    """The problem in the words of the command line, where an option is at fault: of the photo when
    that is the command's own."""
    if problem.field == "/photo" and has_own_photo:
        return dataclasses.replace(problem, field=None, detail=f"It is the file of {PHOTO}.")
    detail = _OPTION.sub(_spelled, problem.detail)
    return problem if problem.field else dataclasses.replace(problem, detail=detail)


def _spelled(found: "re.Match[str]") -> str:
    return OPTIONS[found[1]] if found[1] else f"{OPTIONS[found[2]]} "


def _sentence(problem: "Problem") -> str:
    where = f" {problem.field}" if problem.field else ""
    return f"{problem.code.name}{where}: {problem.info}"


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as fault:
        stop(f"Cannot read {file}: {fault.strerror}.")


def _photo(file: str) -> bytes:
    # No bytes mean no photo everywhere else; here somebody asked for one.
    return _read(file) or stop(f"Cannot use {file}: it is empty.")


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
        stop(f"Cannot write {out or 'to stdout'}: {fault.strerror}.")


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A .vcf file of any version; - is stdin.")],
) -> None:
    """Read any card: what it says, and what is wrong with it. Exits with 1 when a reader fails."""
    from rich.console import Console
    from rich.markup import escape

    from vcardsvc.vcard.parser import NotACard, read, shown

    console = Console(highlight=False, soft_wrap=True)
    try:
        cards = read(_read(file))
    except NotACard as fault:
        stop(f"{file}: {fault}")
    wrong = 0
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
            wrong += finding.severity == "error"
        if not one.findings:
            console.print("  [green]nothing is wrong with it[/green]")
    if wrong:
        raise typer.Exit(1)
