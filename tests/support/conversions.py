"""Conversions in this process: octets of cards in, a document and every note out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple, NoReturn

from tests.support.card_values import SILENT, Said, lines, said_by_json, said_by_text, said_by_xml
from tests.support.service import Inside, inside
from vcardsvc.apis.base import Request
from vcardsvc.apis.convert.request import read_conversion
from vcardsvc.errors import E406, Refused
from vcardsvc.vcard import PROFILES
from vcardsvc.vcard.parser.reader import read_cards

VERSIONS: Final = ("2.1", "3.0", "4.0")
TEXT: Final = "text/vcard"


NO_LABELS: Final = ("_$!<HomePage>!$_", "_$!<Other>!$_")
"""Apple's labels that say no more than none."""


class Conversion(NamedTuple):
    """The query of a conversion, the media type of its result, and the `from` of that."""

    query: str
    media_type: str = TEXT
    source: str = ""


CONVERSIONS: Final = (
    *(
        Conversion(f"target={target}&version={version}")
        for target in PROFILES
        for version in VERSIONS
    ),
    Conversion("as=jcard", "application/vcard+json"),
    Conversion("as=xcard", "application/vcard+xml"),
    Conversion("as=jscontact", "application/jscontact+json"),
    Conversion("as=whatsapp", "application/json", "whatsapp"),
    Conversion("as=telegram", "application/json", "telegram"),
)
"""Every version for every target, every form, every payload with cards."""

SAID: Final = {
    TEXT: said_by_text,
    "application/vcard+json": said_by_json,
    "application/vcard+xml": said_by_xml,
    "application/jscontact+json": said_by_json,
    "application/json": said_by_json,
}


async def _nowhere(host: str, port: int) -> NoReturn:
    raise OSError


@contextmanager
def offline() -> Iterator[Inside]:
    """The application in a world without names."""
    with inside(_nowhere, log_requests=False, photo_ports=(1,)) as created:
        yield created


class Converted(NamedTuple):
    """The result of a conversion, and the places that its notes name."""

    octets: bytes
    named: frozenset[str]


def converted(
    app: Inside, octets: bytes, query: str, media_type: str = TEXT, source: str = ""
) -> Converted | None:
    """The result; None where the target cannot hold a card, which is refused in a sentence."""
    whole = "&".join(filter(None, [query, "photo=none", source and f"from={source}"]))
    request = Request(query=whole.encode(), body=octets, content_type=media_type.encode())
    context = app.context
    conversion = read_conversion(
        request, media_type.encode(), context.conversions().policy, 3600, 1000
    )
    try:
        result = app.runner.run(context.conversions().convert(conversion))
    except Refused as refused:
        if refused.problems[0].code is not E406:
            raise
        return None
    assert result.maybe_document
    named = frozenset(note.field for note in result.notes)
    return Converted(result.maybe_document.octets, named)


def lost(octets: bytes, result: Converted, said: Said) -> list[str]:
    """The values of the cards that are neither in the result nor named, in the words of a test."""
    places = _places(octets)
    written = lines(octets)
    missing = []
    for line in written:
        fields = {f"card/{line.card}/line/{line.number}"} | places.get(line.number, set())
        for other in written if line.name.startswith("X-AB") and line.group else ():
            if (other.card, other.group) == (line.card, line.group):
                fields |= places.get(other.number, set())
        if line.name == "JSPROP":  # members of JSContact, which has them as such
            continue
        names = {"SORT-STRING": "N", "LABEL": "ADR"}.get(line.name, "")
        if fields & result.named or (
            names and any(f"card/{line.card}/{names}/" in one for one in result.named)
        ):
            continue
        params = [("X-ABLABEL", text) for name, text in line.params if name not in SILENT]
        params = [pair for pair in params if pair[1] not in NO_LABELS]
        values = [value for value in line.values if value not in NO_LABELS]
        missing += [
            f"{line.name}: {value!r}"
            for name, value in (*[(line.name, value) for value in values], *params)
            if not said.holds(name, value)
        ]
    return missing


def _places(octets: bytes) -> dict[int, set[str]]:
    """The places by which notes name a property, by the number of its line."""
    found: dict[int, set[str]] = {}
    for index, card in enumerate(read_cards(octets).cards):
        counts: dict[str, int] = {}
        for one in card.properties:
            at = counts[one.name] = counts.get(one.name, -1) + 1
            found.setdefault(one.line, set()).add(f"card/{index}/{one.name}/{at}")
    return found
