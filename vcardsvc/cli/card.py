"""Make a card from a createcontact request in a file, as the service does, without HTTP."""

import asyncio
import dataclasses
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, get_args

import typer
from msgspec import structs

from vcardsvc.cli.application import app
from vcardsvc.cli.card_files import octets_of, write_file
from vcardsvc.cli.common import policy_of, read_file, say, settings_of, stop
from vcardsvc.cli.file_endings import QR_TYPES, check_ending
from vcardsvc.cli.resources import COMMAND_LINE, photos_and_links
from vcardsvc.model.request import Form, Target
from vcardsvc.settings import Settings

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
"""The option of the command line for each query option."""

_QUERY_OPTION: Final = re.compile(rf"^({'|'.join(OPTIONS)})(?= )|\b(as|content|target|version)=")
"""A query option in a sentence: its first word, or a name with a value."""

PHOTO: Final = "--photo"


@app.command()
def card(
    file: Annotated[str, typer.Argument(help="A createcontact request as JSON; - is stdin.")] = "-",
    photo: Annotated[
        Path | None, typer.Option(help="A GIF, JPEG or PNG file, instead of the request's photo.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="The file to write; stdout by default.")
    ] = None,
    target: Annotated[
        str, typer.Option(help=f"The reader of the card: {', '.join(get_args(Target))}.")
    ] = "",
    version: Annotated[str, typer.Option(help="2.1, 3.0 or 4.0.")] = "",
    form: Annotated[
        str, typer.Option("--as", help=f"The form of the card: {', '.join(get_args(Form))}.")
    ] = "",
    photo_rule: Annotated[
        str, typer.Option(help="When the photo cannot be used: require, drop or none.")
    ] = "",
    filename: Annotated[str, typer.Option(help="The file name of the card behind a link.")] = "",
    content: Annotated[str, typer.Option(help="The content of a QR code: card or link.")] = "",
    ttl: Annotated[str, typer.Option(help="Seconds until a link expires.")] = "",
    once: Annotated[bool, typer.Option("--once", help="Create a link that opens once.")] = False,
) -> None:
    """Make a card from a createcontact request, as the service does.

    A refusal goes to stderr: as sentences when stdout is a terminal, else as the service's JSON.
    """
    from vcardsvc.apis.base import Request
    from vcardsvc.apis.createcontact import JsonApi
    from vcardsvc.errors import Refused

    check_ending(out, form)
    settings = settings_of(take=True)
    native = JsonApi(policy=policy_of(settings), max_ttl=settings.link_max_ttl)
    options = {"target": target, "version": version, "as": form, "photo": photo_rule}
    options |= {"filename": filename, "content": content, "ttl": ttl}
    options |= {"once": "true" if once else ""}
    accept = _accept(out) if form == "qr" else b""
    has_own_photo = False
    try:
        request = Request(body=read_file(file), query=_query(options), accept=accept)
        card_request = native.read(request)
        if photo is not None and card_request.options.photo != "none":
            octets = octets_of(str(photo))  # an empty photo means none elsewhere
            card_request = structs.replace(card_request, photo_url="", photo_bytes=octets)
            has_own_photo = True
        result = asyncio.run(_create(settings, card_request))
        response = native.card_response(card_request, result)
    except Refused as refused:
        problems = [
            _with_cli_options(problem, has_own_photo=has_own_photo) for problem in refused.problems
        ]
        if is_for_people():
            stop(*map(_sentence, problems))
        stop(native.error_response(tuple(problems)).chunks[0].decode())
    headers = dict(response.headers)
    say(*_notes(headers.get(b"vcard-notes", b"")))
    if form != "link" and b"location" in headers:
        say(f"link: {headers[b'location'].decode()}")
    write_file(out, b"".join(response.chunks))


def _accept(out: Path | None) -> bytes:
    """Return the Accept header for a QR code of the type that the file's ending names."""
    return QR_TYPES.get(out.suffix.lower() if out else "", QR_TYPES[".svg"])


def _query(options: dict[str, str]) -> bytes:
    from urllib.parse import urlencode

    return urlencode({name: value for name, value in options.items() if value}).encode()


def _notes(header: bytes) -> list[str]:
    """Return the notes of a Vcard-Notes header, one a line."""
    return [f"note: {note.replace(';', ' ')}" for note in header.decode().split(", ") if note]


async def _create(settings: Settings, card_request: "CardRequest") -> "CardResult":
    from vcardsvc.services.cards import Cards

    wants_link = card_request.options.links
    async with photos_and_links(settings, links=wants_link) as (photos, links):
        cards = Cards(photos=photos, links=links, mms_limit=settings.mms_limit)
        return await cards.create(card_request, COMMAND_LINE, settings.public_url)


def is_for_people() -> bool:
    """Return whether stdout is a terminal."""
    return sys.stdout.isatty()


def _with_cli_options(problem: "Problem", *, has_own_photo: bool) -> "Problem":
    """Return the problem with the options of the command line in place of the request's."""
    if problem.field == "/photo" and has_own_photo:
        return dataclasses.replace(problem, field=None, detail=f"It is the file of {PHOTO}.")
    detail = _QUERY_OPTION.sub(_cli_option, problem.detail)
    return problem if problem.field else dataclasses.replace(problem, detail=detail)


def _cli_option(match: "re.Match[str]") -> str:
    return OPTIONS[match[1]] if match[1] else f"{OPTIONS[match[2]]} "


def _sentence(problem: "Problem") -> str:
    field = f" {problem.field}" if problem.field else ""
    return f"{problem.code.name}{field}: {problem.info}"
