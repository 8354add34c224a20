"""What cards say, taken from their octets without the reader under test.

A simple reader of clean text cards and a walk through the other forms: a fault that reader and
writers share would pass a test that reads with the one what the other wrote.
"""

import base64
import binascii
import json
import quopri
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, unquote_to_bytes
from xml.etree import ElementTree as ET

COMPONENTS: Final = frozenset(("N", "ADR", "ORG", "GENDER", "CLIENTPIDMAP", "X-ANDROID-CUSTOM"))
LISTS: Final = frozenset(("NICKNAME", "CATEGORIES"))
SYNTAX: Final = frozenset(("BEGIN", "END", "VERSION"))
SILENT: Final = frozenset(
    ("TYPE", "ENCODING", "CHARSET", "VALUE", "PREF", "X-APPLE-OMIT-YEAR", "MEDIATYPE")
)
"""Parameters that say how the value is written, or that a type or a rank says elsewhere."""

ROWS: Final = ("nickname", "contact_event", "relation", "website")
"""Rows of Android's database that become properties: value and label are what they say."""

RELATIONS: Final = (
    "", "Assistant", "Brother", "Child", "Domestic Partner", "Father", "Friend", "Manager",
    "Mother", "Parent", "Partner", "Referred by", "Relative", "Sister", "Spouse",
)  # fmt: skip
"""The relations of Android's database, by their number."""

LOOSE: Final = frozenset(
    ("TEL", "BDAY", "ANNIVERSARY", "DEATHDATE", "REV", "CREATED", "TZ", "GEO", "IMPP", "URL",
     "X-ABDATE", "X-ANNIVERSARY", "X-MS-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY",
     "X-KADDRESSBOOK-X-ANNIVERSARY", "X-ANDROID-CUSTOM", "X-ABLABEL", "X-ABADR", "X-ABSHOWAS",
     "X-ADDRESSBOOKSERVER-KIND", "X-AIM", "X-JABBER", "X-SKYPE-USERNAME", "X-ICQ", "X-MSN",
     "X-YAHOO", "X-YAHOO-ID", "X-SKYPE", "X-GADUGADU", "X-GOOGLE-TALK", "X-GTALK", "X-QQ", "X-SIP",
     "X-TWITTER", "X-GROUPWISE", "X-MS-IMADDRESS", "X-KADDRESSBOOK-X-IMADDRESS", "GENDER",
     "X-GENDER", "KIND", "SOCIALPROFILE",
     "X-SOCIALPROFILE", "LANG", "MEMBER", "X-ADDRESSBOOKSERVER-MEMBER")
)  # fmt: skip
"""Properties whose value has another spelling elsewhere: a date with or without hyphens, a number
in international form, a handle as a URI, a label as a type. Letters and digits remain."""

SCHEMES: Final = frozenset(("IMPP", "TEL", "GEO"))
"""Properties that are a URI in one version, and what stands behind its scheme in another."""

WORDS: Final = {
    "company": "org", "individual": "", "mobile": "cell", "main": "pref", "female": "f",
    "male": "m",
}  # fmt: skip
"""Words that another dialect says by another one, or by none."""


class Line(NamedTuple):
    """A content line: its card's place in the file, its number, its parts and its values."""

    card: int
    number: int
    group: str
    name: str
    params: tuple[tuple[str, str], ...]
    values: tuple[str | bytes, ...]


def lines(octets: bytes) -> list[Line]:
    """The lines of a file of clean cards, without those of the grammar alone."""
    found, card, version = [], -1, ""
    for number, raw in _unfolded(octets):
        head, _, value = _cut(raw)
        name, *params = _split(head.decode("utf-8"), ";")
        group, _, name = name.rpartition(".")
        name = name.upper()
        if name == "BEGIN":
            card += 1
        elif name == "VERSION":
            version = value.decode()
        if name in SYNTAX:
            continue
        pairs = [_param(text) for text in params]
        values = tuple(each for each in _values(name, pairs, value, version) if each)
        found.append(Line(card, number, group.lower(), name, tuple(pairs), values))
    return found


