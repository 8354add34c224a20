"""Reads a body of cards in any format into cards, by its media type, or a file in a form.

    text/vcard, text/x-vcard, text/directory     vCard 2.1, 3.0, 4.0; `charset` names the encoding
    application/vcard+json, +xml                 jCard, xCard
    application/jscontact+json                   JSContact
    application/json with ?from=SOURCE           createcontact, whatsapp, telegram, people, graph;
                                                 without it jCard or JSContact
    multipart/form-data                          one file; its part's media type, or its name's end

What cannot be read is named; only a body without any card is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from vcardsvc.apis.base import Request
from vcardsvc.apis.convert.createcontact import read_createcontact
from vcardsvc.apis.createcontact.forms.parsing import MULTIPART, Upload, parse_fields
from vcardsvc.errors import E100, E1527, E1539, Problem, Refused
from vcardsvc.formats.json import json_value
from vcardsvc.imports import READERS
from vcardsvc.model.card import Card
from vcardsvc.model.conversion import CardNote
from vcardsvc.validation.fields import Policy
from vcardsvc.vcard.parser import read
from vcardsvc.vcard.parser.jcard import read_jcard
from vcardsvc.vcard.parser.jscontact import read_jscontact
from vcardsvc.vcard.parser.octets import in_utf_8, is_known
from vcardsvc.vcard.parser.read_file import NotACard, ReadFile, ReadProblem
from vcardsvc.vcard.parser.reader import read_cards
from vcardsvc.vcard.parser.xcard import read_xcard

TEXT: Final = frozenset((b"text/vcard", b"text/x-vcard", b"text/directory"))
JCARD: Final = b"application/vcard+json"
XCARD: Final = b"application/vcard+xml"
JSCONTACT: Final = b"application/jscontact+json"
JSON: Final = b"application/json"

MEDIA_TYPES: Final = frozenset((*TEXT, JCARD, XCARD, JSCONTACT, JSON, MULTIPART))
"""The media types of a body."""

NO_SOURCE: Final = "from"
"""The cause of the refusal of JSON that does not say itself what it is."""

PROPERTIES: Final = 20
"""The most properties of a card, on average, in a body of the most cards: those of an address book
have about ten, and some have thirty."""

CHECKED: Final = 12
"""The same of a body to check, which takes longer."""

FEWEST: Final = 1_000
"""Cards whose properties a body may have under any setting of the most cards."""

FEWER: Final = "Send fewer at once, or a list of cards to POST /batch."

CHARSET: Final = 70
"""The most characters of a charset in a refusal."""

SOURCES: Final = ("createcontact", *READERS)
"""The values of `from`."""

ENDINGS: Final[Mapping[str, bytes]] = {
    ".vcf": b"text/vcard",
    ".vcard": b"text/vcard",
    ".jcf": JCARD,
    ".jcard": JCARD,
    ".xcf": XCARD,
    ".xml": XCARD,
    ".jscontact": JSCONTACT,
    ".json": JSON,
}
"""The media types by the end of a file's name, where its part names none of them."""

_READERS: Final[Mapping[bytes, Callable[[bytes], ReadFile]]] = {
    JCARD: read_jcard,
    XCARD: read_xcard,
    JSCONTACT: read_jscontact,
}


class Reading(Struct, frozen=True, kw_only=True):
    """Says how a file is read. `maybe_source` is the value of `from`; `photos`: a createcontact
    request whose photo is no image is refused, else the photo is left out; `empty`: vCard text
    whose cards are empty is read too; `properties`: the most of a card on average."""

    maybe_source: str | None = None
    photos: bool = False
    empty: bool = False
    properties: int = PROPERTIES


class CardFile(Struct, frozen=True, kw_only=True):
    """Holds the cards of a body, notes on what could not be read, and the text of vCards as UTF-8
    ("" of another format)."""

    cards: tuple[Card, ...]
    notes: tuple[CardNote, ...] = ()
    text: bytes = b""


def read_file(
    request: Request, media_type: bytes, reading: Reading, policy: Policy, most: int
) -> CardFile:
    """Return at most `most` cards of the body.

    `media_type` is one of MEDIA_TYPES. Raises Refused: E108 for JSON that does not parse, E1527 for
    other JSON without a source, E100 (413) for more cards or too many properties, E100 (415) for an
    unknown charset of text, E1539 for no card, and what createcontact's fields raise.
    """
    body, charset = request.body, charset_of(request.content_type.decode("latin-1"))
    if media_type == MULTIPART:
        upload = _file(request)
        body, charset, media_type = upload.data, charset_of(upload.content_type), _type_of(upload)
    if charset and media_type in TEXT and not is_known(charset):
        detail = f"The charset {charset[:CHARSET]} is not served: send UTF-8."
        raise Refused(Problem(code=E100, cause="charset", status=415, detail=detail))
    if not body.strip():
        raise Refused(Problem(code=E100, cause="no-body", detail="The body is empty."))
    try:
        file = read_octets(body, media_type, reading, policy, charset)
    except NotACard as fault:
        raise Refused(Problem(code=E1539, cause="no-card", detail=str(fault))) from None
    if len(file.cards) > most:
        detail = f"The body holds {len(file.cards)} cards, and may hold {most} "
        detail += f"(VCARDSVC_CONVERT_CARDS). {FEWER}"
        raise Refused(Problem(code=E100, cause="card-limit", status=413, detail=detail))
    _limit_properties(file.cards, reading.properties, most)
    return file


