"""An entry of the contact book -> its cards: whose identity each has, and the photo that was kept.

Promises: an entry keeps the identities of its cards for as long as it lives. What must never enter
here: a vendor's words, SQL, or a photo from anywhere else but the book, where all are our own.
"""

from dataclasses import replace
from typing import Final, Protocol
from uuid import UUID, uuid5

from vcardsvc.contact import Contact, Photo
from vcardsvc.entry import Entry
from vcardsvc.photo import Budget

NAMESPACE: Final = UUID("5b0f5f0e-6c57-4a0b-9d0e-0a6f1c2b7d43")
"""The UUID namespace of the cards behind an entry's first one (RFC 9562 section 5.5). Changing it
changes the UID of every one of them."""

FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers of a frame header, which holds the size (ITU T.81 B.2.2)."""


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
    place = 2
    while jpeg[:2] == b"\xff\xd8" and jpeg[place : place + 1] == b"\xff":
        length = int.from_bytes(jpeg[place + 2 : place + 4])
        if place + 9 > len(jpeg) or length < 2:
            break
        if jpeg[place + 1] in FRAMES:
            height, width = (int.from_bytes(jpeg[place + at : place + at + 2]) for at in (5, 7))
            return Photo(jpeg=jpeg, width=width, height=height) if width and height else None
        place += 2 + length
    return None


class Photos(Protocol):
    """What makes photos of files: a Decoder, or what starts one first."""

    async def prepare(self, data: bytes, field: str, maybe_budget: Budget | None = None) -> Photo:
        """The file as a photo within this budget. Raises Refused."""