def _unfolded(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line with the number of its first: continued by a blank, by `=` at the end of
    quoted-printable, or by base64 up to an empty line."""
    held, first = b"", 0
    for number, raw in enumerate(octets.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if held and _is_soft(held):
            held = held[:-1] + raw
        elif held and raw[:1] in (b" ", b"\t"):
            held += raw[1:]
        elif raw and b":" not in raw and b"BASE64" in _cut(held)[0].upper():
            held += raw.strip()
        elif raw:
            if held:
                yield first, held
            held, first = raw, number
    if held:
        yield first, held


def _is_soft(line: bytes) -> bool:
    return line.endswith(b"=") and b"QUOTED-PRINTABLE" in _cut(line)[0].upper()


def _cut(line: bytes) -> tuple[bytes, bytes, bytes]:
    """The line cut at its first colon outside quotes."""
    colons = (at for at, octet in enumerate(line) if octet == 58 and not line[:at].count(34) % 2)
    end = next(colons, len(line))
    return line[:end], b":", line[end + 1 :]


def _split(text: str, mark: str) -> list[str]:
    """The text split at marks that are neither escaped nor quoted."""
    return re.split(rf'{mark}(?=(?:[^"]*"[^"]*")*[^"]*$)', text)


def _param(text: str) -> tuple[str, str]:
    name, given, value = text.partition("=")
    if not given or not re.fullmatch(r"[A-Za-z0-9-]+", name):
        return "TYPE", text
    value = re.sub(r"\^([n^'])", lambda found: {"n": "\n", "^": "^", "'": '"'}[found[1]], value)
    return name.upper(), value.replace('"', "") if '"' in text else value


def _values(
    name: str, params: list[tuple[str, str]], value: bytes, version: str
) -> Iterator[str | bytes]:
    encoding = next((text.upper() for key, text in params if key == "ENCODING"), "")
    if any(text.upper() == "QUOTED-PRINTABLE" for _, text in params):
        value = quopri.decodestring(value)
    elif encoding in ("B", "BASE64"):
        yield base64.b64decode(value)
        return
    text = _decoded(value, next((text for key, text in params if key == "CHARSET"), ""))
    if name == "X-ANDROID-CUSTOM" and text.partition(";")[0].rpartition("/")[2] in ROWS:
        row = _pieces(text, ";")
        yield from map(_plain, (row[1], *row[3:4]))
        if row[0].endswith("/relation") and row[2].isdecimal():
            yield RELATIONS[int(row[2])]
    elif name in COMPONENTS:
        for part in _pieces(text, ";"):
            comma = version != "2.1" and name in ("N", "ADR")
            yield from map(_plain, _pieces(part, ",") if comma else [part])
    elif name in LISTS:
        yield from map(_plain, _pieces(text, ","))
    elif text.startswith("data:") and (data := _data(_plain(text))) is not None:
        yield data
    elif name.startswith("X-"):
        yield text
    else:
        yield text.replace("\r\n", "\n") if version == "2.1" else _plain(text)


def _pieces(text: str, mark: str) -> list[str]:
    """The text cut at marks without a backslash."""
    return re.findall(rf"((?:\\.|[^{mark}])*)(?:{mark}|$)", text, re.DOTALL)


def _data(uri: str) -> bytes | None:
    """The octets in a data: URI; None where there are none."""
    media, _, coded = uri.partition(",")
    try:
        return base64.b64decode(coded) if media.endswith(";base64") else unquote_to_bytes(coded)
    except binascii.Error:
        return None


def _decoded(octets: bytes, charset: str) -> str:
    for each in ("utf-8", charset or "cp1252"):
        try:
            return octets.decode(each)
        except UnicodeDecodeError:
            continue
    return octets.decode("utf-8", "replace")


def _plain(text: str) -> str:
    """A text without its escapes."""
    text = text.replace("\r\n", "\n")
    return re.sub(r"\\([\\;,:nN])", lambda found: "\n" if found[1] in "nN" else found[1], text)


class Said(NamedTuple):
    """All that a result says: its texts, names and parameters among them, and its octets."""

    texts: list[str]
    octets: set[bytes]

    def holds(self, name: str, value: str | bytes) -> bool:
        """Whether the value of a property of this name is in the result."""
        if isinstance(value, bytes):
            return value in self.octets
        value = value.replace("\r\n", "\n").strip(" \t\r\n")
        if any(value in text or _plain(value) in text for text in self.texts):
            return True
        if name not in LOOSE:
            return False
        cores = _cores(re.sub("^[a-z-]+:", "", value) if name in SCHEMES else value)
        return any(core in letters for letters in map(_letters, self.texts) for core in cores)


def _cores(text: str) -> set[str]:
    """Letters and digits of a text, and of the word that says the same in another dialect; a date
    without its year says none."""
    text = re.sub(r"^_\$!<(.*)>!\$_$|^1604-", r"\1", text)
    return {_letters(each) for each in (text, WORDS.get(text.casefold(), text))}


def _letters(text: str) -> str:
    text = re.sub(r"(?<=\d)(?:;ext=| ext\. )(?=\d+$)", "p", unquote(text).casefold())
    return "".join(filter(str.isalnum, text))


def said_by_text(octets: bytes) -> Said:
    """What cards of text say."""
    texts, data = list[str](), set[bytes]()
    for line in lines(octets):
        texts += [line.name, *(text for _, text in line.params)]
        for value in line.values:
            if isinstance(value, bytes):
                data.add(value)
            else:
                texts += [value, _plain(value)]
    return Said([text.replace("\r\n", "\n") for text in texts], data)


def said_by_json(octets: bytes) -> Said:
    """What JSON says: every string and name in it, dates of JSContact in one; a card of text in
    it (Telegram's) as such."""
    texts, data = list[str](), set[bytes]()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "year" in value or "month" in value:
                date = (f"{value.get(key, ''):>02}" for key in ("year", "month", "day"))
                texts.append("".join(date))
            for key, each in value.items():
                texts.append(key)
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)
        elif isinstance(value, str) and value.startswith("BEGIN:VCARD"):
            said = said_by_text(value.encode())
            texts.extend((value, *said.texts))
            data.update(said.octets)
        else:
            texts.append(str(value))

    walk(json.loads(octets))
    return _with_data(texts, data)


def said_by_xml(octets: bytes) -> Said:
    """What XML says: every text and name in it."""
    tree = ET.fromstring(octets)  # noqa: S314 - our own
    texts = [text for text in tree.itertext() if text.strip()]
    names = [value for one in tree.iter() for value in one.attrib.values()]
    tags = [one.tag.rpartition("}")[2] for one in tree.iter()]
    return _with_data([*texts, *names, *tags], set())


def _with_data(texts: list[str], data: set[bytes]) -> Said:
    for text in texts:
        if text.startswith("data:") and (octets := _data(text)) is not None:
            data.add(octets)
    zones = [found for text in texts if (found := re.fullmatch(r"Etc/GMT([+-])(\d+)", text))]
    signs = {"+": "-", "-": "+"}  # POSIX counts westwards
    texts += [f"{signs[found[1]]}{found[2]:>02}:00" for found in zones]
    return Said(texts, data)
