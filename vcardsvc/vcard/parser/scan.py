"""Finds faults in a card by its lines, without decoding values except photos.

Strategy: one table of checks for each level: the file, every line, each property by its name, the
whole card.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from vcardsvc.vcard.parser.breaks import break_codes
from vcardsvc.vcard.parser.findings import Finding, finding
from vcardsvc.vcard.parser.lines import Block, File, Line, Parameter, soft_breaks
from vcardsvc.vcard.parser.parameters import parameter_codes
from vcardsvc.vcard.parser.picture import holds_octets, is_data_uri, picture_of
from vcardsvc.vcard.parser.texts import (
    STRUCTURED,
    text_codes,
    value_codes,
)

PHOTO_OCTETS = 100_000
"""The most octets of a photo that message gateways and phones accept."""
EMAILS = 3
URLS = 2
"""How many of each Outlook keeps (MS-OXVCARD)."""
VERSIONS = ("2.1", "3.0", "4.0")
OCTETS = ("PHOTO", "LOGO", "SOUND", "KEY", "AGENT")
"""Properties that may hold base64; so may a property with X-."""
ANDROID_2_1 = frozenset({
    "BEGIN", "END", "LOGO", "PHOTO", "LABEL", "FN", "TITLE", "SOUND", "VERSION", "TEL", "EMAIL",
    "TZ", "GEO", "NOTE", "URL", "BDAY", "ROLE", "REV", "UID", "KEY", "MAILER",
    "X-ANDROID-CUSTOM",
})  # fmt: skip
"""Properties that end base64 without a blank line in Android's reader of 2.1."""

PLACES = ("TEL", "EMAIL", "ADR", "URL", "LABEL")
"""Properties whose types are shown as labels."""

Codes = Iterator[str]
Check = Callable[[Line], Codes]

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_BARE_COMMA = re.compile(r"(?:[^\\,]++|\\.)*+,", re.DOTALL)
_CODED_LETTER = re.compile(r"=[89A-Fa-f][0-9A-Fa-f]")
_SEMICOLON = re.compile(r"\\.|(;)", re.DOTALL)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,99}):(.{0,99})", re.DOTALL)
_TEXTS = ("FN", "NOTE", "TITLE", "ORG", "ROLE", "TEL", "EMAIL", "X-ABLABEL")
"""Properties in which a comma is no separator (in N and ADR it may be)."""


def version_of(block: Block) -> str:
    """Return the version as written, trimmed; "" without one."""
    return next((line.value.strip() for line in block.lines if line.name == "VERSION"), "")


def is_foreign_scheme(url: str) -> bool:
    """Return whether a website has a scheme other than http and https (a host with a port has
    none)."""
    match = _SCHEME.match(url)
    if match is None or match[1].lower() in ("http", "https"):
        return False
    return not ("." in match[1] and re.match(r"\d+(?:[/?#]|$)", match[2]))


def scan_file(file: File) -> Iterator[Finding]:
    """Yield the findings of the whole file."""
    if file.byte_order_mark:
        yield finding(0, "byte-order-mark")
    if file.utf16:
        yield finding(0, "not-utf-8")
    if len({version_of(block) for block in file.blocks} - {""}) > 1:
        yield finding(0, "version-mixed")
    for line in file.stray:
        yield finding(line.number, "stray-line")
        if line.loose_end:
            yield finding(line.loose_end, "loose-line-end")
    seen: set[str] = set()
    for block in file.blocks:
        uids = [line for line in block.lines if line.name == "UID" and line.value.strip()]
        own = {line.value.strip(): line for line in uids}
        for uid, line in own.items():
            if uid in seen:
                yield finding(line.number, "uid-twice")
        seen |= set(own)


def scan(block: Block, *, apple_utf8: bool = True) -> Iterator[Finding]:
    """Yield the findings of one card; `apple_utf8` is the attribute of its file."""
    version = version_of(block)
    for line in (*block.edges, *block.lines):
        for shift, code in break_codes(line):
            yield finding(line.number + shift, code)
        if line.loose_end:
            yield finding(line.loose_end, "loose-line-end")
        for code in _content(line):
            yield finding(line.number, code)
    for line in block.lines:
        for code in _named(line, version):
            yield finding(line.number, code)
        if not apple_utf8 and _is_mac_roman(line):
            yield finding(line.number, "mac-roman")
    yield from _whole(block, version)
    for number, code in _order(block, version):
        yield finding(number, code)


def _named(line: Line, version: str) -> Codes:
    """Yield the faults of a line by its name and the version of its card."""
    yield from parameter_codes(line, version)
    for check in _checks(line.name, version):
        yield from check(line)
    if holds_octets(line):
        yield from _octets(line)
    else:
        yield from value_codes(line, version)
    yield from text_codes(line, version)


