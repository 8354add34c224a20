"""Checks the fields of a request and collects every problem of it in a `Validator`.

Strategy: one method for each kind of field takes a JSON value and its place, and returns a clean
value. Problems and notes are kept in the order of the request, at most one problem for each field.
Values are never guessed: a number is not moved into another country, a name is not reordered.

A place (`Field`) is a tuple of JSON pointer parts; it is joined only for a problem or a note.
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
    E1535,
    ENCODED,
    IGNORED,
    OVER_LIMIT,
    Code,
    Problem,
    Refused,
)
from vcardsvc.model.contact import PhoneLabel, PlaceLabel, composed
from vcardsvc.model.request import Note
from vcardsvc.validation import phones, urls
from vcardsvc.validation.graphemes import cut
from vcardsvc.validation.invisible import BLANKS, INVISIBLE

Field = tuple[str | int, ...]
L = TypeVar("L", PhoneLabel, PlaceLabel)

ENTRIES: Final = 4
"""The most phones, e-mails, addresses or websites of one contact (createcontact's
specification)."""

WEBSITE_LABEL: Final = 100
"""The most code points of a website label (createcontact's specification), and of every other label
that is free text."""

TEXT: Final = 255
"""The most characters of a text of a member that the action's specification does not have: as many
as a file name or a domain name may have."""

UID: Final = 255
"""The most characters of a caller's UID: RFC 4122 needs 45, an ID like an e-mail address up to
254."""

_UNSEEN: Final = BLANKS + INVISIBLE
"""Characters that are trimmed from both ends of an address or a number."""

UNKNOWN: Final = 100
"""The most unknown members that are noted: 256 KiB hold 40,000, the header holds twenty notes."""

UNKNOWN_NAME: Final = 64
"""The most characters of an unknown member's name in its note."""

_LINE_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BLOCK_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\u2028\u2029]")
PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 .]*")
_JOINERS: Final = "\u200c\u200d"
_BIDI_CONTROLS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNPRINTABLE: Final = frozenset(("Cn", "Co", "Cs"))
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)+"')
"""A local part in quotes, in which @ may stand (RFC 5321 section 4.1.2)."""
_MAILTO: Final = "mailto:"

DATA_URI: Final = "data:"
"""The scheme of a URI that contains a file (RFC 2397)."""

PADDING: Final = 2
"""The most equals signs at the end of base64 (RFC 4648 section 4)."""

_PLAIN_DIGITS: Final = bytes.maketrans(b"-_", b"+/")
"""Maps the URL-safe alphabet of RFC 4648 section 5 to that of section 4."""

HOMEPAGE: Final = "homepage"
"""The website label that means the same as an empty one."""


def _by_spelling(*labels: L) -> Mapping[str, L]:
    """Return the labels by their usual spellings: work, Work, WORK."""
    spellings = (str.lower, str.title, str.upper)
    return MappingProxyType({spell(label): label for spell in spellings for label in labels})


