"""One small check for each kind of field, and `Reading`, which collects what they find.

Every check takes a JSON value and where it stands, and gives a clean value back: problems go into
the Reading in the order they are met, at most one for each field. What must never enter here: a
guess (a number is never moved into another country, a name never reordered), or I/O.

A field is a tuple of JSON pointer parts, joined only when there is something to say about it.
"""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar

from vcardsvc.errors import (
    CUT,
    DOUBTFUL,
    E164,
    E1516,
    E1517,
    E1518,
    E1519,
    E1524,
    E1525,
    E1526,
    ENCODED,
    IGNORED,
    OVER_LIMIT,
    Code,
    Problem,
    Refused,
)
from vcardsvc.model.contact import Note, PhoneLabel, PlaceLabel, composed
from vcardsvc.validation import phones
from vcardsvc.validation.graphemes import cut
from vcardsvc.validation.invisible import INVISIBLE

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

_UNSEEN: Final = BLANKS + INVISIBLE
"""What an address or a number neither begins nor ends with."""

UNKNOWN: Final = 100
"""Unknown members that are noted: 256 KiB hold 40,000, and the header has room for twenty notes."""

UNKNOWN_NAME: Final = 64
"""Characters of an unknown member's name that its note tells."""

_LINE_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BLOCK_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\u2028\u2029]")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 .]*")
_JOINERS: Final = "\u200c\u200d"
_BIDI_CONTROLS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNPRINTABLE: Final = frozenset(("Cn", "Co", "Cs"))
_PLAIN_URL: Final = re.compile(r"https?://[!#$&-+\--:=?@A-Z_a-z~]*")
"""What needs no second look: web scheme, ASCII, nothing to encode."""
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PORT: Final = re.compile(r":[0-9]+(?:[/?#]|$)")
_IP_HOST: Final = re.compile(
    r"(?:(?:https?:)?//(?:[^/?#\[\]@]*@)?)?"
    r"\[(?=[0-9A-Fa-f.]*:)[0-9A-Fa-f:.]{2,45}(?:%[0-9A-Za-z%._~-]*)?\](?=[:/?#]|\Z)",
    re.IGNORECASE,
)
"""An address that begins with an IPv6 host, whose brackets alone are allowed (RFC 3986, 3.2.2)."""
_NO_PLACE: Final = r'[\s,;\\"<>|{}^`]|%(?![0-9A-Fa-f]{2})'
_NOT_IN_A_HOST: Final = re.compile(f"(?:{_NO_PLACE})+")
_NOT_IN_A_URL: Final = re.compile(rf"(?:[\[\]]|{_NO_PLACE})+")
"""What RFC 3986 has no place for, and the comma and semicolon that some readers cut at."""
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)+"')
"""A local part in quotes, in which @ may stand (RFC 5321 section 4.1.2)."""
_MAILTO: Final = "mailto:"

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
    """The JSON pointer (RFC 6901) of a field. Its parts are ours, numbers, or escaped names."""
    return "".join([f"/{part}" for part in field])


def ignored(names: Iterable[str], known: Set[str], field: Field = ()) -> Iterator[Note]:
    """Give a note for each of these names that is not known: of members of `field`, or of query
    options and a form's own fields and files, which stand in no member."""
    for name in names:
        if name not in known:
            yield Note(field=pointer((*field, _pointer_part(name)))[1:], code=IGNORED)


