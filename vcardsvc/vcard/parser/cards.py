"""Reads cards into cards of the model, rows for people, and findings.

Strategy: `lines` cuts a file once. `scan` finds the faults of its lines, and `reader` reads the
same lines into a card, so that each card has its own findings in a file in any state. Rows have the
card's values. Octets are reported by type and size. `read` raises no other exception than NotACard.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from msgspec import structs

from vcardsvc.model.card import Binary, Card, Property, ValueType
from vcardsvc.model.contact import Contact
from vcardsvc.vcard.contact_view import (
    PHONE_LABELS,
    PLACE_LABELS,
    ContactView,
    components_of,
    contact_view,
    text_of,
)
from vcardsvc.vcard.content_line import cleaned
from vcardsvc.vcard.data_uris import binary_of
from vcardsvc.vcard.date_forms import extended_date, extended_offset
from vcardsvc.vcard.parser.findings import Finding, finding, limited
from vcardsvc.vcard.parser.lines import Block, parse_file
from vcardsvc.vcard.parser.media import FILES
from vcardsvc.vcard.parser.picture import DAMAGED, LINK, is_coded_uri, picture
from vcardsvc.vcard.parser.reader import card_of, unreadable
from vcardsvc.vcard.parser.scan import scan, scan_file
from vcardsvc.vcard.parser.values import unescaped
from vcardsvc.vcard.properties import envelope

Row = tuple[str, str]

MAX_TEXT: Final = 100_000
"""The most characters of a text in a row: ten times the longest note on a phone."""

ROWS: Final = {
    "NICKNAME": "Nickname",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "ROLE": "Role",
    "CATEGORIES": "Categories",
    "IMPP": "Chat",
    "SOCIALPROFILE": "Profile",
    "X-ABDATE": "Date",
    "RELATED": "Related name",
    "X-ABADR": "Country code",
    "PHOTO": "Photo",
    "LOGO": "Logo",
    "SOUND": "Sound",
    "KEY": "Key",
    "TZ": "Time zone",
    "GEO": "Place",
    "REV": "Last change",
    "CREATED": "Created",
    "LANG": "Language",
    "LANGUAGE": "Language of the card",
    "PRONOUNS": "Pronouns",
    "GENDER": "Gender",
    "GRAMGENDER": "Grammatical gender",
    "BIRTHPLACE": "Place of birth",
    "DEATHPLACE": "Place of death",
    "DEATHDATE": "Date of death",
    "EXPERTISE": "Expertise",
    "HOBBY": "Hobby",
    "INTEREST": "Interest",
    "KIND": "Kind",
    "MEMBER": "Member",
    "AGENT": "Agent",
    "SORT-STRING": "Sorted as",
    "X-PHONETIC-FIRST-NAME": "First name, spoken",
    "X-PHONETIC-MIDDLE-NAME": "Middle name, spoken",
    "X-PHONETIC-LAST-NAME": "Last name, spoken",
    "X-PHONETIC-ORG": "Organization, spoken",
    "X-MAIDENNAME": "Maiden name",
    "SOURCE": "Source",
    "CALURI": "Calendar",
    "CALADRURI": "Calendar address",
    "FBURL": "Free and busy times",
}
"""Names for people of further properties; any other is shown under its own name."""
ROWLESS: Final = frozenset((
    "PRODID", "UID", "N", "FN", "TITLE", "ORG", "TEL", "EMAIL", "ADR", "URL", "NOTE", "X-ABLABEL",
))  # fmt: skip
"""Properties with a row of their own, or without meaning to people."""
PARAMETERS: Final = {
    ("N", "SORT-AS"): "Sorted as",
    ("ORG", "SORT-AS"): "Organization, sorted as",
    ("ADR", "LABEL"): "Address, as written",
    ("ADR", "CC"): "Country code",
}
"""Names for people of the parameters that older versions have as properties of their own."""
LABELLED: Final = frozenset(("IMPP", "SOCIALPROFILE", "X-ABDATE", "RELATED"))
"""Further properties whose types are labels to a person."""
SILENT_TYPES: Final = frozenset((
    "voice", "other", "msg", "text", "x400", "postal", "parcel", "dom", "intl",
))  # fmt: skip
"""Types without a label: an entry with no other type is `work`, as in a request without a label."""
SEXES: Final = {"M": "male", "F": "female", "O": "other", "N": "none", "U": "unknown"}

_KNOWN_LABELS: Final = {
    "TEL": frozenset((*PHONE_LABELS, "voice", "other")),
    "EMAIL": frozenset(PLACE_LABELS),
    "ADR": frozenset(PLACE_LABELS),
}
_DAMAGES: Final = frozenset(("photo-damaged", "photo-data-uri-damaged", "base64-damaged"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCard:
    """Holds one card that was read.

    `unreadable` are the names of properties whose value could not be read. Findings of the whole
    file are in the first card.
    """

    card: Card
    unreadable: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def version(self) -> str:
        """Return the version as written, "" without one."""
        return self.card.version

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return what the card says as (name, text), for people."""
        return (*_rows(self.card), *((ROWS.get(name, name), DAMAGED) for name in self.unreadable))

    @property
    def contact(self) -> Contact:
        """Return the card as a contact, its numbers as written."""
        return contact_view(self.card, in_e164=False).contact


