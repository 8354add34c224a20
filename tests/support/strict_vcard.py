"""A strict judge of our cards: RFC 2426 narrowed to the one form that we write.

Written from the RFC's grammar and the contract's tables alone. It uses neither the package under
test nor a library that reads cards: a fault they share would pass.
"""

import base64
import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby

LINE_OCTETS = 75
"""Octets of a physical line without its CR LF, RFC 2426 section 2.6."""
ENTRIES = 4
"""Phones, e-mails, addresses and websites in one card, each."""

ORDER = (
    "BEGIN", "VERSION", "NOTE", "TITLE", "N", "UID", "FN", "ORG", "TEL", "EMAIL", "ADR", "URL",
    "PRODID", "PHOTO", "END",
)  # fmt: skip
TIMES = {
    **dict.fromkeys(("BEGIN", "VERSION", "N", "UID", "FN", "PRODID", "END"), (1, 1)),
    **dict.fromkeys(("NOTE", "TITLE", "ORG", "PHOTO"), (0, 1)),
    **dict.fromkeys(("TEL", "EMAIL", "ADR", "URL"), (0, ENTRIES)),
}
"""How often each property may stand in a card: at least, at most."""

PARAMETERS = {
    "TEL": {
        "TYPE=WORK,VOICE", "TYPE=HOME,VOICE", "TYPE=CELL,VOICE", "TYPE=FAX,WORK", "TYPE=PAGER",
        "TYPE=MAIN", "TYPE=OTHER,VOICE",
    },
    "EMAIL": {"TYPE=WORK,INTERNET", "TYPE=HOME,INTERNET"},
    "ADR": {"TYPE=WORK", "TYPE=HOME"},
    "PHOTO": {"ENCODING=b;TYPE=JPEG"},
}  # fmt: skip
"""All that may stand between a name and its colon; nothing, for the names that are not here."""

FIXED = {
    "BEGIN": "VCARD",
    "VERSION": "3.0",
    "PRODID": "-//vcardsvc//vcardsvc//EN",
    "END": "VCARD",
}
COMPONENTS = {"N": 5, "ADR": 7}
"""Components by RFC 2426 sections 3.1.2 and 3.2.1."""

TEXT = r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f-\x9f]|\\[\\;,n])*+"
"""A text value (RFC 2426 section 4, narrowed: comma and semicolon are always escaped)."""
URL = r"""[^\s,;\\"<>\x00-\x1f\x7f-\x9f]+"""
VALUES = {
    **{name: re.escape(value) for name, value in FIXED.items()},
    **{name: ";".join([TEXT] * count) for name, count in COMPONENTS.items()},
    "ORG": rf"{TEXT}(?:;(?=.){TEXT})?",  # a company and one unit, which is not empty
    "URL": URL,
    "PHOTO": r"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?+",
}
"""The form of a value by its property's name; TEXT, not empty, for the names that are not here."""