class Reading:
    """One pass over one request: the problems and notes met so far, in reading order."""

    __slots__ = ("_unknown", "maybe_places", "notes", "policy", "problems")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        self._unknown = 0
        self.maybe_places: dict[str, dict[int, int]] | None = None

    def refuse(self, code: Code, field: Field, cause: str, detail: str = "") -> None:
        """There is something wrong with `field`."""
        self.problems.append(
            Problem(code=code, field=pointer(field) or None, cause=cause, detail=detail)
        )

    def note(self, field: Field, code: str) -> None:
        """Something of `field` was ignored, cut or changed."""
        self.notes.append(Note(field=pointer(field)[1:], code=code))

    def ignored(self, members: Mapping[str, Any], known: Set[str], field: Field = ()) -> None:
        """Note the members of `field` that no rule knows, up to UNKNOWN in all; null is absent."""
        names = (name for name, value in members.items() if value is not None)
        for note in islice(ignored(names, known, field), UNKNOWN - self._unknown):
            self._unknown += 1
            self.notes.append(note)

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

        An entry has its value under `key`, and a label; members of other names are noted. The rest
        is ignored, unread, with a note. An empty text is no entries, as the action says.
        """
        if value is None or value == "":
            return
        known = {key, "label"}
        if type(value) is not list:
            self.refuse(E1524, (name,), "not-an-array", "It must be an array.")
            return
        taken = 0
        for index, entry in enumerate(value):
            if entry is None:
                continue
            said = entry.get(key) if type(entry) is dict else entry
            blank = said is None or (type(said) is str and type(entry) is dict and _blank(said))
            if taken == ENTRIES and not blank:
                self.note((name,), OVER_LIMIT)
                return
            if type(entry) is dict and not entry.keys() <= known:
                self.ignored(entry, known, (name, index))
            if blank:
                continue
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
        text = self.line(value, field)
        number = phones.read(text, self.policy.region)
        if number.e164 is not None and number.e164 != text:
            self.note(field, E164)
        if number.unread:
            self.note(field, IGNORED)
        return number.typed, number.e164

    def email(self, value: Any, field: Field) -> str:
        """An e-mail address as typed, without `mailto:`; what cannot be one is noted."""
        text = self.line(value, field).strip(_UNSEEN)
        if text[: len(_MAILTO)].lower() == _MAILTO:
            text = self._mailto(text, field)
        if text and not _is_address(text):
            self.note(field, DOUBTFUL)
        return text

    def _mailto(self, text: str, field: Field) -> str:
        """The address of a `mailto:` URI (RFC 6068); its subject and the like are noted."""
        from urllib.parse import unquote

        address, _, headers = text[len(_MAILTO) :].partition("?")
        decoded = composed(unquote(address))
        if "\ufffd" in decoded or _LINE_CONTROL.search(decoded):
            decoded = address
        decoded = decoded.strip(_UNSEEN)
        if headers and decoded:
            self.note(field, IGNORED)
        return decoded or text

    def website(self, value: Any, field: Field) -> str:
        """A web address, percent-encoded where an address cannot hold the character."""
        url = self.line(value, field)
        if _PLAIN_URL.fullmatch(url):
            return url
        url = url.strip(_UNSEEN)
        scheme = _SCHEME.match(url if url.isascii() else _without_format_characters(url))
        if scheme and scheme[1].lower() not in WEB_SCHEMES and not _has_host_and_port(url):
            self.refuse(E1526, field, "scheme")
            return ""
        host = _IP_HOST.match(url)
        end = host.end() if host else 0
        encoded = _NOT_IN_A_HOST.sub(_percent, url[:end]) + _NOT_IN_A_URL.sub(_percent, url[end:])
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
            before, _, encoding = head.rpartition(";")
            if not before or encoding.strip(BLANKS).lower() != "base64":
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
    return not text.strip(_UNSEEN)


def _pointer_part(name: str) -> str:
    """The name of an unknown member as part of a JSON pointer (RFC 6901), cut to UNKNOWN_NAME."""
    short = name if len(name) <= UNKNOWN_NAME else f"{name[:UNKNOWN_NAME]}…"
    return short.replace("~", "~0").replace("/", "~1")


def _is_address(text: str) -> bool:
    """Whether there is one @ with something on both sides; in quotes more may stand before it."""
    local, _, domain = text.rpartition("@")
    one = "@" not in local or _QUOTED.fullmatch(local) is not None
    return one and bool(local.strip()) and bool(domain.strip())


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
    return f"%{found[0].encode().hex('%').upper()}"
