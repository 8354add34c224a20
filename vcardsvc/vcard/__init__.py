"""Writes a contact as a card for one target.

`targets` describes the readers as profiles, `adapt` and `shrink` change a contact to what a reader
accepts, `properties` lists the properties of a card, `text` writes them as vCard 2.1, 3.0 or 4.0.
`jcard`, `xcard`, `jscontact` and `qr` write other formats, `parser` reads cards. A value that could
add a line of its own raises ValueError.
"""

from typing import Final

from msgspec import structs

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document, Loss
from vcardsvc.vcard.adapt import adapt, misdialled_losses
from vcardsvc.vcard.document import document
from vcardsvc.vcard.losses import LOST_BY_WHATSAPP, PHOTO_QR, PHOTO_SMALLER, CannotRender, loss
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.properties import properties, uid
from vcardsvc.vcard.shrink import shrink
from vcardsvc.vcard.targets import MMS_CEILING, PROFILES, UNIVERSAL, profile
from vcardsvc.vcard.text import LINE, assemble

__all__ = [
    "LOST_BY_WHATSAPP",
    "MMS_CEILING",
    "PHOTO_QR",
    "PHOTO_SMALLER",
    "PROFILES",
    "UNIVERSAL",
    "CannotRender",
    "Profile",
    "adapted",
    "loss",
    "photo_budget",
    "profile",
    "write",
]

PHOTO_OCTETS: Final = 30_000
"""Bytes that are kept free for a photo in a card with a ceiling: 20 kB of JPEG."""

PHOTO_FRAME: Final = 64
"""Bytes of a PHOTO line without its base64 and its folds."""


def write(contact: Contact, profile: Profile = UNIVERSAL) -> Document:
    """Write the card of `contact` in `profile`.

    The octets depend on the contact, the profile and the release alone. Raises ValueError for a
    control character that no text may hold.
    """
    photo = contact.photo
    chunks = assemble(properties(contact, profile), photo.jpeg if photo else b"", profile)
    return document(chunks, profile.content_type, profile.filename)


def adapted(
    contact: Contact, profile: Profile, *, photo: bool = False
) -> tuple[Contact, tuple[Loss, ...]]:
    """Return the contact that a profile's card holds, and the losses; the photo is unchanged.

    `photo`: a photo follows, for which space is kept. Raises CannotRender if the card cannot
    shrink enough.
    """
    if profile.is_lossless:
        return contact, misdialled_losses(contact.phones, profile)
    result, losses = adapt(contact, profile)
    result = structs.replace(result, uid=uid(contact))  # the UID of the whole contact
    if not profile.ceiling or not profile.cut:
        return result, losses
    reserve = min(PHOTO_OCTETS, profile.ceiling // 2) if photo and profile.photo else 0
    text = structs.replace(result, photo=None)
    small, more = shrink(text, lambda each: write(each, profile).size, profile.ceiling - reserve)
    return structs.replace(small, photo=result.photo), (*losses, *more)


def photo_budget(contact: Contact, profile: Profile, side: int, octets: int) -> tuple[int, int]:
    """Return the most pixels a side and the most bytes of JPEG for the photo of this card.

    `side` and `octets` are the operator's limits for every card.
    """
    side = min(side, profile.photo_side or side)
    octets = min(octets, profile.photo_bytes or octets)
    if profile.ceiling and profile.cut:
        space = (
            profile.ceiling
            - write(structs.replace(contact, photo=None), profile).size
            - PHOTO_FRAME
        )
        # A folded line has 74 octets of base64 in 77; four of these are three of the photo.
        octets = min(octets, space * (LINE - 1) // (LINE + 2) // 4 * 3)
    return side, octets
