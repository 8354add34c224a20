"""One small check for each kind of field, and `Reading`, which collects what they find.

Every check takes a JSON value and where it stands, and gives a clean value back: problems go into
the Reading in the order they are met, at most one for each field. What must never enter here: a
guess (a number is never moved into another country, a name never reordered), or I/O.

A field is a tuple of JSON pointer parts, joined only when there is something to say about it.
"""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar

from vcardsvc import phones
from vcardsvc.contact import Note, PhoneLabel, PlaceLabel, composed
from vcardsvc.errors import (
    CUT,
    E164,
    E1516,
    E1517,
    E1518,
    E1519,
    E1524,
    E1525,
    E1526,
    ENCODED,
    OVER_LIMIT,
    Code,
    Problem,
    Refused,
)
from vcardsvc.graphemes import cut

Field = tuple[str | int, ...]
L = TypeVar("L", PhoneLabel, PlaceLabel)

ENTRIES: Final = 4
"""Phones, e-mails, addresses, websites of one contact (the action's description)."""

WEBSITE_LABEL: Final = 100
"""Code points of a website label (the action's description)."""

UID: Final = 255
"""Characters of a caller's own UID: RFC 4122 needs 45, mail-style identities fewer than 255."""

BLANKS: Final = (
    " \t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""White space that is trimmed. Not str.strip()'s own set: that takes control characters along."""

_LINE_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BLOCK_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\u2028\u2029]")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 .]*")
_JOINERS: Final = "\u200c\u200d"
_BIDI_CONTROLS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNPRINTABLE: Final = frozenset(("Cn", "Co", "Cs"))
_PLAIN_URL: Final = re.compile(r"https?://[!#-+\--:=?-\[\]-~]*")
"""What needs no second look: web scheme, ASCII, nothing to encode."""
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PORT: Final = re.compile(r":[0-9]+(?:[/?#]|$)")
_NOT_IN_A_URL: Final = re.compile(r'[\s,;\\"<>]')

DATA_URI: Final = "data:"
"""What a file in a URI begins with (RFC 2397)."""

PADDING: Final = 2
"""Signs of equality at the end of base64."""

_PLAIN_DIGITS: Final = bytes.maketrans(b"-_", b"+/")
"""The URL-safe alphabet (RFC 4648 section 5) in the plain one."""

HOMEPAGE: Final = "homepage"
"""The website label that is the same as none."""

WEB_SCHEMES: Final = ("http", "https")


def _spelled(*labels: L) -> Mapping[str, L]:
    """The labels by the spellings that need no second look: work, Work, WORK."""
    ways = (str.lower, str.title, str.upper)
    return MappingProxyType({spell(label): label for spell in ways for label in labels})


