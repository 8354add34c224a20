"""What is wrong with a card, told from its lines alone: no value is decoded but photos.

One table for each level: the file, the physical lines, each property by its name, the whole card.
What must never enter here: vobject, so that a card it cannot read is judged all the same.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from vcardsvc.card.read.findings import Finding, found
from vcardsvc.card.read.lines import BAD_NAME, NO_COLON, Block, File, Line
from vcardsvc.card.read.picture import is_data_uri, picture_of

LINE_OCTETS = 75
"""Octets of a physical line without its end, RFC 2426 section 2.6."""
PHOTO_OCTETS = 100_000
"""Octets of a photo that message gateways and phones still take."""
EMAILS = 3
URLS = 2
"""What Outlook keeps of each, MS-OXVCARD."""
VERSIONS = ("2.1", "3.0", "4.0")
STRUCTURED = ("N", "ADR", "ORG")

Codes = Iterator[str]

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_BARE_COMMA = re.compile(r"(?:[^\\,]++|\\.)*+,", re.DOTALL)
_SEMICOLON = re.compile(r"\\.|(;)", re.DOTALL)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,99}):(.{0,99})", re.DOTALL)
_TEXTS = ("FN", "NOTE", "TITLE", "ORG", "ROLE", "TEL", "EMAIL", "X-ABLABEL")
"""Properties in which a comma parts nothing (in N and ADR it may)."""


def version_of(block: Block) -> str:
    """The version as written, without outer blanks; "" when there is none."""
    return next((line.value.strip() for line in block.lines if line.name == "VERSION"), "")


def is_foreign_scheme(url: str) -> bool:
    """Whether a website has a scheme other than http and https (a host with a port has none)."""
    match = _SCHEME.match(url)
    if match is None or match[1].lower() in ("http", "https"):
        return False
    return not ("." in match[1] and re.match(r"\d+(?:[/?#]|$)", match[2]))


def scan_file(file: File) -> Iterator[Finding]:
    """The findings that belong to no single card."""
    if file.byte_order_mark:
        yield found(0, "byte-order-mark")
    if file.utf16:
        yield found(0, "not-utf-8")
    if len({version_of(block) for block in file.blocks} - {""}) > 1:
        yield found(0, "version-mixed")
    for line in file.stray:
        yield found(line.number, "stray-line")
        if line.loose_end:
            yield found(line.loose_end, "loose-line-end")
    seen: set[str] = set()
    for block in file.blocks:
        uids = [line for line in block.lines if line.name == "UID" and line.value.strip()]
        own = {line.value.strip(): line for line in uids}
        for uid, line in own.items():
            if uid in seen:
                yield found(line.number, "uid-twice")
        seen |= set(own)


def scan(block: Block) -> Iterator[Finding]:
    """The findings of one card."""
    version = version_of(block)
    for line in (*block.edges, *block.lines):
        for shift, code in _physical(line):
            yield found(line.number + shift, code)
        if line.loose_end:
            yield found(line.loose_end, "loose-line-end")
        for code in _content(line):
            yield found(line.number, code)
    for line in block.lines:
        for check in (*BY_NAME.get(line.name, ()), *BY_VERSION.get(version, ())):
            for code in check(line):
                yield found(line.number, code)
    yield from _whole(block, version)
    for number, code in _order(block):
        yield found(number, code)


def _physical(line: Line) -> Iterator[tuple[int, str]]:
    """(offset from the line's number, code) of what its physical lines show."""
    for shift, part in enumerate(line.parts):
        if len(part) > LINE_OCTETS:
            yield shift, "long-line"
    for shift, (before, part) in enumerate(pairwise(line.parts), start=1):
        if part[:1] not in (b" ", b"\t"):
            continue
        if line.utf8 and part[1:2] and part[1] & 0xC0 == 0x80:
            yield shift, "fold-in-character"
        if before[-1:] in (b" ", b"\t") or part[1:2] in (b" ", b"\t"):
            yield shift, "fold-at-space"


def _content(line: Line) -> Codes:
    """What one line shows whatever its name and version."""
    if line.fault in (NO_COLON, BAD_NAME):
        yield line.fault
    if not line.utf8:
        yield "not-utf-8"
    if line.spelled != line.name and not line.name.startswith("X-"):
        yield "lower-case-name"
    if _CONTROL.search(line.value):
        yield "control-character"
    for parameter in line.parameters:
        if parameter.name == "TYPE" and parameter.quoted and any(map(_is_list, parameter.values)):
            yield "quoted-types"
        if any(map(_CONTROL.search, (parameter.name, *parameter.values))):
            yield "control-character"


def _is_list(value: str) -> bool:
    # a label of one's own, quoted for its comma, is read well
    return "," in value and not value.upper().startswith("X-")


def _newer(line: Line) -> Codes:
    """What belongs to 2.1 and stands in a newer card."""
    if any(parameter.name == "" for parameter in line.parameters):
        yield "bare-type"
    if line.parameter("CHARSET"):
        yield "charset-parameter"
    if line.parameter("ENCODING").upper() == "QUOTED-PRINTABLE":
        yield "quoted-printable"
    if line.name == "PHOTO" and line.parameter("ENCODING").upper() == "BASE64":
        yield "photo-base64-word"
    if line.name in _TEXTS and _BARE_COMMA.match(line.value):
        yield "bare-comma"


def components(value: str) -> int:
    """How many parts the semicolons without a backslash make."""
    return 1 + sum(1 for match in _SEMICOLON.finditer(value) if match[1])


def _n(line: Line) -> Codes:
    if not line.value.replace(";", "").strip():
        yield "n-empty"
    elif components(line.value) != 5:
        yield "n-components"


def _adr(line: Line) -> Codes:
    if components(line.value) != 7:
        yield "adr-components"


def _tel(line: Line) -> Codes:
    types = set(line.types) - {"PREF"}
    if not line.types:
        yield "tel-untyped"
    if types == {"FAX"}:
        yield "fax-alone"
    if {"MAIN", "VOICE"} <= types:
        yield "main-voice"


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
    if picture.fault:
        yield picture.fault
    elif not picture.kind:
        yield "photo-format"
    if len(picture.octets) > PHOTO_OCTETS:
        yield "photo-large"


def _version(line: Line) -> Codes:
    if line.value not in VERSIONS:
        yield "version-unknown"
    elif line.value == "4.0":
        yield "version-4"


BY_NAME: dict[str, tuple[Callable[[Line], Codes], ...]] = {
    "VERSION": (_version,),
    "N": (_n,),
    "ADR": (_adr,),
    "TEL": (_tel,),
    "EMAIL": (_email,),
    "URL": (_url,),
    "PHOTO": (_photo,),
}
"""What is asked of a line by its property name."""

BY_VERSION: dict[str, tuple[Callable[[Line], Codes], ...]] = {"3.0": (_newer,), "4.0": (_newer,)}
"""What is asked of every line by the version of its card."""

AT_MOST = (
    ("ORG", 1, "second-org"),
    ("TITLE", 1, "second-title"),
    ("UID", 1, "uid-twice"),
    ("EMAIL", EMAILS, "many-emails"),
    ("URL", URLS, "many-urls"),
)
"""(property, how many are well, code of the first one too many)."""

REQUIRED = (("VERSION", "version-missing"), ("N", "n-missing"), ("FN", "fn-missing"))


def _whole(block: Block, version: str) -> Iterator[Finding]:
    """What only the card as a whole shows."""
    begin = block.edges[0].number
    named: dict[str, list[Line]] = {}
    for line in block.lines:
        named.setdefault(line.name, []).append(line)
    yield from (found(begin, code) for name, code in REQUIRED if name not in named)
    for name, most, code in AT_MOST:
        yield from (found(line.number, code) for line in named.get(name, [])[most : most + 1])
    versions = named.get("VERSION", [])
    if len({line.value.strip() for line in versions}) > 1:
        yield found(versions[1].number, "version-mixed")
    phones = named.get("TEL", [])
    if phones and all(line.group for line in phones):
        yield found(phones[0].number, "tel-grouped-only")
    if version in ("2.1", "3.0"):
        data_uris = [line for line in named.get("PHOTO", []) if is_data_uri(line.value)]
        yield from (found(line.number, "photo-data-uri") for line in data_uris)
    if not block.ended:
        yield found(begin, "end-missing")
    if block.nested:
        yield found(block.nested, "nested-card")


def _order(block: Block) -> Iterator[tuple[int, str]]:
    """What the order of the lines does to readers that look at one line, or a line and the next."""
    places = {line.name: place for place, line in reversed(list(enumerate(block.lines)))}
    if places.get("VERSION", 0) > 0:
        yield block.lines[places["VERSION"]].number, "version-not-second"
    for line in block.lines[places.get("N", len(block.lines)) :]:
        if line.name in ("NOTE", "NICKNAME"):
            yield line.number, "note-after-name"
    for before, line in pairwise(block.lines):
        if before.name in STRUCTURED and len(line.parts) > 1:
            yield line.number, "folded-after-structured"
