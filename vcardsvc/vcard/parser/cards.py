"""Reads cards into contacts, rows for people, and findings.

Labels are read from TYPE and X-ABLabel by the tables below. Photos are not decoded. `read` raises
no other exception than NotACard.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from msgspec import structs

from vcardsvc.model.contact import (
    Address,
    Contact,
    Email,
    Phone,
    PhoneLabel,
    Photo,
    PlaceLabel,
    Website,
)
from vcardsvc.vcard.parser.decode import DecodedLine, decoded
from vcardsvc.vcard.parser.findings import Finding, finding, limited
from vcardsvc.vcard.parser.lines import Block, Line, parse_file
from vcardsvc.vcard.parser.picture import Picture, holds_octets, picture_of
from vcardsvc.vcard.parser.scan import is_foreign_scheme, scan, scan_file, version_of
from vcardsvc.vcard.properties import envelope

Row = tuple[str, str]
Label = TypeVar("Label", PhoneLabel, PlaceLabel)

PHONE_TYPES: tuple[tuple[str, PhoneLabel], ...] = (
    ("FAX", "fax"),
    ("HOMEFAX", "fax"),
    ("WORKFAX", "fax"),
    ("OTHERFAX", "fax"),
    ("PAGER", "pager"),
    ("CELL", "mobile"),
    ("MOBILE", "mobile"),
    ("IPHONE", "mobile"),
    ("MAIN", "main"),
    ("MAIN-NUMBER", "main"),
    ("COMPANY-MAIN", "main"),
    ("WORK", "work"),
    ("HOME", "home"),
    ("OTHER", "other"),
    ("VOICE", "other"),
    ("PREF", "main"),
)
"""The label of the first of these types that a number has. Android writes main as PREF alone."""
PLACE_TYPES: tuple[tuple[str, PlaceLabel], ...] = (("WORK", "work"), ("HOME", "home"))
SILENT_TYPES = {
    "INTERNET", "PREF", "VOICE", "OTHER", "MSG", "TEXT", "X400", "POSTAL", "PARCEL", "DOM", "INTL",
}  # fmt: skip
"""Types without a label: an entry with no other type is `work`, as in a request without a label."""

OTHER_ROWS = {
    "NICKNAME": "Nickname",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "ROLE": "Role",
    "CATEGORIES": "Categories",
    "IMPP": "Chat",
    "X-SOCIALPROFILE": "Profile",
    "X-ABDATE": "Date",
    "X-ABRELATEDNAMES": "Related name",
    "X-ABADR": "Country code",
    "LOGO": "Logo",
    "SOUND": "Sound",
    "KEY": "Key",
    "TZ": "Time zone",
    "GEO": "Place",
    "REV": "Last change",
}
"""Names for people of further properties; any other is shown under its own name."""
ROWLESS = {
    "", "BEGIN", "END", "VERSION", "PRODID", "UID", "N", "FN", "TITLE", "ORG", "TEL", "EMAIL",
    "ADR", "URL", "NOTE", "PHOTO", "X-ABLABEL", "AGENT",
}  # fmt: skip
"""Properties with a row of their own, or without meaning to people."""
UNDECODED = {"", "PHOTO", "AGENT"}
FILES = ("LOGO", "SOUND", "KEY")
"""Properties whose value is a file in base64, a link to it, or a text."""
SERVICES = ("X-SERVICE-TYPE", "SERVICE-TYPE")
"""Parameters of IMPP that name the service (Apple, RFC 9554 section 4.9)."""
LABELLED = ("IMPP", "X-SOCIALPROFILE", "X-ABDATE", "X-ABRELATEDNAMES", "RELATED")
"""Further properties whose types are labels to a person."""

_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_TEL_SCHEME = re.compile(r"tel:", re.IGNORECASE)
_UNSAFE_IN_URL = re.compile(r'[\s,;\\"<>]')


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCard:
    """Holds one card that was read.

    `version` is as written ("" if missing). In `contact`, the post-office box and the extended
    address are lines above the street, all parts of ORG after the first are the unit, and FN is the
    first name if N is empty, unless it is the company's; a photo that is no JPEG is in `rows` only.
    `rows` are (name, text) for people. Findings of the whole file are in the first card.
    """

    version: str
    contact: Contact
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


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
    version = version_of(block)
    sheet = _sheet(block, version)
    places = _places(sheet)
    pictures = [picture_of(line) for line in block.lines if line.name == "PHOTO"]
    return ReadCard(
        version=version,
        contact=_contact(sheet, places, pictures),
        rows=tuple(_rows(sheet, places, pictures)),
        findings=limited([*whole, *scan(block, apple_utf8=apple_utf8), *sheet.findings]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Holds the decoded lines by property name in the card's order, Apple's labels by group, and
    (property name, file) of the lines without text."""

    by_name: dict[str, list[DecodedLine]]
    labels: dict[str, str]
    files: list[tuple[str, Picture]]
    findings: list[Finding]

    def texts(self, name: str) -> list[str]:
        return [entry.text for entry in self.by_name.get(name, []) if entry.text]

    def label(self, line: Line) -> str:
        """Return Apple's label of the group of a line, or ""."""
        return self.labels.get(line.group.upper(), "") if line.group else ""