PHONE_LABELS: Final[Mapping[str, PhoneLabel]] = _spelled(
    "work", "home", "mobile", "fax", "pager", "main", "other"
)
PLACE_LABELS: Final[Mapping[str, PlaceLabel]] = _spelled("work", "home")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What an operator may choose: who may be called O'Brien, where numbers without + are read.

    `region` is an ISO 3166 region of two letters, or "" for none. Raises ValueError for a region
    that no numbers are known of.
    """

    names: Literal["strict", "relaxed"] = "strict"
    region: str = ""

    def __post_init__(self) -> None:
        if self.region and not phones.has_numbers(self.region):
            raise ValueError(f"no telephone numbers are known of the region {self.region}")


def pointer(field: Field) -> str:
    """The JSON pointer (RFC 6901) of a field. Its parts are ours or numbers: nothing to escape."""
    return "".join([f"/{part}" for part in field])


class Reading:
    """One pass over one request: the problems and notes met so far, in reading order."""

    __slots__ = ("maybe_places", "notes", "policy", "problems")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        self.maybe_places: dict[str, dict[int, int]] | None = None

    def refuse(self, code: Code, field: Field, cause: str, detail: str = "") -> None:
        """There is something wrong with `field`."""
        self.problems.append(
            Problem(code=code, field=pointer(field) or None, cause=cause, detail=detail)
        )

    def note(self, field: Field, code: str) -> None:
        """Something of `field` was ignored, cut or changed."""
        self.notes.append(Note(field=pointer(field)[1:], code=code))

    def done(self) -> tuple[Note, ...]:
        """The notes. Raises Refused with every problem when there is one."""
        if self.problems:
            raise Refused(*self.problems)
        return tuple(self.notes)

    def mapping(self, value: Any, field: Field) -> dict[str, Any]:
        """A JSON object; absent reads as an empty one."""
        if type(value) is dict:
            return value
        if value is not None:
            self.refuse(E1524, field, "not-an-object", "It must be an object.")
        return {}

    def line(self, value: Any, field: Field) -> str:
        """A text of one line, trimmed and NFC; "" when absent, blank or refused."""
        if type(value) is str and value.isascii() and value.isprintable():
            return value.strip(" ")
        return self._text(value, field, _LINE_CONTROL)

    def block(self, value: Any, field: Field) -> str:
        """A text in which tab and LF may stand, trimmed and NFC; other line ends become LF."""
        if type(value) is str and value.isascii() and value.isprintable():
            return value.strip(" ")
        if type(value) is str:
            value = _LINE_ENDS.sub("\n", value)
        return self._text(value, field, _BLOCK_CONTROL)

    def _text(self, value: Any, field: Field, controls: re.Pattern[str]) -> str:
        if value is None:
            return ""
        if type(value) is not str:
            self.refuse(E1524, field, "not-a-string", "It must be a string.")
            return ""
        trimmed = value.strip(BLANKS)
        if not trimmed:
            return ""
        found = None if value.isprintable() else controls.search(value)
        if found:
            point = f"U+{ord(found[0]):04X}"
            self.refuse(E1525, field, "control-character", f"It is {point}.")
            return ""
        return composed(trimmed)

    def name(self, value: Any, field: Field) -> str:
        """A first or last name under the name rule."""
        text = self.line(value, field)
        if text.isalpha() or _PLAIN_NAME.fullmatch(text):
            return text
        strict = self.policy.names == "strict"
        fault = _strict_fault(text) if strict else _relaxed_fault(text)
        if fault:
            point = f"U+{ord(fault):04X} {unicodedata.name(fault, '')}".rstrip()
            self.refuse(E1516, field, "name-character", f'"{fault}" ({point}) is not allowed.')
        return text

    def entries(
        self, value: Any, name: str, key: str
    ) -> Iterator[tuple[int, str | Any, dict[str, Any]]]:
        """(index, value, entry) of the first four entries that are not blank.

        The rest is ignored, unread, with a note.
        """
        if value is None:
            return
        if type(value) is not list:
            self.refuse(E1524, (name,), "not-an-array", "It must be an array.")
            return
        taken = 0
        for index, entry in enumerate(value):
            if entry is None:
                continue
            said = entry.get(key) if type(entry) is dict else entry
            if said is None or (type(said) is str and type(entry) is dict and _blank(said)):
                continue
            if taken == ENTRIES:
                self.note((name,), OVER_LIMIT)
                return
            if index != taken:
                self._place(name, taken, index)
            taken += 1
            if type(entry) is dict:
                yield index, said, entry
            else:
                self.refuse(E1524, (name, index), "not-an-object", "It must be an object.")

    def _place(self, name: str, taken: int, index: int) -> None:
        """The entry that is the contact's `taken`th stands in another place of the request."""
        if self.maybe_places is None:
            self.maybe_places = {}
        self.maybe_places.setdefault(name, {})[taken] = index

    def _label(self, value: Any, field: Field, labels: Mapping[str, L], code: Code) -> L:
        if type(value) is str and value in labels:
            return labels[value]
        text = self.line(value, field).lower()
        label = labels.get(text or "work")
        if label is None:
            offered = ", ".join(dict.fromkeys(labels.values()))
            self.refuse(code, field, "label", f"The labels are: {offered}.")
            return labels["work"]
        return label

    def phone_label(self, value: Any, field: Field) -> PhoneLabel:
        """One of PHONE_LABELS, in any case; work when absent or blank."""
        return self._label(value, field, PHONE_LABELS, E1517)

    def email_label(self, value: Any, field: Field) -> PlaceLabel:
        """One of PLACE_LABELS, in any case; work when absent or blank."""
        return self._label(value, field, PLACE_LABELS, E1518)

    def address_label(self, value: Any, field: Field) -> PlaceLabel:
        """One of PLACE_LABELS, in any case; work when absent or blank."""
        return self._label(value, field, PLACE_LABELS, E1519)

    def phone(self, value: Any, field: Field) -> tuple[str, str | None]:
        """A number as typed, in ASCII digits, and in E.164 form where one is certain."""
        typed = number = self.line(value, field)
        if not typed.isascii():
            number = "".join([_ascii_digit(character) for character in typed])
        written = phones.e164(number, self.policy.region)
        if written is not None and written != typed:
            self.note(field, E164)
        return number, written

    def website(self, value: Any, field: Field) -> str:
        """A web address, percent-encoded where an address cannot hold the character."""
        url = self.line(value, field)
        if _PLAIN_URL.fullmatch(url):
            return url
        scheme = _SCHEME.match(url if url.isascii() else _without_format_characters(url))
        if scheme and scheme[1].lower() not in WEB_SCHEMES and not _has_host_and_port(url):
            self.refuse(E1526, field, "scheme")
            return ""
        encoded = _NOT_IN_A_URL.sub(_percent, url)
        if encoded != url:
            self.note(field, ENCODED)
        return encoded

    def website_label(self, value: Any, field: Field) -> str:
        """A free label of at most 100 code points; "" for a homepage, which is the default."""
        label = self.line(value, field)
        if len(label) <= WEBSITE_LABEL:
            return "" if label.lower() == HOMEPAGE else label
        self.note(field, CUT)
        return cut(label, WEBSITE_LABEL)

    def uid(self, value: Any, field: Field) -> str:
        """A caller's own identity for the card."""
        text = self.line(value, field)
        if len(text) > UID:
            self.refuse(E1524, field, "too-long", f"It may hold {UID} characters at most.")
            return ""
        return text

    def base64(self, text: str) -> bytes | None:
        """The bytes of a file given in base64, plain or as a `data:` URI; None when it is neither.

        Either alphabet of RFC 4648 is read, with or without padding, blanks and line breaks
        anywhere (as MIME, RFC 2045 section 6.8, breaks it).
        """
        if text[: len(DATA_URI)].lower() == DATA_URI:
            head, _, text = text.partition(",")
            if not head.rstrip(BLANKS).lower().endswith(";base64"):
                return None
            text = _percent_decoded(text) if "%" in text else text
        if not text.isascii():
            return None
        digits = text.encode().translate(_PLAIN_DIGITS, b" \t\r\n")
        octets = digits.rstrip(b"=")
        if len(digits) - len(octets) > PADDING:
            return None
        try:
            return b64decode(octets + b"=" * (-len(octets) % 4), validate=True)
        except ValueError:
            return None


