"""The values that walk through the house: what a card says, what a caller wants.

Every text in here has passed `rules`: NFC, trimmed, no C0 or C1 control character but tab and LF
in organization, title, note and addresses. Values are frozen; nobody edits another room's data.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

MARKS_IN_A_ROW: Final = 30
"""Combining marks after which a text is left as it is (UAX #15, stream-safe text format): sorting
them takes quadratic time, and 256 KiB of them a processor for ten seconds."""

PhoneLabel = Literal["work", "home", "mobile", "fax", "pager", "main", "other"]
PlaceLabel = Literal["work", "home"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone number as typed, and in E.164 form (`p` before an extension) when one is certain."""

    number: str
    label: PhoneLabel = "work"
    e164: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An e-mail address as typed."""

    address: str
    label: PlaceLabel = "work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A physical address as free text; lines are parted by LF."""

    text: str
    label: PlaceLabel = "work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """A website address without blanks or `, ; \\ " < >`; an empty label is the homepage's own."""

    url: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A baseline JPEG, upright, sRGB, without metadata; `notes` are codes of `errors.NOTES`."""

    jpeg: bytes
    width: int
    height: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What a card says. At least one of `first` and `last` is not empty; "" is absent."""

    first: str = ""
    last: str = ""
    suffix: str = ""
    organization: str = ""
    title: str = ""
    note: str = ""
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    addresses: tuple[Address, ...] = ()
    websites: tuple[Website, ...] = ()
    uid: str = ""
    photo: Photo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something ignored, cut or changed: a field (a pointer without its first slash), a code."""

    field: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a caller wants: this contact, with the photo at this URL or in these bytes, as a file
    of this name."""

    contact: Contact
    photo_url: str = ""
    photo_bytes: bytes = b""
    filename: str = "contact.vcf"
    disposition: Literal["inline", "attachment"] = "inline"
    notes: tuple[Note, ...] = ()


def composed(text: str) -> str:
    """`text` in NFC; as it is when it holds more marks in a row than any language writes."""
    run = 0
    for character in text if len(text) > MARKS_IN_A_ROW and not text.isascii() else "":
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MARKS_IN_A_ROW:
            return text
    return unicodedata.normalize("NFC", text)
