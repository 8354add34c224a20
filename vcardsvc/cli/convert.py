"""Convert files of cards of any format into another form, as POST /convert does."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, get_args
from urllib.parse import urlencode

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.card_files import (
    STDIN,
    CardPath,
    card_files,
    is_whole,
    out_path,
    read_card_files,
    tell,
    tell_problem,
    write_file,
)
from vcardsvc.cli.common import policy_of, settings_of
from vcardsvc.cli.file_endings import ENDINGS, QR_TYPES, check_ending
from vcardsvc.cli.resources import COMMAND_LINE, photos_and_links
from vcardsvc.model.request import Form, Target
from vcardsvc.settings import Settings

if TYPE_CHECKING:
    from vcardsvc.apis.convert.files import CardFile
    from vcardsvc.apis.convert.request import ReadOptions
    from vcardsvc.model.card import Card
    from vcardsvc.model.conversion import CardNote
    from vcardsvc.services.conversion import Conversions

SOURCES: Final = "createcontact, whatsapp, telegram, people, graph"

FilesArgument = Annotated[
    list[str], typer.Argument(help="Files of cards, or directories of them; - is stdin.")
]
OutOption = Annotated[
    str,
    typer.Option(
        "-o",
        "--out",
        help="The file to write, or a directory (made where it ends in /); stdout by default.",
    ),
]
SourceOption = Annotated[str, typer.Option("--from", help=f"The source of JSON: {SOURCES}.")]
TargetOption = Annotated[
    str, typer.Option(help=f"The reader of the cards: {', '.join(get_args(Target))}.")
]
VersionOption = Annotated[str, typer.Option(help="2.1, 3.0 or 4.0.")]
PhotoRuleOption = Annotated[
    str,
    typer.Option(help="For photos at a URL: drop (those that cannot be used), require or none."),
]

_NAMES: Final = {"photo": "--photo-rule"}
"""The options that have another name than those of a query."""


@app.command()
def convert(
    files: FilesArgument,
    out: OutOption = "",
    source: SourceOption = "",
    target: TargetOption = "",
    version: VersionOption = "",
    form: Annotated[
        str, typer.Option("--as", help=f"The form of the cards: {', '.join(get_args(Form))}.")
    ] = "",
    photo_rule: PhotoRuleOption = "",
) -> None:
    """Convert vCards of any version, jCard, xCard, JSContact, and contacts of messengers and APIs.

    All cards go into one file, or with a directory behind -o into one file each. What is dropped,
    cut or changed goes to stderr. Exits with 1 when a file or a part of one cannot be read, with 2
    when an option has an unknown value.
    """
    options = {
        "from": source, "target": target, "version": version, "as": form, "photo": photo_rule,
    }  # fmt: skip
    raise typer.Exit(convert_files(files, out, form, options))


def convert_files(names: Sequence[str], out: str, form: str, options: Mapping[str, str]) -> int:
    """Convert the files of these names; return the exit code. `options` are those of a query."""
    settings, files = settings_of(take=True), card_files(names)
    read_options = options_of(settings, options, Path(out).suffix if form == "qr" else "")
    maybe_out = out_path(out)
    is_directory = maybe_out is not None and maybe_out.is_dir()
    if not is_directory:
        check_ending(maybe_out, form)
    return asyncio.run(_converted(settings, files, maybe_out, form, read_options))


def options_of(settings: Settings, options: Mapping[str, str], suffix: str = "") -> "ReadOptions":
    """Return the options of a query, and of the file's suffix of a QR code. Raises BadParameter."""
    from vcardsvc.apis.base import Request
    from vcardsvc.apis.convert.request import read_options
    from vcardsvc.errors import Refused

    query = urlencode({name: value for name, value in options.items() if value}).encode()
    request = Request(query=query, accept=QR_TYPES.get(suffix.lower(), b""))
    try:
        return read_options(request, policy_of(settings), settings.link_max_ttl)
    except Refused as refused:
        problem = refused.problems[0]
        hint = _NAMES.get(problem.cause, f"--{problem.cause}")
        raise typer.BadParameter(problem.detail, param_hint=hint) from None