def _limit_properties(cards: Sequence[Card], average: int, most: int) -> None:
    """Raise Refused for cards of more properties than `most` cards of `average` ones have."""
    count = sum(len(card.properties) for card in cards)
    ceiling = average * max(most, FEWEST)
    if count > ceiling:
        detail = f"The cards have {count} properties, and may have {ceiling} ({average} for each "
        detail += f"of VCARDSVC_CONVERT_CARDS). {FEWER}"
        raise Refused(Problem(code=E100, cause="property-limit", status=413, detail=detail))


def read_octets(
    octets: bytes, media_type: bytes, reading: Reading, policy: Policy, charset: str = ""
) -> CardFile:
    """Return the cards of a file, as `read_file` does of a body. Raises NotACard, and Refused."""
    if media_type in TEXT:
        return _read_text(octets, charset, empty=reading.empty)
    if media_type == JSON and reading.maybe_source == "createcontact":
        cards, notes = read_createcontact(json_value(octets), policy, photos=reading.photos)
        return CardFile(cards=cards, notes=notes)
    file = _read(octets, media_type, reading.maybe_source)
    return CardFile(cards=file.cards, notes=_notes(file))


def _read_text(octets: bytes, charset: str, *, empty: bool) -> CardFile:
    text = in_utf_8(octets, charset)
    try:
        file = read_cards(octets, charset)
    except NotACard:
        if not empty:
            raise
        read(text)  # raises NotACard without even an empty card
        return CardFile(cards=(), text=text)
    return CardFile(cards=file.cards, notes=_notes(file), text=text)


def _read(octets: bytes, media_type: bytes, maybe_source: str | None) -> ReadFile:
    if media_type in _READERS:
        return _READERS[media_type](octets)
    value = json_value(octets)
    if maybe_source is None:
        maybe_format = _format_of(value)
        if maybe_format:
            return _READERS[maybe_format](octets)
        detail = f"JSON needs from, one of: {', '.join(SOURCES)}."
        raise Refused(Problem(code=E1527, cause=NO_SOURCE, detail=detail))
    return READERS[maybe_source](value)


def _format_of(value: Any) -> bytes | None:
    """Return the media type of JSON that says itself what it is: a jCard, JSContact, or an array of
    them."""
    first = value[0] if type(value) is list and value else value
    if first == "vcard" or (type(first) is list and first[:1] == ["vcard"]):
        return JCARD
    return JSCONTACT if type(first) is dict and first.get("@type") == "Card" else None


def _file(request: Request) -> Upload:
    """Return the file of a form. Raises Refused for a form with none or several."""
    fields = parse_fields(request.content_type, request.body, len(request.body), request.cut)
    files = [value for _, value in fields if isinstance(value, Upload) and not value.absent]
    if len(files) != 1:
        detail = f"The form has {len(files)} files; send one."
        raise Refused(Problem(code=E100, cause="files", detail=detail))
    return files[0]


def _type_of(upload: Upload) -> bytes:
    """Return the media type of a file. Raises Refused for one that is none of cards."""
    named = upload.content_type.partition(";")[0].strip().lower().encode("latin-1", "replace")
    if named in MEDIA_TYPES and named != MULTIPART:
        return named
    name = upload.filename.lower()
    for ending, media_type in ENDINGS.items():
        if name.endswith(ending):
            return media_type
    names = ", ".join(sorted(ENDINGS))
    detail = f"The file's part has no media type of cards, and its name ends in none of: {names}."
    raise Refused(Problem(code=E100, cause="content-type", status=415, detail=detail))


def charset_of(content_type: str) -> str:
    """Return the charset parameter of a Content-Type, "" without one."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return ""


def _notes(file: ReadFile) -> tuple[CardNote, ...]:
    return tuple(map(_note, file.problems))


def _note(problem: ReadProblem) -> CardNote:
    """Return the note on what was not read; its field is its place in the body."""
    card = f"card/{problem.card}" if problem.card >= 0 else ""
    line = f"line/{problem.line}" if problem.line else ""
    place = problem.place.removeprefix("/") if not line else ""
    field = "/".join(filter(None, (card, line or place))) or "card"
    return CardNote(field=field, code=problem.code, reason=problem.text)
