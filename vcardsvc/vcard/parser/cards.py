"""Cards into what they say: a Contact for programs, rows for people, findings for both.

Labels come back from TYPE and from X-ABLabel, as the table below has them. What must never enter
here: a photo's pixels, or an exception out of `read` other than NotACard.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import quote

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
from vcardsvc.vcard.parser.decode import Said, decoded
from vcardsvc.vcard.parser.findings import Finding, found, told
from vcardsvc.vcard.parser.lines import Block, Line, file_of
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
"""The first of these among the types is the label. PREF alone is what Android writes for main."""
PLACE_TYPES: tuple[tuple[str, PlaceLabel], ...] = (("WORK", "work"), ("HOME", "home"))
SILENT_TYPES = {
    "INTERNET", "PREF", "VOICE", "OTHER", "MSG", "TEXT", "X400", "POSTAL", "PARCEL", "DOM", "INTL",
}  # fmt: skip
"""Types that carry no label: a place with no other is `work`, as in a request without a label."""

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
"""Further properties with a word for people; the rest is shown under its own name."""
ROWLESS = {
    "", "BEGIN", "END", "VERSION", "PRODID", "UID", "N", "FN", "TITLE", "ORG", "TEL", "EMAIL",
    "ADR", "URL", "NOTE", "PHOTO", "X-ABLABEL", "AGENT",
}  # fmt: skip
"""Properties that have a row of their own kind, or say nothing to people."""
UNDECODED = {"", "PHOTO", "AGENT"}
FILES = ("LOGO", "SOUND", "KEY")
"""Properties that hold a file in base64, or a link to it, or a text."""
SERVICES = ("X-SERVICE-TYPE", "SERVICE-TYPE")
"""Parameters of IMPP that name the service (Apple, RFC 9554 section 4.9)."""
LABELLED = ("IMPP", "X-SOCIALPROFILE", "X-ABDATE", "X-ABRELATEDNAMES", "RELATED")
"""Further properties whose types are labels to a person."""

_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_TEL_SCHEME = re.compile(r"tel:", re.IGNORECASE)
_UNSAFE_IN_URL = re.compile(r'[\s,;\\"<>]')


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCard:
    """One card. `version` is as written ("" when missing). The contact holds what ours can hold:
    a photo that is no JPEG stands in `rows` alone, the post-office box and the extended address
    stand above the street, all parts of ORG behind the first are its unit, and without a name in N
    the FN is the first name, unless it is the company's. `rows` are (what it is, text) for people.
    Faults of the whole file stand in the first card's `findings`."""

    version: str
    contact: Contact
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def read(data: bytes) -> tuple[ReadCard, ...]:
    """Read every card of a file of at most MAX_BYTES octets, of version 2.1, 3.0 or 4.0.

    Raises NotACard, with a sentence, when there is no card or the file is over a ceiling.
    """
    file = file_of(data)
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
        findings=told([*whole, *scan(block, apple_utf8=apple_utf8), *sheet.findings]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What was decoded, by property name and in the card's order, Apple's labels by group, and
    (property name, file) of the lines that hold no text."""

    by_name: dict[str, list[Said]]
    labels: dict[str, str]
    files: list[tuple[str, Picture]]
    findings: list[Finding]

    def texts(self, name: str) -> list[str]:
        return [said.text for said in self.by_name.get(name, []) if said.text]

    def label(self, line: Line) -> str:
        """Apple's label of the group that a line is in, or ""."""
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
        maybe_said, code = decoded(line, version)
        if code:
            sheet.findings.append(found(line.number, code))
        if maybe_said is None:
            continue
        sheet.by_name.setdefault(line.name, []).append(maybe_said)
        if line.name == "X-ABLABEL" and line.group:
            label = _APPLE_LABEL.sub(r"\1", _one_line(maybe_said.text))
            sheet.labels[line.group.upper()] = label  # Apple takes the last of a group
    return sheet


def _file_of(line: Line) -> Picture | None:
    """What a line holds that is no text, whatever its name is; None is a text."""
    if not holds_octets(line) and line.name not in FILES:
        return None
    picture = picture_of(line)
    is_text = picture.fault == "photo-damaged" and not holds_octets(line)
    return None if is_text else picture


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """The labelled things of a card, each with the word that a person reads beside it."""

    phones: tuple[tuple[str, Phone], ...]
    emails: tuple[tuple[str, Email], ...]
    addresses: tuple[tuple[str, Address], ...]
    websites: tuple[tuple[str, Website], ...]


def _places(sheet: _Sheet) -> _Places:
    phones, emails, addresses, websites = [], [], [], []
    for said in sheet.by_name.get("TEL", []):
        number = _one_line(_TEL_SCHEME.sub("", said.text))
        shown, label = _labelled(sheet, said, PHONE_TYPES, "other")
        phones.append((shown, Phone(number=number, label=label)))
    for said in sheet.by_name.get("EMAIL", []):
        shown, place = _labelled(sheet, said, PLACE_TYPES, "work")
        emails.append((shown, Email(address=_one_line(said.text), label=place)))
    for said in sheet.by_name.get("ADR", []):
        shown, place = _labelled(sheet, said, PLACE_TYPES, "work")
        addresses.append((shown, _address(said.parts, place)))
    for said in sheet.by_name.get("URL", []):
        shown = sheet.label(said.line)
        own = "" if shown.casefold() == "homepage" else shown
        websites.append((shown, Website(url=said.text, label=own)))
    return _Places(
        phones=tuple(pair for pair in phones if pair[1].number),
        emails=tuple(pair for pair in emails if pair[1].address),
        addresses=tuple(pair for pair in addresses if envelope(pair[1])),
        websites=tuple(pair for pair in websites if pair[1].url),
    )


def _labelled(
    sheet: _Sheet, said: Said, table: tuple[tuple[str, Label], ...], default: Label
) -> tuple[str, Label]:
    """(the word for people, the label). Apple's own label goes before the types."""
    line = said.line
    apple = sheet.label(line)
    for words in ((apple.upper(),), line.types):
        for word, label in table:
            if word in words:
                return apple or label, label
    if apple or set(line.types) - SILENT_TYPES:
        sheet.findings.append(found(line.number, "unknown-type"))
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
    """A contact with a name alone: that of N, or the FN whole where N has none and it is not the
    company's, which is no person's name."""
    names = sheet.by_name.get("N", [])
    parts = tuple(map(_one_line, names[0].parts)) if names else ("",) * 5
    last, first, middle, prefix, suffix = parts
    if not (first or last):
        said = next(map(_one_line, sheet.texts("FN")), "")
        if said and said.casefold() != _one_line(organization).casefold():
            return Contact(first=said)
    return Contact(first=first, last=last, middle=middle, prefix=prefix, suffix=suffix)


def _full_name(sheet: _Sheet) -> str:
    for text in sheet.texts("FN"):
        return _one_line(text)
    for said in sheet.by_name.get("N", []):
        family, given, additional, prefix, suffix = said.parts
        return _one_line(f"{prefix} {given} {additional} {family} {suffix}")
    return ""


def _organizations(sheet: _Sheet) -> list[tuple[str, str]]:
    """(company, its unit) of each ORG that says anything."""
    said = [one.parts for one in sheet.by_name.get("ORG", [])]
    found = [(first, _one_line(", ".join(filter(None, rest)))) for first, *rest in said]
    return [pair for pair in found if any(pair)]


def _contact(sheet: _Sheet, places: _Places, pictures: list[Picture]) -> Contact:
    organization, unit = next(iter(_organizations(sheet)), ("", ""))
    jpegs = [picture for picture in pictures if picture.kind == "JPEG" and picture.width]
    return replace(
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
            (Photo(jpeg=one.octets, width=one.width, height=one.height) for one in jpegs), None
        ),
    )


