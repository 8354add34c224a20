"""Writes a contact as a card for one target.

`targets` describes the readers as profiles, `adapt` and `shrink` change a contact to what a reader
accepts, `properties` lists the properties of a card, `text` writes them as vCard 2.1, 3.0 or 4.0.
`jcard`, `xcard`, `jscontact` and `qr` write other formats, `parser` reads cards. A value that could
add a line of its own raises ValueError.

A card that was read is written by `card_text`: `adapt_card` and `card_shrink` change it to what a
reader accepts, `adaptation` to what a version has, `content_line` writes its lines. `contact_view`
is the contact in it, and `adapt_extra` adapts the further properties of a contact alike. They are
imported where they are used: most contacts need none of them, and they take a tenth of the start.
"""

from collections.abc import Callable
from typing import Final

from msgspec import structs

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document, Loss
from vcardsvc.vcard.adapt import adapt, misdialled_losses
from vcardsvc.vcard.document import document
from vcardsvc.vcard.losses import PHOTO_QR, PHOTO_SMALLER, CannotRender, loss
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.properties import Property, groups, properties, uid
from vcardsvc.vcard.shrink import shrink
from vcardsvc.vcard.targets import MMS_CEILING, PROFILES, UNIVERSAL, profile
from vcardsvc.vcard.text import LINE, assemble

__all__ = [
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
    "photo_limits",
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
    photo, lines = contact.photo, properties(contact, profile)
    chunks = assemble(
        lines,
        photo.jpeg if photo else b"",
        profile,
        _extra(contact, profile, lines) if contact.extra else (),
    )
    return document(chunks, profile.content_type, profile.filename)


def _extra(contact: Contact, profile: Profile, lines: list[Property]) -> list[str]:
    """Return the lines of the further properties of a contact, whose card has these others."""
    from vcardsvc.vcard.card_text import extra_lines
    from vcardsvc.vcard.content_line import physical_lines

    return physical_lines(extra_lines(contact.extra, profile, groups(lines))[0], profile)


def adapted(
    contact: Contact, profile: Profile, *, photo: bool = False
) -> tuple[Contact, tuple[Loss, ...]]:
    """Return the contact that a profile's card holds, and the losses; the photo is unchanged.

    `photo`: a photo follows, for which space is kept. Raises CannotRender if the card cannot
    shrink enough.
    """
    if profile.is_lossless:
        losses = misdialled_losses(contact.phones, profile)
        if contact.extra:
            from vcardsvc.vcard.adapt_extra import written_losses

            losses = (*losses, *written_losses(contact, profile))
        return contact, losses
    result, losses = adapt(contact, profile)
    if contact.extra:
        from vcardsvc.vcard.adapt_extra import adapt_extra

        result, more = adapt_extra(result, profile)
        losses = (*losses, *more)
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
    text = structs.replace(contact, photo=None)
    return photo_limits(lambda: write(text, profile).size, profile, side, octets)


def photo_limits(
    text_size: Callable[[], int], profile: Profile, side: int, octets: int
) -> tuple[int, int]:
    """Return what `photo_budget` does for a card whose bytes without a photo `text_size` returns;
    it is only called for a profile with a ceiling."""
    side = min(side, profile.photo_side or side)
    octets = min(octets, profile.photo_bytes or octets)
    if profile.ceiling and profile.cut:
        # A folded line has 74 octets of base64 in 77; four of these are three of the photo.
        base64 = (profile.ceiling - text_size() - PHOTO_FRAME) * (LINE - 1) // (LINE + 2)
        octets = min(octets, base64 // 4 * 3)
    return side, octets
