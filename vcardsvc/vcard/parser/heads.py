"""Parses what precedes a value: the group, the name and the parameters of a property.

contentline = [group "."] name *(";" param) ":" value CRLF        RFC 6350 section 3.3
param       = name "=" value *("," value)                         2.1 has bare values too
"""

import binascii
import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from vcardsvc.model.card import Params, Property
from vcardsvc.vcard.kinds import LEAST, TEL_TYPES
from vcardsvc.vcard.parser.lines import MAX_PARAMETERS, NAME, split
from vcardsvc.vcard.parser.octets import decoded, is_known

Encoding = str
"""How the value is encoded: "" as it is, "Q" in quoted-printable, "B" in base64."""

ENCODINGS: Final = {
    "QUOTED-PRINTABLE": "Q", "BASE64": "B", "B": "B", "Q": "Q", "8BIT": "", "7BIT": "", "": "",
}  # fmt: skip
VALUE_WORDS: Final = frozenset(("URL", "INLINE", "CONTENT-ID", "CID"))
"""Values of VALUE that 2.1 writes without a parameter name."""
VALUE_TYPES: Final = VALUE_WORDS | frozenset((
    "TEXT", "PTEXT", "URI", "DATE", "DATE-TIME", "TIME", "DATE-AND-OR-TIME", "TIMESTAMP",
    "BOOLEAN", "INTEGER", "FLOAT", "UTC-OFFSET", "LANGUAGE-TAG", "BINARY", "PHONE-NUMBER", "VCARD",
    "UNKNOWN",
))  # fmt: skip
TYPE_WORDS: Final = frozenset((
    "HOME", "WORK", "CELL", "MOBILE", "VOICE", "FAX", "PAGER", "MSG", "VIDEO", "TEXT", "MODEM",
    "CAR", "ISDN", "PCS", "BBS", "MAIN", "OTHER", "INTERNET", "X400", "DOM", "INTL", "POSTAL",
    "PARCEL", "IPHONE",
))  # fmt: skip
"""Types that some programs write as a parameter name without a value (`CELL=`)."""

_LATER: Final = re.compile(r"(TYPE|PREF|VALUE|ENCODING|CHARSET|LANGUAGE|X-[A-Z0-9-]+)=", re.I)
"""A parameter behind a comma, where a semicolon is meant."""
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters other than tab and LF."""
_CUSTOM: Final = re.compile(
    r"X-CUSTOM\((?:CHARSET=([^,()=]{1,20}),)?(?:(ENCODING=QUOTED-PRINTABLE),)?(.*)\)", re.I
)
"""A label of one's own in Samsung's cards of 2.1."""
_NO_NAME: Final = re.compile(r"[^A-Z0-9-]")
_CARET: Final = re.compile(r"\^[n^']")
_CARETS: Final = {"^n": "\n", "^^": "^", "^'": '"'}
_PREFERENCE: Final = re.compile(r"[1-9][0-9]?|100")


_OLD_KDE: Final = re.compile(r"X-MESSAGING/([A-Z0-9]{1,30})-ALL", re.I)
"""A chat in old cards of KDE's, as in X-messaging/aim-All."""
_OLD_KDE_SERVICES: Final = {"xmpp": "JABBER", "gadu": "GADUGADU"}

ODD_ENCODING: Final = "ENCODING names none that vCard has; the value was read as it stands."

ODD_CHARSET: Final = "CHARSET names none that is known; UTF-8 or Windows-1252 was read."


class BadHead(ValueError):
    """Says why the start of a line cannot be read, in a sentence without content of the file."""


class Head(Struct, frozen=True, kw_only=True, gc=False):
    """Holds the start of a line.

    `words` are the values of TYPE as written, `types` as `Property` has them. `value_type` is VALUE
    in upper case, `charset` that of the parameter, else that of the file. `older`: the card is of
    2.1. `fault` is a sentence on what of the start was left out, "" if nothing was. `template` is
    the property of the line without its value, of which `replace` makes the whole one. `least` is
    the fewest components of the value.
    """

    name: str
    group: str = ""
    words: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    pref: int = 0
    label: str = ""
    params: Params = ()
    encoding: Encoding = ""
    charset: str = ""
    value_type: str = ""
    older: bool = False
    fault: str = ""
    template: Property = Property(name="", value="")
    least: int = 1


