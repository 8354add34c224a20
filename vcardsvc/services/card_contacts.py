"""An entry of the contact book -> its cards: whose identity each has, and the photo that was kept.

Promises: an entry keeps the identities of its cards for as long as it lives. What must never enter
here: a vendor's words, SQL, or a photo from anywhere else but the book, where all are our own.
"""

from dataclasses import replace
from typing import Final, Protocol
from uuid import UUID, uuid5

from vcardsvc.model.address_book import Entry
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.photo.decoder import Budget
from vcardsvc.vcard.jpeg import jpeg_sides

NAMESPACE: Final = UUID("5b0f5f0e-6c57-4a0b-9d0e-0a6f1c2b7d43")
"""The UUID namespace of the cards behind an entry's first one (RFC 9562 section 5.5). Changing it
changes the UID of every one of them."""


def card_contacts(entry: Entry) -> tuple[Contact, ...]:
    """The contacts of an entry, the entry's own first, each with the UID of its card.

    The first has the entry's `uid` and photo; each other one has the UUID (version 5) of that and
    of its place.
    """
    return tuple(
        replace(
            contact,
            uid=f"urn:uuid:{uuid5(NAMESPACE, f'{entry.uid} {place}')}" if place else entry.uid,
            photo=None if place else kept_photo(entry.photo),
        )
        for place, contact in enumerate(entry.contacts)
    )


def kept_photo(jpeg: bytes) -> Photo | None:
    """The photo in these octets of ours; None when there is none, or it is damaged."""
    width, height = jpeg_sides(jpeg)
    return Photo(jpeg=jpeg, width=width, height=height) if width and height else None


class Photos(Protocol):
    """What makes photos of files: a Decoder, or what starts one first."""

    async def prepare(self, data: bytes, field: str, maybe_budget: Budget | None = None) -> Photo:
        """The file as a photo within this budget. Raises Refused."""