def _octets(line: Line) -> Codes:
    """Yield faults of base64 in other properties than PHOTO, which has its own check."""
    if line.name == "PHOTO":
        return
    if line.is_base64 and picture_of(line).fault == "photo-damaged":
        yield "base64-damaged"
    elif line.is_base64 and line.name not in OCTETS and not line.name.startswith("X-"):
        yield "text-in-base64"


def _is_mac_roman(line: Line) -> bool:
    """Return whether Apple reads letters of the line wrongly, in a file that it does not read as
    Unicode."""
    if line.parameter("CHARSET"):
        return False
    if line.is_quoted_printable:
        return _CODED_LETTER.search(line.value) is not None
    return not line.value.isascii()


def _content(line: Line) -> Codes:
    """Yield the faults of a line in any property and version."""
    if line.fault:
        yield line.fault
    if not line.utf8:
        yield "not-utf-8"
    if line.written_name != line.name and not line.name.startswith("X-"):
        yield "lower-case-name"
    if _CONTROL.search(line.value):
        yield "control-character"
    for parameter in line.parameters:
        if parameter.name == "TYPE" and parameter.quoted and any(map(_is_list, parameter.values)):
            yield "quoted-types"
        if any(map(_CONTROL.search, (parameter.name, *parameter.values))):
            yield "control-character"
    if line.name in ("X-ABLABEL", "X-ABADR") and not line.group:
        yield "label-without-group"


def _is_list(value: str) -> bool:
    # a custom label, quoted for its comma, is read well
    return "," in value and not value.upper().startswith("X-")


def _newer(line: Line) -> Codes:
    """Yield syntax of 2.1 in a newer card."""
    if line.parameters:
        yield from _older_parameters(line)
    if line.name in _TEXTS and _BARE_COMMA.match(line.value):
        yield "bare-comma"


def _older_parameters(line: Line) -> Codes:
    if any(parameter.name == "" and any(parameter.values) for parameter in line.parameters):
        yield "bare-type"
    if line.parameter("CHARSET"):
        yield "charset-parameter"
    encoding = line.parameter("ENCODING").upper()
    if encoding == "QUOTED-PRINTABLE":
        yield "quoted-printable"
    if line.name == "PHOTO" and encoding == "BASE64":
        yield "photo-base64-word"


def _older(line: Line) -> Codes:
    """Yield syntax of newer versions in a card of 2.1."""
    if line.name in PLACES and any(parameter.name == "TYPE" for parameter in line.parameters):
        yield "named-type"


def components(value: str) -> int:
    """Count the components between semicolons without a backslash."""
    if "\\" not in value:
        return 1 + value.count(";")
    return 1 + sum(1 for match in _SEMICOLON.finditer(value) if match[1])


def _n(line: Line) -> Codes:
    if not line.value.replace(";", "").strip():
        yield "n-empty"


def _n_of(*counts: int) -> Check:
    def check(line: Line) -> Codes:
        is_filled = line.value.replace(";", "").strip()
        if is_filled and components(line.value) not in counts:
            yield "n-components"

    return check


def _adr(line: Line) -> Codes:
    if components(line.value) < 7:
        yield "adr-components"


def _adr_over(most: int) -> Check:
    def check(line: Line) -> Codes:
        if components(line.value) > most:
            yield "adr-more-components"

    return check


def _tel(line: Line) -> Codes:
    types = set(line.types) - {"PREF"}
    if not line.types and not any(map(_is_empty_type, line.parameters)):
        yield "tel-untyped"
    if types == {"FAX"}:
        yield "fax-alone"
    if {"MAIN", "VOICE"} <= types:
        yield "main-voice"


def _is_empty_type(parameter: Parameter) -> bool:
    # another finding says so: a reader that would show the phone as home stops before
    return not any(parameter.values)


def _email(line: Line) -> Codes:
    if set(line.types) - {"PREF"} == {"INTERNET"}:
        yield "internet-alone"


def _url(line: Line) -> Codes:
    if "\\" in line.value:
        yield "url-escaped"
    if is_foreign_scheme(line.value.replace("\\", "").strip()):
        yield "url-scheme"


def _photo(line: Line) -> Codes:
    picture = picture_of(line)
    if is_data_uri(line.value):
        yield "photo-data-uri-damaged" if picture.fault else "photo-data-uri"
    elif picture.fault:
        yield picture.fault
    elif not (line.parameter("ENCODING") and line.is_base64):
        yield "photo-encoding"
    if not picture.fault and not picture.kind:
        yield "photo-format"
    if len(picture.octets) > PHOTO_OCTETS:
        yield "photo-large"


def _version(line: Line) -> Codes:
    if line.value not in VERSIONS:
        yield "version-unknown"
    elif line.value == "4.0":
        yield "version-4"
    elif line.value == "2.1":
        yield "version-2"