def _sheet(block: Block, version: str) -> _Sheet:
    sheet = _Sheet(by_name={}, labels={}, files=[], findings=[])
    for line in block.lines:
        if line.name in UNDECODED:
            continue
        maybe_file = _file_of(line)
        if maybe_file is not None:
            sheet.files.append((line.name, maybe_file))
            continue
        maybe_entry, code = decoded(line, version)
        if code:
            sheet.findings.append(finding(line.number, code))
        if maybe_entry is None:
            continue
        sheet.by_name.setdefault(line.name, []).append(maybe_entry)
        if line.name == "X-ABLABEL" and line.group:
            label = _APPLE_LABEL.sub(r"\1", _one_line(maybe_entry.text))
            sheet.labels[line.group.upper()] = label  # Apple uses the last of a group
    return sheet


def _file_of(line: Line) -> Picture | None:
    """Return the file in a line of any name; None if the line is a text."""
    if not holds_octets(line) and line.name not in FILES:
        return None
    picture = picture_of(line)
    is_text = picture.fault == "photo-damaged" and not holds_octets(line)
    return None if is_text else picture


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Holds the labelled entries of a card, each with its label for people."""

    phones: tuple[tuple[str, Phone], ...]
    emails: tuple[tuple[str, Email], ...]
    addresses: tuple[tuple[str, Address], ...]
    websites: tuple[tuple[str, Website], ...]


def _places(sheet: _Sheet) -> _Places:
    phones, emails, addresses, websites = [], [], [], []
    for entry in sheet.by_name.get("TEL", []):
        number = _one_line(_TEL_SCHEME.sub("", entry.text))
        shown, label = _labelled(sheet, entry, PHONE_TYPES, "other")
        phones.append((shown, Phone(number=number, label=label)))
    for entry in sheet.by_name.get("EMAIL", []):
        shown, place = _labelled(sheet, entry, PLACE_TYPES, "work")
        emails.append((shown, Email(address=_one_line(entry.text), label=place)))
    for entry in sheet.by_name.get("ADR", []):
        shown, place = _labelled(sheet, entry, PLACE_TYPES, "work")
        addresses.append((shown, _address(entry.parts, place)))
    for entry in sheet.by_name.get("URL", []):
        shown = sheet.label(entry.line)
        own = "" if shown.casefold() == "homepage" else shown
        websites.append((shown, Website(url=entry.text, label=own)))
    return _Places(
        phones=tuple(pair for pair in phones if pair[1].number),
        emails=tuple(pair for pair in emails if pair[1].address),
        addresses=tuple(pair for pair in addresses if envelope(pair[1])),
        websites=tuple(pair for pair in websites if pair[1].url),
    )


def _labelled(
    sheet: _Sheet, entry: DecodedLine, table: tuple[tuple[str, Label], ...], default: Label
) -> tuple[str, Label]:
    """Return (label for people, label). Apple's own label goes before the types."""
    line = entry.line
    apple = sheet.label(line)
    for types in ((apple.upper(),), line.types):
        for type_name, label in table:
            if type_name in types:
                return apple or label, label
    if apple or set(line.types) - SILENT_TYPES:
        sheet.findings.append(finding(line.number, "unknown-type"))
    return apple or default, default