def _rows(sheet: _Sheet, places: _Places, pictures: list[Picture]) -> Iterator[Row]:
    if name := _full_name(sheet):
        yield "Name", name
    yield from (("Title", text) for text in sheet.texts("TITLE"))
    yield from (("Organization", ", ".join(filter(None, one))) for one in _organizations(sheet))
    yield from ((_what("Phone", shown), phone.number) for shown, phone in places.phones)
    yield from ((_what("E-mail", shown), email.address) for shown, email in places.emails)
    yield from ((_what("Address", shown), envelope(address)) for shown, address in places.addresses)
    yield from ((_what("Website", shown), website.url) for shown, website in places.websites)
    yield from (("Note", text) for text in sheet.texts("NOTE"))
    for property_name, all_said in sheet.by_name.items():
        if property_name not in ROWLESS:
            what = OTHER_ROWS.get(property_name, property_name)
            yield from (
                (_what(what, _other_label(sheet, said.line)), said.text)
                for said in all_said
                if said.text
            )
    yield from (("Photo", str(picture)) for picture in pictures)
    yield from ((OTHER_ROWS.get(name, name), str(file)) for name, file in sheet.files)


def _other_label(sheet: _Sheet, line: Line) -> str:
    """What a person reads beside a further property: its group's label, the service, its types."""
    if label := sheet.label(line):
        return label
    if line.name not in LABELLED:
        return ""
    services = filter(None, map(line.parameter, SERVICES))
    types = (word.lower() for word in line.types if word not in SILENT_TYPES)
    return _one_line(next(services, "") or ", ".join(types))


def _what(kind: str, shown: str) -> str:
    return f"{kind}, {shown}" if shown else kind