BY_NAME: dict[str, tuple[Check, ...]] = {
    "VERSION": (_version,),
    "N": (_n,),
    "ADR": (_adr,),
    "TEL": (_tel,),
    "EMAIL": (_email,),
    "URL": (_url,),
    "PHOTO": (_photo,),
}
"""The checks of a line by its property name."""

BY_VERSION: dict[str, tuple[Check, ...]] = {
    "2.1": (_older,),
    "3.0": (_newer,),
    "4.0": (_newer,),
}
"""The checks of every line by the version of its card."""

BY_NAME_AND_VERSION: dict[tuple[str, str], tuple[Check, ...]] = {
    ("N", "2.1"): (_n_of(5),),
    ("N", "3.0"): (_n_of(5),),
    ("N", "4.0"): (_n_of(5, 7),),
    ("ADR", "2.1"): (_adr_over(8),),
    ("ADR", "3.0"): (_adr_over(8),),
    ("ADR", "4.0"): (_adr_over(18),),
}
"""Google writes the formatted address into an eighth component of ADR; RFC 9554 sections 2.1 and
2.2 have 18 of ADR and 7 of N in 4.0."""


@lru_cache(maxsize=1024)
def _checks(name: str, version: str) -> tuple[Check, ...]:
    by_both = BY_NAME_AND_VERSION.get((name, version), ())
    return (*BY_NAME.get(name, ()), *BY_VERSION.get(version, ()), *by_both)


AT_MOST = (
    ("ORG", 1, "second-org"),
    ("TITLE", 1, "second-title"),
    ("UID", 1, "uid-twice"),
    ("EMAIL", EMAILS, "many-emails"),
    ("URL", URLS, "many-urls"),
    ("NOTE", 1, "second-note"),
    ("PHOTO", 1, "second-photo"),
)
"""(property, the most of it, code of the first one over that)."""

ONCE = (
    "VERSION", "N", "BDAY", "ANNIVERSARY", "GENDER", "KIND", "PRODID", "REV", "BIRTHPLACE",
    "DEATHPLACE", "DEATHDATE", "CREATED", "LANGUAGE",
)  # fmt: skip
"""Properties that may stand once, or again with the same ALTID: RFC 6350, RFC 6474, RFC 9554.
FN is one of them but for 4.0."""

REQUIRED = (("VERSION", "version-missing"), ("N", "n-missing"), ("FN", "fn-missing"))


def _whole(block: Block, version: str) -> Iterator[Finding]:
    """Yield the faults of the card as a whole."""
    begin = block.edges[0].number
    named: dict[str, list[Line]] = {}
    for line in block.lines:
        named.setdefault(line.name, []).append(line)
    yield from (finding(begin, code) for name, code in REQUIRED if name not in named)
    for name, most, code in AT_MOST:
        yield from (finding(line.number, code) for line in named.get(name, [])[most : most + 1])
    yield from _twice(named, (*ONCE, *(() if version == "4.0" else ("FN",))))
    if all(line.name == "VERSION" for line in block.lines):
        yield finding(begin, "empty-card")
    versions = named.get("VERSION", [])
    if len({line.value.strip() for line in versions}) > 1:
        yield finding(versions[1].number, "version-mixed")
    phones = named.get("TEL", [])
    if phones and all(line.group for line in phones):
        yield finding(phones[0].number, "tel-grouped-only")
    if not block.ended:
        yield finding(begin, "end-missing")
    if block.nested:
        yield finding(block.nested, "nested-card")


def _twice(named: dict[str, list[Line]], once: tuple[str, ...]) -> Iterator[Finding]:
    """Properties that stand again although they may stand once; those with the same ALTID are
    alternatives of one (RFC 6350 section 5.4)."""
    for name in once:
        lines = named.get(name, [])
        alternative = lines[0].parameter("ALTID") if lines else ""
        for line in lines[1:]:
            if not alternative or line.parameter("ALTID") != alternative:
                yield finding(line.number, "property-twice")


def _order(block: Block, version: str) -> Iterator[tuple[int, str]]:
    """Yield faults in the order of lines, for readers that read one or two lines at a time."""
    places = {line.name: place for place, line in reversed(list(enumerate(block.lines)))}
    if places.get("VERSION", 0) > 0:
        yield block.lines[places["VERSION"]].number, "version-not-second"
    for line in block.lines[places.get("N", len(block.lines)) :]:
        if line.name in ("NOTE", "NICKNAME"):
            yield line.number, "note-after-name"
    for before, line in pairwise(block.lines):
        if before.name in STRUCTURED and not all(soft_breaks(line.parts)):
            yield line.number, "folded-after-structured"
        if version == "2.1" and before.is_base64 and _is_swallowed(before, line):
            yield line.number, "base64-swallows"


def _is_swallowed(before: Line, line: Line) -> bool:
    """Return whether Android reads a line as more of the base64 before it, since no blank line
    follows."""
    follows = line.number == before.number + len(before.parts)
    return follows and (bool(line.group) or line.name not in ANDROID_2_1)