def read(data: bytes) -> tuple[ReadCard, ...]:
    """Read every card of a file of at most MAX_BYTES octets, of version 2.1, 3.0 or 4.0.

    Raises NotACard, with a sentence, when there is no card or the file is over a ceiling.
    """
    file = parse_file(data)
    whole = tuple(scan_file(file))
    return tuple(
        _read(block, whole if place == 0 else (), apple_utf8=file.apple_utf8)
        for place, block in enumerate(file.blocks)
    )


def _read(block: Block, whole: tuple[Finding, ...], *, apple_utf8: bool) -> ReadCard:
    card, problems = card_of(block.raw)
    damaged = unreadable(problems)
    found = [*whole, *scan(block, apple_utf8=apple_utf8), *_of_values(card)]
    named = {one.line for one in found if one.code in _DAMAGES}
    found += [finding(line, "unreadable-value") for line, _ in damaged if line not in named]
    return ReadCard(
        card=card,
        unreadable=tuple(name for _, name in damaged),
        findings=_named_findings(block, limited(found)),
    )


def _of_values(card: Card) -> Iterator[Finding]:
    """Yield the findings that a card's values and labels show."""
    for prop in card.properties:
        if isinstance(prop.value, str) and len(prop.value) > MAX_TEXT and not _is_file(prop):
            yield finding(prop.line, "value-too-long")
        known = _KNOWN_LABELS.get(prop.name)
        if known and not (known.intersection((prop.label.lower(), *prop.types)) or prop.pref):
            odd = prop.label or set(prop.types) - SILENT_TYPES
            if odd:
                yield finding(prop.line, "unknown-type")