def parse_head(text: str, *, older: bool, charset: str) -> Head:
    """Parse the text before a value's colon. Raises BadHead."""
    pieces = split(text, ";")
    name = NAME.fullmatch(_of_old_kde(pieces[0].strip()))
    if name is None:
        raise BadHead("The line has no name of a property.")
    if len(pieces) > MAX_PARAMETERS + 1:
        raise BadHead(f"The line has over {MAX_PARAMETERS} parameters.")
    words: list[str] = []
    params: list[tuple[str, tuple[str, ...]]] = []
    known = {"CHARSET": charset, "VALUE": "", "ENCODING": "", "PREF": ""}
    for piece in pieces[1:]:
        for parameter, values in _parameters(piece, older=older):
            if parameter == "TYPE":
                words += values
            elif not _is_known(parameter, values, known):
                params.append((parameter, values))
    types, label, preferred = _types(name[2].upper(), words)
    template = Property(
        name=name[2].upper(),
        value="",
        types=types,
        pref=int(known["PREF"] or preferred),
        label=label,
        params=tuple(params),
        group=name[1] or "",
    )
    return Head(
        name=template.name,
        group=template.group,
        words=tuple(words),
        types=template.types,
        pref=template.pref,
        label=template.label,
        params=template.params,
        encoding=ENCODINGS.get(known["ENCODING"], ""),
        charset=known["CHARSET"],
        value_type=known["VALUE"],
        older=older,
        fault=_fault(known, charset),
        template=template,
        least=LEAST.get(template.name, 1),
    )


def _fault(known: Mapping[str, str], charset: str) -> str:
    if known["ENCODING"] not in ENCODINGS:
        return ODD_ENCODING
    own = known["CHARSET"]
    return "" if own == charset or is_known(own) else ODD_CHARSET


def _of_old_kde(name: str) -> str:
    """Return the name of a chat that other programs have, for KDE's."""
    match = _OLD_KDE.fullmatch(name)
    if match is None:
        return name
    return f"X-{_OLD_KDE_SERVICES.get(match[1].lower(), match[1])}"


def _is_known(parameter: str, values: tuple[str, ...], known: dict[str, str]) -> bool:
    """Note a parameter that belongs to the value or its kind, and return whether it is one."""
    value = values[0] if values else ""
    if parameter == "ENCODING":
        known[parameter] = value.upper()
    elif parameter == "CHARSET":
        known[parameter] = value or known[parameter]
    elif parameter == "VALUE" and (not value or value.upper() in VALUE_TYPES):
        known[parameter] = value.upper()
    elif parameter == "PREF" and (not value or _PREFERENCE.fullmatch(value)):
        known[parameter] = value or "1"
    else:
        return False
    return True


def _parameters(piece: str, *, older: bool) -> list[tuple[str, tuple[str, ...]]]:
    """Return the parameters between two semicolons: one, or more where a comma parts them."""
    custom = _CUSTOM.fullmatch(piece.strip())
    if custom is not None:
        label = binascii.a2b_qp(custom[3].encode()) if custom[2] else custom[3].encode()
        return [("TYPE", (f"X-{CONTROLS.sub('', decoded(label, custom[1] or ''))}",))]
    name, equals, written = piece.partition("=")
    if not equals:
        return [_bare(word.strip().strip('"')) for word in split(name, ",") if word.strip()]
    name = _NO_NAME.sub("-", name.strip().upper()) or "TYPE"
    found: list[tuple[str, tuple[str, ...]]] = []
    values: list[str] = []
    for value in map(str.strip, split(written, ",")):
        later = None if '"' in value else _LATER.match(value)
        if later:
            found.append((name, tuple(values)))
            name, values, value = later[1].upper(), [], value[later.end() :]
        values += _values(name, value, older=older)
    if name in TYPE_WORDS and not any(values):
        name, values = "TYPE", [name]
    elif name == "TYPE":
        values = [one for one in values if one]
    return [*found, (name, tuple(values))]


def _values(name: str, written: str, *, older: bool) -> list[str]:
    value = written.replace('"', "")
    if "^" in value and not older:  # RFC 6868
        value = _CARET.sub(lambda match: _CARETS[match[0]], value)
    if name == "LABEL":  # RFC 6350 section 6.3.1 writes line breaks so
        value = value.replace("\\n", "\n").replace("\\N", "\n")
    if name == "TYPE" and "," in value and not value.upper().startswith("X-"):
        return [one.strip() for one in value.split(",")]
    return [value]


def _bare(word: str) -> tuple[str, tuple[str, ...]]:
    upper = word.upper()
    if upper in ENCODINGS:
        return "ENCODING", (word,)
    return ("VALUE" if upper in VALUE_WORDS else "TYPE"), (word,)


def _types(name: str, words: list[str]) -> tuple[tuple[str, ...], str, int]:
    """Return the types in lower case, the label that one of them is, and the preference."""
    types: dict[str, None] = {}
    label = ""
    preferred = 0
    for word in words:
        lower = word.lower()
        if lower == "pref":
            preferred = 1
        elif lower[:2] == "x-" and lower[2:] and not label:
            label = word[2:]
        elif lower != "internet" or name != "EMAIL":
            types[TEL_TYPES.get(lower, lower) if name == "TEL" else lower] = None
    return tuple(types), label, preferred