_HEAD = re.compile(r"(?:item([1-9])\.)?([A-Za-z-]+)((?:;[^:]*)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A content line in its parts, the value as it stands; group 0 is none."""

    group: int = 0
    name: str
    parameters: str = ""
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card says, without escapes. `n`, `org` and addresses are all their components."""

    n: tuple[str, ...]
    fn: str
    uid: str
    org: tuple[str, ...] | None = None
    title: str | None = None
    note: str | None = None
    phones: tuple[tuple[str, str], ...] = ()
    emails: tuple[tuple[str, str], ...] = ()
    addresses: tuple[tuple[str, tuple[str, ...]], ...] = ()
    websites: tuple[tuple[str, str | None], ...] = ()
    photo: bytes | None = None


def check(octets: bytes) -> tuple[Property, ...]:
    """The properties of a card, in their order. Raises AssertionError on any breach."""
    properties = tuple(_property(line) for line in _content_lines(octets))
    names = [one.name for one in properties]
    assert names[0] == "BEGIN", "the card does not open with BEGIN"
    assert names[-1] == "END", "the card does not close with END"
    _check_groups(properties)
    plain = [name for name in names if name != "X-ABLabel"]
    assert plain == sorted(plain, key=ORDER.index), "the properties are not in their order"
    counts = Counter(plain)
    for name, (least, most) in TIMES.items():
        assert least <= counts[name] <= most, f"{name} stands {counts[name]} times"
    return properties


def parse(octets: bytes) -> Card:
    """What a card says, after `check`."""
    properties = check(octets)
    first = {one.name: unescaped(one.value) for one in reversed(properties)}
    labels = {one.group: unescaped(one.value) for one in properties if one.name == "X-ABLabel"}
    structured = {
        name: [
            (one.parameters.removeprefix("TYPE="), parts(one.value))
            for one in properties
            if one.name == name
        ]
        for name in (*COMPONENTS, "ORG")
    }
    photos = [base64.b64decode(one.value) for one in properties if one.name == "PHOTO"]
    return Card(
        n=structured["N"][0][1],
        fn=first["FN"],
        uid=first["UID"],
        org=structured["ORG"][0][1] if structured["ORG"] else None,
        title=first.get("TITLE"),
        note=first.get("NOTE"),
        phones=_labelled(properties, "TEL"),
        emails=_labelled(properties, "EMAIL"),
        addresses=tuple(structured["ADR"]),
        websites=tuple(
            (one.value, labels.get(one.group)) for one in properties if one.name == "URL"
        ),
        photo=photos[0] if photos else None,
    )


def unescaped(value: str) -> str:
    """A text value as it was before it was escaped."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], value)


def parts(value: str) -> tuple[str, ...]:
    """The components of a structured value, without escapes."""
    raw = re.findall(r"(?:^|;)((?:[^\\;]|\\.)*)", value)
    return tuple(unescaped(part) for part in raw)


def _content_lines(octets: bytes) -> list[str]:
    """Unfold. Every physical line must decode alone: folds stand between characters."""
    assert not octets.startswith(b"\xef\xbb\xbf"), "the card opens with a byte order mark"
    assert octets.endswith(b"\r\n"), "the last line has no CR LF"
    lines: list[str] = []
    for physical in octets.removesuffix(b"\r\n").split(b"\r\n"):
        assert b"\r" not in physical, "a lone CR"
        assert b"\n" not in physical, "a lone LF"
        assert len(physical) <= LINE_OCTETS, "a line is over 75 octets"
        assert physical.strip(b" "), "a line is blank"
        try:
            text = physical.decode()
        except UnicodeDecodeError as fault:
            raise AssertionError("not UTF-8, or a fold inside a character") from fault
        if text.startswith(" "):
            assert lines, "a fold of nothing"
            lines[-1] += text[1:]
        else:
            lines.append(text)
    return lines


def _property(line: str) -> Property:
    head, colon, value = line.partition(":")
    match = _HEAD.fullmatch(head)
    assert colon, "a line has no colon"
    assert match, f"not a property: {head!r}"
    name, parameters = match[2], match[3].removeprefix(";")
    assert name in (*ORDER, "X-ABLabel"), f"an unknown property: {name}"
    assert match[3] != ";", f"{name} with an empty parameter"
    assert parameters in PARAMETERS.get(name, {""}), f"{name} with {parameters!r}"
    assert value, f"{name} is empty"
    assert re.fullmatch(VALUES.get(name, TEXT), value), f"the value of {name} has not its form"
    if name == "PHOTO":
        again = base64.b64encode(base64.b64decode(value, validate=True)).decode()
        assert again == value, "the photo is not canonical base64"
    return Property(group=int(match[1] or 0), name=name, parameters=parameters, value=value)


def _check_groups(properties: tuple[Property, ...]) -> None:
    """item1, item2, … in pairs of URL and X-ABLabel, side by side, and no other group or label."""
    pairs = [
        (group, [one.name for one in members])
        for group, members in groupby(properties, key=lambda one: one.group)
        if group
    ]
    expected = [(number, ["URL", "X-ABLabel"]) for number in range(1, len(pairs) + 1)]
    assert pairs == expected, "the groups are not item1, item2, … of URL and X-ABLabel"
    labels = sum(one.name == "X-ABLabel" for one in properties)
    assert labels == len(pairs), "an X-ABLabel stands without its URL"


def _labelled(properties: tuple[Property, ...], name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.parameters.removeprefix("TYPE="), unescaped(one.value))
        for one in properties
        if one.name == name
    )