PHONE_LABELS: Final[Mapping[str, PhoneLabel]] = _by_spelling(
    "work", "home", "mobile", "fax", "pager", "main", "other"
)
PLACE_LABELS: Final[Mapping[str, PlaceLabel]] = _by_spelling("work", "home")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Holds an operator's choices: the rules for names and labels, and the region of numbers
    without `+`.

    `names`: "strict" refuses `O'Brien`, "relaxed" accepts it. `region` is an ISO 3166 code of two
    letters, or "" for none. `labels`: "fixed" refuses a label of one's own on phone, e-mail and
    address, "free" accepts it. Raises ValueError for a region without known telephone numbers.
    """

    names: Literal["strict", "relaxed"] = "strict"
    region: str = ""
    labels: Literal["fixed", "free"] = "fixed"

    def __post_init__(self) -> None:
        if self.region and not phones.has_numbers(self.region):
            raise ValueError(f"no telephone numbers are known of the region {self.region}")


def pointer(field: Field) -> str:
    """Return the JSON pointer (RFC 6901) of a field whose parts are escaped already."""
    return "".join([f"/{part}" for part in field])


def ignored(names: Iterable[str], known: Set[str], field: Field = ()) -> Iterator[Note]:
    """Yield a note for each name that is not in `known`: members of the object at `field`, or query
    options and the fields and files of a form, which have no parent (`field` is empty)."""
    for name in names:
        if name not in known:
            yield Note(field=pointer((*field, _pointer_part(name)))[1:], code=IGNORED)


class Validator:
    """Checks the values of one request, and collects its problems and notes in their order."""

    __slots__ = ("_unknown", "maybe_indices", "notes", "policy", "problems")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        self._unknown = 0
        self.maybe_indices: dict[str, dict[int, int]] | None = None

    def refuse(self, code: Code, field: Field, cause: str, detail: str = "") -> None:
        """Record a problem of `field`; `cause` is for the log, `detail` for the caller."""
        self.problems.append(
            Problem(code=code, field=pointer(field) or None, cause=cause, detail=detail)
        )

    def note(self, field: Field, code: str) -> None:
        """Record that `field` was ignored, cut or changed; `code` is one of `errors.NOTES`."""
        self.notes.append(Note(field=pointer(field)[1:], code=code))

    def ignored(self, members: Mapping[str, Any], known: Set[str], field: Field = ()) -> None:
        """Note the members of `field` that are not in `known`, at most UNKNOWN in all; null is
        absent."""
        names = (name for name, value in members.items() if value is not None)
        for note in islice(ignored(names, known, field), UNKNOWN - self._unknown):
            self._unknown += 1
            self.notes.append(note)

    def raise_problems(self) -> tuple[Note, ...]:
        """Return the notes. Raises Refused with every problem if there are any."""
        if self.problems:
            raise Refused(*self.problems)
        return tuple(self.notes)

    def mapping(self, value: Any, field: Field) -> dict[str, Any]:
        """Return a JSON object; {} for null or a refused value."""
        if type(value) is dict:
            return value
        if value is not None:
            self.refuse(E1524, field, "not-an-object", "It must be an object.")
        return {}

    def line(self, value: Any, field: Field) -> str:
        """Return a text of one line, trimmed and in NFC; "" when absent, blank or refused."""
        if type(value) is str and value.isascii() and value.isprintable():
            return value.strip(" ")
        return self._text(value, field, _LINE_CONTROL)

    def block(self, value: Any, field: Field) -> str:
        """Return a text that may hold tab and LF, trimmed and in NFC; other line ends become LF."""
        if type(value) is str and value.isascii() and value.isprintable():
            return value.strip(" ")
        if type(value) is str:
            value = _LINE_ENDS.sub("\n", value)
        return self._text(value, field, _BLOCK_CONTROL)

    def short(self, value: Any, field: Field) -> str:
        """Return a text of one line and at most TEXT characters; "" when absent or refused."""
        text = self.line(value, field)
        if len(text) > TEXT:
            self.refuse(E1535, field, "too-long", f"It may hold {TEXT} characters at most.")
            return ""
        return text

    def flag(self, value: Any, field: Field) -> bool:
        """Return a JSON boolean; False for null or a refused value."""
        if value is not None and type(value) is not bool:
            self.refuse(E1524, field, "not-a-boolean", "It must be true or false.")
        return value is True

    def _text(self, value: Any, field: Field, controls: re.Pattern[str]) -> str:
        if value is None:
            return ""
        if type(value) is not str:
            self.refuse(E1524, field, "not-a-string", "It must be a string.")
            return ""
        trimmed = value.strip(BLANKS)
        if not trimmed:
            return ""
        control = None if value.isprintable() else controls.search(value)
        if control:
            point = f"U+{ord(control[0]):04X}"
            self.refuse(E1525, field, "control-character", f"It is {point}.")
            return ""
        return composed(trimmed)

    def name(self, value: Any, field: Field) -> str:
        """Return a first or last name; it is refused if the policy's rule for names refuses it."""
        text = self.line(value, field)
        if text.isalpha() or PLAIN_NAME.fullmatch(text):
            return text
        strict = self.policy.names == "strict"
        fault = _strict_fault(text) if strict else _relaxed_fault(text)
        if fault:
            point = f"U+{ord(fault):04X} {unicodedata.name(fault, '')}".rstrip()
            self.refuse(E1516, field, "name-character", f'"{fault}" ({point}) is not allowed.')
        return text

    def entries(
        self, value: Any, name: str, keys: tuple[str, ...], known: Set[str]
    ) -> Iterator[tuple[int, str | Any, dict[str, Any]]]:
        """Yield (index, value, entry) of the first ENTRIES entries that are not blank.

        An entry has its value under the first of `keys` that is not blank; members that are not in
        `known` are noted. Further entries are not read, and noted once. An empty text is an empty
        list (createcontact's specification).
        """
        if value is None or value == "":
            return
        if type(value) is not list:
            self.refuse(E1524, (name,), "not-an-array", "It must be an array.")
            return
        taken = 0
        for index, entry in enumerate(value):
            if entry is None:
                continue
            content = _content(entry, keys)
            blank = content is None
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
                yield index, content, entry
            else:
                self.refuse(E1524, (name, index), "not-an-object", "It must be an object.")

    def _place(self, name: str, taken: int, index: int) -> None:
        """Record that the contact's entry `taken` has another index in the request."""
        if self.maybe_indices is None:
            self.maybe_indices = {}
        self.maybe_indices.setdefault(name, {})[taken] = index

    def _label(
        self, value: Any, field: Field, labels: Mapping[str, L], code: Code
    ) -> tuple[L | None, str]:
        """Return the label, or None and a label of one's own; work when it is refused."""
        if type(value) is str and value in labels:
            return labels[value], ""
        text = self.line(value, field)
        label = labels.get(text.lower() or "work")
        if label is not None:
            return label, ""
        if self.policy.labels == "free":
            return None, self._cut_label(text, field)
        offered = ", ".join(dict.fromkeys(labels.values()))
        self.refuse(code, field, "label", f"The labels are: {offered}.")
        return labels["work"], ""

    def phone_label(self, value: Any, field: Field) -> tuple[PhoneLabel, str]:
        """Return one of PHONE_LABELS, read in any case, and a label of one's own, beside which it
        is other; work when absent or blank."""
        label, own = self._label(value, field, PHONE_LABELS, E1517)
        return label or "other", own

    def email_label(self, value: Any, field: Field) -> tuple[PlaceLabel, str]:
        """Return one of PLACE_LABELS, read in any case, and a label of one's own, beside which it
        is work; work when absent or blank."""
        label, own = self._label(value, field, PLACE_LABELS, E1518)
        return label or "work", own

    def address_label(self, value: Any, field: Field) -> tuple[PlaceLabel, str]:
        """Return the label of an address as `email_label` does."""
        label, own = self._label(value, field, PLACE_LABELS, E1519)
        return label or "work", own

    def phone(self, value: Any, field: Field) -> tuple[str, str | None]:
        """Return a number as typed, in ASCII digits, and in E.164 form if that is certain."""
        text = self.line(value, field)
        number = phones.read(text, self.policy.region)
        if number.e164 is not None and number.e164 != text:
            self.note(field, E164)
        if number.unread:
            self.note(field, IGNORED)
        return number.typed, number.e164

    def email(self, value: Any, field: Field) -> str:
        """Return an e-mail address as typed, without `mailto:`; note it if it cannot be one."""
        text = self.line(value, field).strip(_UNSEEN)
        if text[: len(_MAILTO)].lower() == _MAILTO:
            text = self._mailto(text, field)
        if text and not is_email_address(text):
            self.note(field, DOUBTFUL)
        return text

    def _mailto(self, text: str, field: Field) -> str:
        """Return the address of a `mailto:` URI (RFC 6068); its header fields are noted."""
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
        """Return a web address, percent-encoded where a URL cannot hold the character."""
        text = self.line(value, field)
        if urls.PLAIN.fullmatch(text):
            return text
        maybe_url = urls.read(text)
        if maybe_url is None:
            self.refuse(E1526, field, "scheme")
            return ""
        if maybe_url.encoded:
            self.note(field, ENCODED)
        return maybe_url.text

    def website_label(self, value: Any, field: Field) -> str:
        """Return a label of at most WEBSITE_LABEL code points; "" for a homepage, the default."""
        label = self.free_label(value, field)
        return "" if label.lower() == HOMEPAGE else label

    def free_label(self, value: Any, field: Field) -> str:
        """Return a label of at most WEBSITE_LABEL code points; "" when absent, blank or refused."""
        return self._cut_label(self.line(value, field), field)

    def _cut_label(self, label: str, field: Field) -> str:
        if len(label) <= WEBSITE_LABEL:
            return label
        self.note(field, CUT)
        return cut(label, WEBSITE_LABEL)

    def uid(self, value: Any, field: Field) -> str:
        """Return the caller's UID of the card."""
        text = self.line(value, field)
        if len(text) > UID:
            self.refuse(E1524, field, "too-long", f"It may hold {UID} characters at most.")
            return ""
        return text

    def base64(self, text: str) -> bytes | None:
        """Return the bytes of a file in base64, plain or in a `data:` URI; None for other text.

        Both alphabets of RFC 4648 are read, with or without padding, with blanks and line breaks
        anywhere (MIME, RFC 2045 section 6.8, breaks lines).
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


def _content(entry: Any, keys: tuple[str, ...]) -> Any:
    """Return what an entry of a list has under the first of `keys` that is not blank, or None;
    what is no object is returned as it is."""
    if type(entry) is not dict:
        return entry
    return next((entry[key] for key in keys if not is_blank(entry.get(key))), None)


def is_blank(value: Any) -> bool:
    """Return whether a value is absent, or a text without anything to see."""
    return value is None or (type(value) is str and not value.strip(_UNSEEN))


def _pointer_part(name: str) -> str:
    """Return an unknown member's name as a part of a JSON pointer (RFC 6901), cut to
    UNKNOWN_NAME."""
    short = name if len(name) <= UNKNOWN_NAME else f"{name[:UNKNOWN_NAME]}…"
    return short.replace("~", "~0").replace("/", "~1")


def is_email_address(text: str) -> bool:
    """Return whether one @ separates a local part from a domain; a quoted local part may hold more
    of them."""
    local, _, domain = text.rpartition("@")
    is_single = "@" not in local or _QUOTED.fullmatch(local) is not None
    return is_single and bool(local.strip()) and bool(domain.strip())


def _strict_fault(name: str) -> str:
    """Return the first character that the strict rule does not allow in its place, or ""."""
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


def _percent_decoded(text: str) -> str:
    from urllib.parse import unquote  # costs time at start, and few requests need it

    return unquote(text, errors="replace")
