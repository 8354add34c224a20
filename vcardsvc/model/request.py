"""Defines the request for a card and its result as frozen values, the same for every API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, get_args

from msgspec import Struct

from vcardsvc.model.contact import Contact, Photo


class Note(Struct, frozen=True, kw_only=True, gc=False):
    """Names a field that was ignored, cut or changed (a JSON pointer without its first slash), and
    the code of `errors.NOTES` that says how."""

    field: str
    code: str


Target = Literal[
    "universal", "apple", "android", "outlook", "whatsapp", "telegram", "signal", "mms", "qr"
]
Version = Literal["2.1", "3.0", "4.0"]
JSContactVersion = Literal["1.0", "2.0"]
LinkMessage = Literal[
    "twilio", "vonage", "telnyx", "plivo", "sinch-mms", "bandwidth", "signalwire", "8x8", "rcs"
]
"""Messages of a platform that hold a link to the card."""
MemberMessage = Literal["whatsapp", "infobip", "sinch", "slack", "google-chat", "viber"]
"""Messages of a platform that hold the contact in members of their own."""
CardMessage = Literal["telegram", "waha", "baileys", "signal"]
"""Messages of a platform that hold the card itself."""
Message = Literal[LinkMessage, MemberMessage, CardMessage]
Form = Literal["card", "jcard", "xcard", "jscontact", "report", "link", "qr", Message]
PhotoRule = Literal["require", "drop", "none"]

LINKS: Final[frozenset[str]] = frozenset(("link", *get_args(LinkMessage)))
"""The forms that always store a card under a link."""


class RenderOptions(Struct, frozen=True, kw_only=True, gc=False):
    """Says how a contact is rendered: in which form, for which target, in which vCard version.

    With "" the form chooses the target or the version. `photo` is the rule for a photo that cannot
    be used: "require" refuses the request, "drop" omits the photo; "none" never fetches it. `ttl`
    (seconds, 0: the default) and `once` apply to a link, `content` and `image` to a QR code,
    `jscontact` is the version of JSContact.
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
        """Return whether rendering stores a card under a link."""
        return self.form in LINKS or (self.form == "qr" and self.content == "link")


DEFAULT_OPTIONS: Final = RenderOptions()
"""The options of a request that names none: a card for the universal target."""


class CardRequest(Struct, frozen=True, kw_only=True):
    """Asks for a card: of this contact, with the photo at `photo_url` or in `photo_bytes` (or the
    contact's own, from an address book), rendered as `options` says, in a file called `filename`
    ("" for the form's default).

    `others` are further contacts of the same file: the people of a company. `maybe_indices` maps a
    list of the contact and an index there to the index in the caller's body where the two differ,
    because blank entries of the body are not in the contact.
    """

    contact: Contact
    others: tuple[Contact, ...] = ()
    options: RenderOptions = DEFAULT_OPTIONS
    photo_url: str = ""
    photo_bytes: bytes = b""
    filename: str = ""
    disposition: Literal["inline", "attachment"] = "inline"
    notes: tuple[Note, ...] = ()
    maybe_indices: Mapping[str, Mapping[int, int]] | None = None


Part = Literal[
    "first", "last", "suffix", "prefix", "middle", "organization", "unit", "title", "note",
    "photo", "uid", "card", "company",
    "phones", "emails", "addresses", "websites", "extra",
]  # fmt: skip


class Loss(Struct, frozen=True, kw_only=True, gc=False):
    """Names a part of the contact that a target's card changes or omits.

    `part` is an attribute of Contact ("card": all of it), `index` an index into that attribute,
    `member` the attribute of the list's entry ("label", "number", "text", "url", "address", or ""
    for all of it). `code` is one of `errors.NOTES`, `reason` a sentence for people.
    """

    part: Part
    code: str
    reason: str
    index: int | None = None
    member: str = ""


class Link(Struct, frozen=True, kw_only=True):
    """Describes a stored card: `id` is the secret part of `url`, times are UTC, `size` in bytes."""

    id: str
    url: str
    expires_at: datetime
    size: int
    content_type: str


class Report(Struct, frozen=True, kw_only=True):
    """Describes the card of one target: its version, its size in bytes, its photo, its losses.

    `ceiling` is the most bytes that the target accepts (None: any number), `fits` says whether the
    card is within it.
    """

    target: Target
    version: Version
    size: int
    fits: bool
    ceiling: int | None = None
    photo: Photo | None = None
    losses: tuple[Loss, ...] = ()


class Document(Struct, frozen=True, kw_only=True):
    """Holds a finished file: its octets in chunks, their number, a strong ETag (RFC 9110, quoted),
    its HTTP Content-Type and its file name."""

    chunks: tuple[bytes, ...]
    size: int
    etag: str
    content_type: str = "text/vcard; charset=utf-8"
    filename: str = "contact.vcf"

    @property
    def octets(self) -> bytes:
        """Return all chunks joined."""
        return b"".join(self.chunks)


class CardResult(Struct, frozen=True, kw_only=True):
    """Holds what a card request produced: a document or reports, the link if one was stored, the
    notes on the request and the losses of the card."""

    maybe_document: Document | None = None
    reports: tuple[Report, ...] = ()
    maybe_link: Link | None = None
    notes: tuple[Note, ...] = ()
    losses: tuple[Loss, ...] = ()