def _address(parts: tuple[str, ...], label: PlaceLabel) -> Address:
    locality, region, code, nation = map(_one_line, parts[3:])
    return Address(
        text="\n".join(filter(None, parts[:3])),
        label=label,
        locality=locality,
        region=region,
        code=code,
        nation=nation,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _named(sheet: _Sheet, organization: str) -> Contact:
    """Return a contact with a name only: that of N, else FN unless it is the company's."""
    names = sheet.by_name.get("N", [])
    parts = tuple(map(_one_line, names[0].parts)) if names else ("",) * 5
    last, first, middle, prefix, suffix = parts
    if not (first or last):
        full_name = next(map(_one_line, sheet.texts("FN")), "")
        if full_name and full_name.casefold() != _one_line(organization).casefold():
            return Contact(first=full_name)
    return Contact(first=first, last=last, middle=middle, prefix=prefix, suffix=suffix)


def _full_name(sheet: _Sheet) -> str:
    for text in sheet.texts("FN"):
        return _one_line(text)
    for entry in sheet.by_name.get("N", []):
        family, given, additional, prefix, suffix = entry.parts
        return _one_line(f"{prefix} {given} {additional} {family} {suffix}")
    return ""


def _organizations(sheet: _Sheet) -> list[tuple[str, str]]:
    """Return (company, unit) of each ORG that is not empty."""
    values = [entry.parts for entry in sheet.by_name.get("ORG", [])]
    pairs = [(first, _one_line(", ".join(filter(None, rest)))) for first, *rest in values]
    return [pair for pair in pairs if any(pair)]


def _contact(sheet: _Sheet, places: _Places, pictures: list[Picture]) -> Contact:
    organization, unit = next(iter(_organizations(sheet)), ("", ""))
    jpegs = [picture for picture in pictures if picture.kind == "JPEG" and picture.width]
    return structs.replace(
        _named(sheet, organization),
        organization=organization,
        unit=unit,
        title=next(iter(sheet.texts("TITLE")), ""),
        note="\n".join(sheet.texts("NOTE")),
        phones=tuple(phone for _, phone in places.phones),
        emails=tuple(email for _, email in places.emails),
        addresses=tuple(address for _, address in places.addresses),
        websites=tuple(
            Website(
                url=_UNSAFE_IN_URL.sub(lambda match: quote(match[0]), website.url),
                label=website.label,
            )
            for _, website in places.websites
            if not is_foreign_scheme(website.url)
        ),
        uid=_one_line(next(iter(sheet.texts("UID")), "")),
        photo=next(
            (Photo(jpeg=jpeg.octets, width=jpeg.width, height=jpeg.height) for jpeg in jpegs), None
        ),
    )


def _rows(sheet: _Sheet, places: _Places, pictures: list[Picture]) -> Iterator[Row]:
    if name := _full_name(sheet):
        yield "Name", name
    yield from (("Title", text) for text in sheet.texts("TITLE"))
    yield from (("Organization", ", ".join(filter(None, parts))) for parts in _organizations(sheet))
    yield from ((_what("Phone", shown), phone.number) for shown, phone in places.phones)
    yield from ((_what("E-mail", shown), email.address) for shown, email in places.emails)
    yield from ((_what("Address", shown), envelope(address)) for shown, address in places.addresses)
    yield from ((_what("Website", shown), website.url) for shown, website in places.websites)
    yield from (("Note", text) for text in sheet.texts("NOTE"))
    for property_name, entries in sheet.by_name.items():
        if property_name not in ROWLESS:
            what = OTHER_ROWS.get(property_name, property_name)
            yield from (
                (_what(what, _other_label(sheet, entry.line)), entry.text)
                for entry in entries
                if entry.text
            )
    yield from (("Photo", str(picture)) for picture in pictures)
    yield from ((OTHER_ROWS.get(name, name), str(file)) for name, file in sheet.files)


def _other_label(sheet: _Sheet, line: Line) -> str:
    """Return the label for people of a further property: of its group, its service, or its
    types."""
    if label := sheet.label(line):
        return label
    if line.name not in LABELLED:
        return ""
    services = filter(None, map(line.parameter, SERVICES))
    types = (each.lower() for each in line.types if each not in SILENT_TYPES)
    return _one_line(next(services, "") or ", ".join(types))


def _what(kind: str, shown: str) -> str:
    return f"{kind}, {shown}" if shown else kind