async def _converted(
    settings: Settings,
    files: Sequence[CardPath],
    maybe_out: Path | None,
    form: str,
    options: "ReadOptions",
) -> int:
    """Convert each file into a file of a directory, or all cards into one file."""
    from vcardsvc.services.conversion import Conversions

    code, names = 0, set[str]()
    read: list[tuple[str, CardFile]] = []
    async with photos_and_links(settings, links=options.render.links) as (photos, links):
        service = Conversions(
            photos=photos, links=links, policy=policy_of(settings), mms_limit=settings.mms_limit
        )
        for file, maybe_cards in read_card_files(files, options.reading, settings, "Converting"):
            if maybe_cards is None or not is_whole(maybe_cards):
                code = 1
            if maybe_cards is None:
                continue
            tell(*[_line(file, note.field, note) for note in maybe_cards.notes])
            if maybe_out is None or not maybe_out.is_dir():
                read.append((file, maybe_cards))
                continue
            maybe_octets = await _octets(service, settings, options, [(file, maybe_cards)])
            if maybe_octets is None:
                code = 1
            else:
                write_file(maybe_out / _new_name(file, form, names), maybe_octets)
        if read:
            maybe_octets = await _octets(service, settings, options, read)
            if maybe_octets is None:
                return 1
            write_file(maybe_out, maybe_octets)
    return code


def _new_name(file: str, form: str, names: set[str]) -> str:
    """Return the name of the file that this one becomes in a directory, which is none of `names`
    and is added to them: files of several directories may be called the same."""
    ending = ENDINGS.get(form, (".vcf",))[0]
    stem = "stdin" if file == STDIN else Path(file).stem
    counted = (f"{stem}-{number}{ending}" for number in count(2))
    name = next(one for one in chain((f"{stem}{ending}",), counted) if one not in names)
    names.add(name)
    return name


async def _octets(
    service: "Conversions",
    settings: Settings,
    options: "ReadOptions",
    files: "Sequence[tuple[str, CardFile]]",
) -> bytes | None:
    """Return what the cards of these files become together, None where that is refused; say why,
    or what is noted of each beside what was read."""
    from vcardsvc.apis.convert.request import conversion_of
    from vcardsvc.apis.convert.response import conversion_response
    from vcardsvc.errors import Refused

    request = conversion_of(options, joined([cards for _, cards in files]))
    try:
        result = await service.convert(request, COMMAND_LINE, settings.public_url)
    except Refused as refused:
        for one in refused.problems:
            file, place = _place((one.field or "").removeprefix("/"), files)
            tell_problem(replace(one, field=place and f"/{place}"), file)
        return None
    told = frozenset(request.notes)
    tell(*[_line(*_place(one.field, files), one) for one in result.notes if one not in told])
    if result.maybe_link is not None and result.maybe_document is not None:
        tell(f"link: {result.maybe_link.url}")
    return b"".join(conversion_response(request, result).chunks)


def _line(file: str, place: str, note: "CardNote") -> str:
    """Return a note as a line on a place in a file."""
    return f"{file}: {place} {note.code}: {note.reason}"


def _place(field: str, files: "Sequence[tuple[str, CardFile]]") -> tuple[str, str]:
    """Return the file, and the place in there, of a place in the cards of all files; all of them
    for a place that is in no card."""
    maybe_index = _card_of(field)
    index = 0 if maybe_index is None else maybe_index
    for file, cards in files if maybe_index is not None else ():
        if index < len(cards.cards):
            return file, _at(field, index)
        index -= len(cards.cards)
    return ", ".join(file for file, _ in files), field


def joined(files: "Sequence[CardFile]") -> "CardFile":
    """Return the cards and notes of all files as those of one; a note's card is counted on."""
    from msgspec import structs

    from vcardsvc.apis.convert.files import CardFile

    cards: list[Card] = []
    notes: list[CardNote] = []
    for file in files:
        for note in file.notes:
            maybe_index = _card_of(note.field)
            if maybe_index is None:
                notes.append(note)
            else:
                place = _at(note.field, maybe_index + len(cards))
                notes.append(structs.replace(note, field=place))
        cards += file.cards
    return CardFile(cards=tuple(cards), notes=tuple(notes))


def _card_of(field: str) -> int | None:
    """Return the index of the card that a place is in; None where it is in none."""
    head, index, *_ = [*field.split("/"), ""]
    return int(index) if head == "card" and index.isdecimal() else None


def _at(field: str, index: int) -> str:
    """Return a place, its card under this index."""
    return "/".join(("card", str(index), *field.split("/")[2:]))
