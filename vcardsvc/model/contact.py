"""The values that walk through the house: what a card says, what a caller wants.

Every text in here has passed `rules`: NFC, trimmed, no C0 or C1 control character but tab and LF
in organization, title, note and addresses. Values are frozen; nobody edits another room's data.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
    """A physical address: free text, its lines parted by LF, or the street with the other parts
    beside it. `country` is its ISO 3166-1 code of two lower-case letters where one is known,
    `nation` the country's name; "" is absent."""

    text: str
    label: PlaceLabel = "work"
    country: str = ""
    locality: str = ""
    region: str = ""
    code: str = ""
    nation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """A website address without blanks or `, ; \\ " < >`; an empty label is the homepage's own."""

    url: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A baseline JPEG, upright, sRGB, without metadata; `notes` are codes of `errors.NOTES`.

    `squeezed`: its budget of bytes made it coarser or smaller than it could have been.
    """

    jpeg: bytes
    width: int
    height: int
    notes: tuple[str, ...] = ()
    squeezed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What a card says; "" is absent. At least one of `first`, `last` and `organization` is not
    empty; a contact that has the organization alone is a company. `unit` is a part of it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something ignored, cut or changed: a field (a pointer without its first slash), a code."""

    field: str
    code: str


Target = Literal[
    "universal", "apple", "android", "outlook", "whatsapp", "telegram", "signal", "mms", "qr"
]
Version = Literal["2.1", "3.0", "4.0"]
JSContactVersion = Literal["1.0", "2.0"]
Form = Literal[
    "card", "jcard", "xcard", "jscontact", "report", "link", "qr", "whatsapp", "telegram", "twilio"
]
PhotoRule = Literal["require", "drop", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a contact shall become: which form, for which reader, in which version of vCard.

    "" leaves the choice of target and version to the form. `photo` says what happens without a
    usable photo: require refuses, drop goes on without it, none never fetches it. `ttl` (seconds,
    0: the usual) and `once` are a link's; `content` and `image` are a QR code's, `jscontact` is the
    version of JSContact.
    """

    form: Form = "card"
    target: Target | Literal[""] = ""
    version: Version | Literal[""] = ""
    photo: PhotoRule = "require"
    ttl: int = 0
    once: bool = False
    content: Literal["card", "link"] = "card"
    image: Literal["svg", "png"] = "svg"
    jscontact: JSContactVersion = "2.0"

    @property
    def links(self) -> bool:
        """Whether a link is made on the way."""
        return self.form in ("link", "twilio") or (self.form == "qr" and self.content == "link")


THE_CARD: Final = Wanted()
"""What is wanted by whoever says nothing: the universal card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a caller wants: this contact, with the photo at this URL or in these bytes (or its own,
    from the book), as `wanted`, in a file of this name ("" for the form's own).

    `others` stand behind it in a file of cards: a company's people. `maybe_places` has, by list of
    the contact and place there, the places in the request that differ: blank entries there take
    none here.
    """

    contact: Contact
    others: tuple[Contact, ...] = ()
    wanted: Wanted = THE_CARD
    photo_url: str = ""
    photo_bytes: bytes = b""
    filename: str = ""
    disposition: Literal["inline", "attachment"] = "inline"
    notes: tuple[Note, ...] = ()
    maybe_places: Mapping[str, Mapping[int, int]] | None = None


Part = Literal[
    "first", "last", "suffix", "prefix", "middle", "organization", "unit", "title", "note",
    "photo", "uid", "card",
    "phones", "emails", "addresses", "websites",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something a target's card says otherwise or not at all.

    `part` is an attribute of Contact ("card": the whole of it), `index` a place in its lists,
    `member` what of it is meant ("label", "number", "text", "url", "address", or "" for all).
    `code` is one of `errors.NOTES`, `reason` a sentence for people.
    """

    part: Part
    code: str
    reason: str
    index: int | None = None
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A card kept under an address: `id` is the only way to it, times are UTC, `size` in bytes."""

    id: str
    url: str
    expires_at: datetime
    size: int
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one target's card would be: its version and size in bytes, its photo, what is lost.

    `ceiling` is the most bytes this target takes (None: any number); `fits` whether it does.
    """

    target: Target
    version: Version
    size: int
    fits: bool
    ceiling: int | None = None
    photo: Photo | None = None
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Finished octets in chunks, their number, a strong ETag (RFC 9110, quoted), what they are
    (an HTTP Content-Type) and the name a file of them has."""

    chunks: tuple[bytes, ...]
    size: int
    etag: str
    content_type: str = "text/vcard; charset=utf-8"
    filename: str = "contact.vcf"

    @property
    def octets(self) -> bytes:
        """The whole in one piece."""
        return b"".join(self.chunks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an order came to: one of a document and reports, a link where one was made, and what
    was changed on the way."""

    maybe_document: Document | None = None
    reports: tuple[Report, ...] = ()
    maybe_link: Link | None = None
    notes: tuple[Note, ...] = ()
    losses: tuple[Loss, ...] = ()


def composed(text: str) -> str:
    """`text` in NFC; as it is when it holds more marks in a row than any language writes."""
    run = 0
    for character in text if len(text) > MARKS_IN_A_ROW and not text.isascii() else "":
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MARKS_IN_A_ROW:
            return text
    return unicodedata.normalize("NFC", text)
