"""Defines a contact and its parts as frozen values, independent of any file format or API.

Every text in a contact has passed `validation.fields`: NFC, trimmed, without C0 and C1 control
characters except tab and LF in organization, title, note and addresses.
"""

import unicodedata
from typing import Final, Literal

from msgspec import Struct

from vcardsvc.model.card import Property

MARKS_IN_A_ROW: Final = 30
"""The most combining marks in a row that are normalized (UAX #15, stream-safe text format): sorting
them takes quadratic time, and 256 KiB of them keep a processor busy for ten seconds."""

PhoneLabel = Literal["work", "home", "mobile", "fax", "pager", "main", "other"]
PlaceLabel = Literal["work", "home"]


class Phone(Struct, frozen=True, kw_only=True, gc=False):
    """Holds a phone number as typed, and in E.164 form (`p` before an extension) if it has one.

    `own_label` is a label of the contact's own, which `label` then stands in for.
    """

    number: str
    label: PhoneLabel = "work"
    e164: str | None = None
    preferred: bool = False
    own_label: str = ""


class Email(Struct, frozen=True, kw_only=True, gc=False):
    """Holds an e-mail address as typed; `own_label` is as in Phone."""

    address: str
    label: PlaceLabel = "work"
    preferred: bool = False
    own_label: str = ""


class Address(Struct, frozen=True, kw_only=True, gc=False):
    """Holds a postal address: free text with lines separated by LF, or the street in `text` and the
    other components in their own attributes.

    `code` is the postal code, `country` the ISO 3166-1 code (two lower-case letters) if known,
    `nation` the name of the country, `box` the post-office box, `extended` what the street does not
    say (flat, floor); "" is absent. `own_label` is as in Phone.
    """

    text: str
    label: PlaceLabel = "work"
    country: str = ""
    locality: str = ""
    region: str = ""
    code: str = ""
    nation: str = ""
    extended: str = ""
    box: str = ""
    own_label: str = ""


class Website(Struct, frozen=True, kw_only=True, gc=False):
    """Holds a website address without blanks or `, ; \\ " < >`; the homepage's label is empty."""

    url: str
    label: str = ""


class Photo(Struct, frozen=True, kw_only=True):
    """Holds a baseline JPEG: upright, sRGB, without metadata. `notes` are codes of `errors.NOTES`.

    `squeezed`: the byte limit forced a lower quality or a smaller size.
    """

    jpeg: bytes
    width: int
    height: int
    notes: tuple[str, ...] = ()
    squeezed: bool = False


class Contact(Struct, frozen=True, kw_only=True):
    """Holds the data of one card; "" is absent.

    At least one of `first`, `last` and `organization` is not empty. A contact with an organization
    and no name is a company; `company` says that it is one although it has a name. `unit` is a
    department of the organization. `extra` are all other properties, in the terms of a Card.
    """

    first: str = ""
    last: str = ""
    suffix: str = ""
    prefix: str = ""
    middle: str = ""
    organization: str = ""
    unit: str = ""
    title: str = ""
    note: str = ""
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    addresses: tuple[Address, ...] = ()
    websites: tuple[Website, ...] = ()
    uid: str = ""
    photo: Photo | None = None
    company: bool = False
    extra: tuple[Property, ...] = ()


def composed(text: str) -> str:
    """Return `text` in NFC, or unchanged if it has over MARKS_IN_A_ROW combining marks in a row."""
    run = 0
    for character in text if len(text) > MARKS_IN_A_ROW and not text.isascii() else "":
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MARKS_IN_A_ROW:
            return text
    return unicodedata.normalize("NFC", text)
