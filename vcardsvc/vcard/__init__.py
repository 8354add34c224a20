"""contact + profile -> properties -> octets: the card, whole before its first octet leaves.

`profiles` knows the readers, `carry` and `fit` make of a contact what a reader takes, `properties`
decides what is said, `text` how it is spelled; `jcard`, `xcard`, `jscontact`, `payloads` and `qr`
say it otherwise. The writer trusts nothing: a value that could open a line of its own raises
ValueError instead of reaching a phone.
"""

from dataclasses import replace
from typing import Final

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document, Loss
from vcardsvc.vcard.adapt import carry, dialled_otherwise
from vcardsvc.vcard.document import document
from vcardsvc.vcard.losses import LOST_BY_WHATSAPP, PHOTO_QR, PHOTO_SMALLER, Unfit, lost
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.properties import properties, uid
from vcardsvc.vcard.shrink import fit
from vcardsvc.vcard.targets import MMS_CEILING, PROFILES, UNIVERSAL, profile
from vcardsvc.vcard.text import LINE, assemble

__all__ = [
    "LOST_BY_WHATSAPP",
    "MMS_CEILING",
    "PHOTO_QR",
    "PHOTO_SMALLER",
    "PROFILES",
    "UNIVERSAL",
    "Profile",
    "Unfit",
    "carried",
    "lost",
    "photo_budget",
    "profile",
    "write",
]

PHOTO_OCTETS: Final = 30_000
"""Bytes of a card that are kept free of text for a photo, where a card has a ceiling: 20 kB of
JPEG."""

PHOTO_FRAME: Final = 64
"""Bytes of a PHOTO line beside its base64 and its folds."""


def write(contact: Contact, profile: Profile = UNIVERSAL) -> Document:
    """The card of `contact` as `profile`'s readers read it best.

    The same contact, profile and release give the same octets. Raises ValueError for a control
    character that no text may hold.
    """
    photo = contact.photo
    chunks = assemble(properties(contact, profile), photo.jpeg if photo else b"", profile)
    return document(chunks, profile.content_type, profile.filename)


def carried(
    contact: Contact, profile: Profile, *, photo: bool = False
) -> tuple[Contact, tuple[Loss, ...]]:
    """What this profile's reader gets of `contact`, and what is lost of it; no photo yet.

    `photo` keeps room for one. Raises Unfit when the card cannot be made small enough.
    """
    if profile.carries_all:
        return contact, dialled_otherwise(contact.phones, profile)
    taken, losses = carry(contact, profile)
    taken = replace(taken, uid=uid(contact))  # one person, one identity, whatever is left out
    if not profile.ceiling or not profile.cut:
        return taken, losses
    reserve = min(PHOTO_OCTETS, profile.ceiling // 2) if photo and profile.photo else 0
    bare = replace(taken, photo=None)
    fitting, more = fit(bare, lambda one: write(one, profile).size, profile.ceiling - reserve)
    return replace(fitting, photo=taken.photo), (*losses, *more)


def photo_budget(contact: Contact, profile: Profile, side: int, octets: int) -> tuple[int, int]:
    """The pixels a side and the bytes of JPEG that the photo of this card may have.

    `side` and `octets` are what the operator allows any card.
    """
    side = min(side, profile.photo_side or side)
    octets = min(octets, profile.photo_bytes or octets)
    if profile.ceiling and profile.cut:
        room = profile.ceiling - write(replace(contact, photo=None), profile).size - PHOTO_FRAME
        # A folded line has 74 octets of base64 in 77; four of these are three of the photo.
        octets = min(octets, room * (LINE - 1) // (LINE + 2) // 4 * 3)
    return side, octets
