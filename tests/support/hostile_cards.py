"""Bodies of a megabyte that ask for much work: each repeats what some reader or writer of cards
could take too long, or too much memory, for."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from vcardsvc.apis.convert.files import JCARD, JSCONTACT, JSON, XCARD

TEXT: Final = b"text/vcard"

MEGABYTE: Final = 1_000_000

Body = tuple[bytes, bytes, str]
"""The media type, the octets, and the value of `from`."""


def card(*lines: bytes, version: bytes = b"3.0", name: bytes = b"N:A;;;;\r\nFN:A\r\n") -> bytes:
    """A card with these lines."""
    head = b"BEGIN:VCARD\r\nVERSION:" + version + b"\r\n" + name
    return b"".join((head, *lines, b"END:VCARD\r\n"))


def times(octets: bytes, size: int = MEGABYTE) -> bytes:
    """These octets again and again, to a megabyte."""
    return octets * (size // len(octets))


def counted(line: str, size: int = MEGABYTE) -> bytes:
    """This line with a number for each %d, to a megabyte."""
    lines = size // (len(line) + 4)
    return "".join([line.replace("%d", str(number)) for number in range(lines)]).encode()


def nested_agents() -> bytes:
    """Cards in cards of 3.0, whose escapes double at each level."""
    inner = "BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n"
    while len(inner) < MEGABYTE // 2:
        escaped = inner.replace("\\", "\\\\").replace("\n", "\\n").replace(";", "\\;")
        inner = f"BEGIN:VCARD\nVERSION:3.0\nFN:A\nAGENT:{escaped}\nEND:VCARD\n"
    return inner.encode()


def text(*lines: bytes, version: bytes = b"3.0", name: bytes = b"N:A;;;;\r\nFN:A\r\n") -> Body:
    """A card with these lines, as vCard text."""
    return TEXT, card(*lines, version=version, name=name), ""


def dumped(media_type: bytes, value: Any, source: str = "") -> Body:
    """A value as JSON."""
    return media_type, json.dumps(value, separators=(",", ":")).encode(), source


def jcard(*properties: Any, count: int) -> Body:
    """A jCard with these properties again and again."""
    return dumped(JCARD, ["vcard", [["version", {}, "text", "4.0"], *[*properties] * count]])


def jscontact(**members: Any) -> Body:
    """A JSContact card with these members."""
    head = {"@type": "Card", "version": "1.0", "uid": "u", "name": {"full": "A"}}
    return dumped(JSCONTACT, {**head, **members})


def xcard(inside: bytes) -> Body:
    """An xCard with this inside its card."""
    head = b'<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard><fn><text>A</text></fn>'
    return XCARD, head + inside + b"</vcard></vcards>", ""


def whatsapp(*contacts: Any) -> Body:
    """Contacts of WhatsApp."""
    return dumped(JSON, list(contacts), "whatsapp")


QP: Final = b";ENCODING=QUOTED-PRINTABLE:"

HOSTILE: Final[Mapping[str, Callable[[], Body]]] = {
    "begins": lambda: (TEXT, times(b"BEGIN:VCARD\r\n"), ""),
    "begins and ends": lambda: (
        TEXT, times(b"BEGIN:VCARD\r\n", 500_000) + times(b"END:VCARD\r\n", 500_000), ""
    ),
    "empty cards": lambda: (TEXT, times(b"BEGIN:VCARD\nEND:VCARD\n"), ""),
    "small cards": lambda: (TEXT, times(card()), ""),
    "line ends": lambda: text(times(b"\n")),
    "tiny lines": lambda: text(times(b"A:\r\n")),
    "tiny values": lambda: text(times(b"X:1\n")),
    "tiny telephones": lambda: text(times(b"TEL:1\n")),
    "unknown properties": lambda: text(times(b"X-A:aaaaaaaaaaaaaaa\r\n", 990_000)),
    "telephones": lambda: text(times(b"TEL:+1 650-253-0000 0\r\n", 990_000)),
    "lines without a colon": lambda: text(times(b"a\n")),
    "one line": lambda: text(b"NOTE:", times(b"a"), b"\r\n"),
    "one line beyond ASCII": lambda: text(b"NOTE:", times("€".encode()), b"\r\n", version=b"2.1"),
    "one folded line": lambda: text(b"NOTE:a", times(b"\n a"), b"\r\n"),
    "one line of escapes": lambda: text(b"NOTE:", times(b"\\n"), b"\r\n"),
    "one line of backslashes": lambda: text(b"NOTE:", times(b"\\"), b"\r\n"),
    "one line of carets": lambda: text(b'TEL;X-A="', times(b"^n"), b'":1\r\n', version=b"4.0"),
    "one line of controls": lambda: text(b"NOTE:", times(b"\x01"), b"\r\n"),
    "parameters": lambda: text(b"TEL", times(b";a=b"), b":1\r\n"),
    "different parameters": lambda: text(b"TEL", counted(";a%d=b"), b":1\r\n"),
    "types": lambda: text(b"TEL;TYPE=", counted("a%d,"), b"a:1\r\n"),
    "bare types": lambda: text(b"TEL", counted(";a%d"), b":1\r\n", version=b"2.1"),
    "quotes": lambda: text(b"TEL;TYPE=", times(b'",'), b":1\r\n"),
    "groups": lambda: text(counted("i%d.TEL:1\r\ni%d.X-ABLabel:a\r\n")),
    "one group": lambda: text(times(b"i.TEL:1\r\n", 500_000), times(b"i.X-ABLabel:a\r\n", 500_000)),
    "own labels": lambda: text(counted("TEL;TYPE=X-a%d:1\r\n")),
    "components": lambda: text(b"N:", times(b";"), b"\r\nADR:", b"\r\n"),
    "components of an address": lambda: text(b"ADR:", times(b"a;"), b"\r\n"),
    "units": lambda: text(b"ORG:", times(b"a;"), b"\r\n", version=b"2.1"),
    "texts of a list": lambda: text(b"CATEGORIES:", times(b"a,"), b"\r\n"),
    "texts of many lists": lambda: text(times(b"NICKNAME:" + b"a," * 990 + b"\r\n")),
    "nicknames": lambda: text(b"NICKNAME:", times(b"ab,"), b"\r\n", version=b"4.0"),
    "texts of a component": lambda: text(b"ADR:;;", times(b"a,"), b";;;;\r\n"),
    "addresses and labels": lambda: text(times(b"ADR;HOME:;;a;;;;\r\nLABEL;WORK:b\r\n")),
    "labels": lambda: text(counted("LABEL;TYPE=a%d:b\r\n")),
    "base64": lambda: text(b"PHOTO;ENCODING=b;TYPE=JPEG:", times(b"/9j/"), b"\r\n"),
    "folded base64": lambda: text(
        b"PHOTO;ENCODING=BASE64;TYPE=JPEG:", times(b"/9j/\r\n "), b"\r\n\r\n", version=b"2.1"
    ),
    "photos": lambda: text(times(b"PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAEAAD/\r\n")),
    "quoted-printable": lambda: text(b"NOTE", QP, times(b"=41"), b"\r\n", version=b"2.1"),
    "soft line breaks": lambda: text(b"NOTE", QP, times(b"=\r\n"), b"\r\n", version=b"2.1"),
    "quoted line breaks": lambda: text(b"NOTE", QP, times(b"=0D=0A"), b"\r\n", version=b"2.1"),
    "charsets": lambda: text(
        times(b"NOTE;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=83\r\n"), version=b"2.1"
    ),
    "agents of 2.1": lambda: text(times(b"AGENT:\r\nBEGIN:VCARD\r\n"), version=b"2.1"),
    "agents of 3.0": lambda: (TEXT, nested_agents(), ""),
    "dates": lambda: text(times(b"BDAY:1990-05-14\r\nX-ABDATE:1990-05-14\r\n")),
    "relations": lambda: text(
        counted("i%d.X-ABRELATEDNAMES:a\r\ni%d.X-ABLabel:_$!<Mother>!$_\r\n")
    ),
    "rows of Android": lambda: text(
        times(b"X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;a;0;b;;;;;;;\r\n")
    ),
    "one row of Android": lambda: text(b"X-ANDROID-CUSTOM:", times(b"a;"), b"\r\n"),
    "profiles": lambda: text(times(b"X-SOCIALPROFILE;type=twitter;x-user=a:http://a.example/a\r\n")),
    "chats": lambda: text(times(b"X-JABBER;HOME:a@b.example\r\n")),
    "chats of 4.0": lambda: text(times(b"IMPP:xmpp:a@b.example\r\n"), version=b"4.0"),
    "numbers": lambda: text(times(b"TEL;TYPE=CELL:+16502530000\r\n")),
    "a long number": lambda: text(b"TEL:+1", times(b"6"), b"\r\n"),
    "a long address": lambda: text(
        b"EMAIL:", times(b"a@", 500_000), b"\r\nURL:http://", times(b"a.", 500_000), b"\r\n"
    ),
    "long names": lambda: text(
        name=b"N:" + times(b"a ", 500_000) + b";;;;\r\nFN:" + times(b"a ", 500_000) + b"\r\n"
    ),
    "a name without FN": lambda: text(name=b"N:" + times(b"a,") + b";;;;\r\n"),
    "UTF-16": lambda: (TEXT, card(times(b"NOTE:a\r\n", 500_000)).decode().encode("utf-16"), ""),
    "no UTF-8": lambda: text(b"NOTE:", times(b"\xff"), b"\r\n"),
    "octets": lambda: (TEXT, times(bytes(range(256))), ""),
    "properties of jCard": lambda: jcard(["tel", {}, "text", "1"], count=40_000),
    "values of jCard": lambda: dumped(
        JCARD, ["vcard", [["note", {"a": "b"}, "text", *["a"] * 200_000]]]
    ),
    "parameters of jCard": lambda: dumped(
        JCARD, ["vcard", [["tel", {f"a{at}": "b" for at in range(70_000)}, "text", "1"]]]
    ),
    "jCards": lambda: dumped(JCARD, [["vcard", [["fn", {}, "text", "A"]]]] * 30_000),
    "arrays": lambda: (JCARD, times(b"["), ""),
    "empty arrays": lambda: (JCARD, b'["vcard",[' + times(b"[],") + b"[]]]", ""),
    "phones of JSContact": lambda: jscontact(
        phones={f"p{at}": {"number": "1", "contexts": {"work": True}} for at in range(18_000)}
    ),
    "unknown members of JSContact": lambda: jscontact(**{f"a{at}": at for at in range(60_000)}),
    "properties of JSContact": lambda: jscontact(vCardProps=[["x-a", {}, "text", "1"]] * 40_000),
    "components of JSContact": lambda: jscontact(
        addresses={"a": {"components": [{"kind": "name", "value": "a"}] * 30_000}}
    ),
    "relations of JSContact": lambda: jscontact(
        relatedTo={f"urn:{at}": {"relation": {"friend": True}} for at in range(23_000)}
    ),
    "a long relation of JSContact": lambda: jscontact(
        relatedTo={f"urn:{'a' * 500_000}": {f"a{at}": 0 for at in range(40_000)}}
    ),
    "localizations": lambda: jscontact(
        localizations={f"l{at}": {"name/full": "a"} for at in range(38_000)}
    ),
    "elements": lambda: xcard(times(b"<tel><text>1</text></tel>")),
    "empty elements": lambda: xcard(times(b"<a/>")),
    "nested elements": lambda: xcard(times(b"<a>")),
    "attributes": lambda: xcard(b"<tel " + counted('a%d="" ') + b"><text>1</text></tel>"),
    "texts of xCard": lambda: xcard(b"<nickname>" + times(b"<text>a</text>") + b"</nickname>"),
    "parameters of xCard": lambda: xcard(
        b"<tel><parameters>"
        + counted("<a%d><text>b</text></a%d>")
        + b"</parameters><text>1</text></tel>"
    ),
    "comments": lambda: xcard(times(b"<!---->")),
    "entities": lambda: xcard(b"<note><text>" + times(b"&#65;") + b"</text></note>"),
    "a long group of xCard": lambda: xcard(
        b'<group name="'
        + times(b"a", 500_000)
        + b'">'
        + times(b"<tel><text>1</text></tel>", 500_000)
        + b"</group>"
    ),
    "groups of xCard": lambda: xcard(
        counted('<group name="i%d"><tel><text>1</text></tel></group>')
    ),
    "contacts of WhatsApp": lambda: whatsapp(*[{"name": {"formatted_name": "A"}}] * 25_000),
    "phones of WhatsApp": lambda: whatsapp(
        {"name": {"formatted_name": "A"}, "phones": [{"phone": "1"}] * 70_000}
    ),
    "members of WhatsApp": lambda: whatsapp(
        {"name": {"formatted_name": "A"}, **{f"a{at}": 1 for at in range(80_000)}}
    ),
    "contacts of Telegram": lambda: dumped(
        JSON, [{"contact": {"phone_number": "1"}}] * 28_000, "telegram"
    ),
    "a card of Telegram": lambda: dumped(
        JSON, {"phone_number": "1", "vcard": card(times(b"TEL:1\n")).decode()}, "telegram"
    ),
    "messages of Telegram": lambda: (JSON, times(b'{"message":') + b"1", "telegram"),
    "people": lambda: dumped(
        JSON, {"connections": [{"names": [{"displayName": "A"}]}] * 24_000}, "people"
    ),
    "names of people": lambda: dumped(JSON, {"names": [{"displayName": "A"}] * 45_000}, "people"),
    "a biography": lambda: dumped(
        JSON,
        {"biographies": [{"value": "<p>" * 330_000, "contentType": "TEXT_HTML"}]},
        "people",
    ),
    "an unclosed biography": lambda: dumped(
        JSON, {"biographies": [{"value": "<a " * 330_000, "contentType": "TEXT_HTML"}]}, "people"
    ),
    "phones of Graph": lambda: dumped(
        JSON, {"displayName": "A", "homePhones": ["1"] * 240_000}, "graph"
    ),
    "contacts of Graph": lambda: dumped(JSON, {"value": [{"displayName": "A"}] * 45_000}, "graph"),
    "requests": lambda: dumped(JSON, [{"name": {"first-name": "A"}}] * 30_000, "createcontact"),
    "a request": lambda: dumped(
        JSON, {"name": {"first-name": "A"}, "note": "a\n" * 300_000}, "createcontact"
    ),
}  # fmt: skip
"""Each kind of work, and a body that asks for it."""

FULL: Final[Mapping[str, str]] = {
    "unknown properties": "X-A:1\n",
    "telephones": "TEL:+1 650-253-0000 %d\n",
    "types": "TEL;TYPE=a%d:1\n",
    "own labels": "TEL;TYPE=X-a%d:1\n",
    "websites": "URL;TYPE=a%d:a\n",
    "addresses": "ADR;LABEL=a:;;a;;;;\n",
    "addresses and labels": "ADR;TYPE=a%d:;;a;;;;\nLABEL;TYPE=a%d:a\n",
    "countries": "i%d.ADR:;;a;;;;\ni%d.X-ABADR:de\n",
    "groups": "i%d.TEL:1\ni%d.X-ABLabel:a\n",
    "relations": "i%d.X-ABRELATEDNAMES:a\ni%d.X-ABLabel:_$!<Mother>!$_\n",
    "chats": "X-AIM:a%d\n",
    "notes": "NOTE;ALTID=%d:\\n\n",
    "photos": "PHOTO;ENCODING=b:/9j/\n",
    "character sets": "NOTE;CHARSET=a%d:a\n",
    "text without a colon": "TEL:1\na\n",
}
"""Lines of one property of a card that has as many as a body may have, by the kind of work."""


def full(kind: str, properties: int) -> Body:
    """A card with this kind's lines and so many properties, two of which are its name."""
    line = FULL[kind]
    lines = [line.replace("%d", str(number)) for number in range(properties - 2)]
    return text("".join(lines).encode(), version=b"4.0" if ";LABEL=" in line else b"3.0")