def _blank(text: str) -> bool:
    return not text.strip(BLANKS)


def _strict_fault(name: str) -> str:
    """The first character that stands where the strict rule does not have it, or ""."""
    letter = False
    for index, character in enumerate(name):
        if _is_letter(character, after_letter=letter):
            letter = True
        elif character in _JOINERS and letter:
            if not _is_letter(name[index + 1 : index + 2], after_letter=True):
                return character
        elif character in " ." or character.isdecimal():
            letter = False
        else:
            return character
    return ""


def _is_letter(character: str, *, after_letter: bool) -> bool:
    if not character:
        return False
    return character.isalpha() or (after_letter and unicodedata.category(character)[0] == "M")


def _relaxed_fault(name: str) -> str:
    for character in name:
        if unicodedata.category(character) in _UNPRINTABLE or character in _BIDI_CONTROLS:
            return character
    return ""


def _ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _has_host_and_port(url: str) -> bool:
    """Whether it begins with a dotted name, a colon and digits: no scheme, though it looks so."""
    name = url.partition(":")[0]
    return "." in name and "+" not in name and _PORT.match(url, len(name)) is not None


def _without_format_characters(url: str) -> str:
    """Some readers drop characters nobody sees before they look for a scheme."""
    return "".join([c for c in url if unicodedata.category(c) != "Cf"])


def _percent_decoded(text: str) -> str:
    from urllib.parse import unquote  # not free at start, and hardly any call needs it

    return unquote(text, errors="replace")


def _percent(found: re.Match[str]) -> str:
    return "".join([f"%{octet:02X}" for octet in found[0].encode()])