def _named_findings(block: Block, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings with the names of the properties on their lines."""
    names = {
        line.number + shift: line.name
        for line in (*block.edges, *block.lines)
        for shift in range(len(line.parts))
    }
    return tuple(structs.replace(one, name=names.get(one.line, "")) for one in findings)


def _rows(card: Card) -> tuple[Row, ...]:
    view = contact_view(card, in_e164=False)
    rows = [*_names(card), *_places(view), *_others(card)]
    return tuple((name, text[:MAX_TEXT]) for name, text in rows if text)


def _names(card: Card) -> Iterator[Row]:
    yield "Name", _full_name(card)
    yield from (("Title", text_of(prop)) for prop in _named(card, "TITLE"))
    for prop in _named(card, "ORG"):
        organization, *units = components_of(prop, 1)
        yield "Organization", organization
        yield "Department", _one_line(", ".join(filter(None, units)))


def _full_name(card: Card) -> str:
    for prop in _named(card, "FN"):
        return _one_line(text_of(prop))
    for prop in _named(card, "N"):
        family, given, additional, prefix, suffix, *_ = components_of(prop, 5)
        return _one_line(f"{prefix} {given} {additional} {family} {suffix}")
    return ""


def _places(view: ContactView) -> Iterator[Row]:
    """Yield the labelled entries of a card, and its notes."""
    contact, card = view.contact, view.card
    for phone, (place,) in zip(contact.phones, view.places["phones"], strict=True):
        prop = card.properties[place]
        yield _what("Phone", _label(prop, phone.label, "other")), phone.number
    for email, (place,) in zip(contact.emails, view.places["emails"], strict=True):
        prop = card.properties[place]
        yield _what("E-mail", _label(prop, email.label, "work")), email.address
    for address, (place,) in zip(contact.addresses, view.places["addresses"], strict=True):
        prop = card.properties[place]
        yield _what("Address", _label(prop, address.label, "work")), envelope(address)
    for prop in _named(card, "URL"):
        is_homepage = prop.label.casefold() == "homepage"
        yield _what("Website", "" if is_homepage else prop.label or _types(prop)), _text(prop)
    yield from (("Note", text_of(prop)) for prop in _named(card, "NOTE"))


def _label(prop: Property, known: str, default: str) -> str:
    """Return the label for people: one's own, else a known one, else the types."""
    return prop.label or (known if known != default else _types(prop) or default)


def _others(card: Card) -> Iterator[Row]:
    """Yield the further properties, those of a name together, and files behind them."""
    by_name: dict[str, list[Property]] = {}
    for prop in card.properties:
        by_name.setdefault(prop.name, []).append(prop)
    others = [prop for name, props in by_name.items() if name not in ROWLESS for prop in props]
    yield from (_row(prop) for prop in others if not _is_file(prop))
    for (name, parameter), what in PARAMETERS.items():
        yield from (
            (what, cleaned(text))
            for prop in by_name.get(name, ())
            if (text := prop.param(parameter))
            if parameter != "LABEL" or any(components_of(prop, 7))  # else it is the address
        )
    yield from (_row(prop) for prop in others if _is_file(prop))


def _row(prop: Property) -> Row:
    return _what(ROWS.get(prop.name, prop.name), _other_label(prop)), _text(prop)


def _other_label(prop: Property) -> str:
    """Return the label for people of a further property: its own, its service, or its types."""
    if prop.label or prop.name not in LABELLED:
        return prop.label
    return cleaned(prop.param("SERVICE-TYPE")) or _types(prop)


def _types(prop: Property) -> str:
    return ", ".join(each for each in prop.types if each not in SILENT_TYPES)


def _what(kind: str, label: str) -> str:
    label = _one_line(label)
    return f"{kind}, {label}" if label else kind


def _is_file(prop: Property) -> bool:
    """Return whether the value is octets, or a link to them."""
    value = prop.value
    if isinstance(value, str):
        is_link = prop.name in FILES and prop.kind == "uri"
        return is_link or prop.name == "PHOTO" or is_coded_uri(value)
    return isinstance(value, Binary)


def _text(prop: Property) -> str:
    """Return a value as people read it; octets are described."""
    value = prop.value
    if isinstance(value, Binary):
        return str(picture(value.data))
    if not isinstance(value, str):
        return SEXES.get(text_of(prop), text_of(prop)) if prop.name == "GENDER" else text_of(prop)
    if is_coded_uri(value):
        maybe_file = binary_of(value.replace("\\", "").strip())
        return str(picture(maybe_file.data)) if maybe_file else DAMAGED
    if _is_file(prop):
        return LINK if prop.kind == "uri" else DAMAGED
    if prop.kind in _WRITTEN:
        return _WRITTEN[prop.kind](value) or text_of(prop)
    return cleaned(_BY_NAME[prop.name](value)) if prop.name in _BY_NAME else text_of(prop)


_WRITTEN: Final[dict[ValueType, Callable[[str], str]]] = {
    "date-and-or-time": extended_date,
    "timestamp": extended_date,
    "utc-offset": extended_offset,
    "unknown": lambda value: cleaned(unescaped(value)).strip(),
    "vcard": lambda _: "a card",
}
_BY_NAME: Final[dict[str, Callable[[str], str]]] = {
    "IMPP": unquote,
    "GEO": lambda value: value.removeprefix("geo:"),
}
"""How people read the values of a kind, and of a name."""


def _named(card: Card, name: str) -> Iterator[Property]:
    return (prop for prop in card.properties if prop.name == name)


def _one_line(text: str) -> str:
    return " ".join(text.split())
