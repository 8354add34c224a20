"""Chooses and writes the numbers of a contact for platforms."""

import re
from typing import Final

from vcardsvc.messengers.losses import EXTENSION_LOST, NO_COUNTRY_CODE
from vcardsvc.messengers.payload import utf16
from vcardsvc.model.contact import Contact, Phone, PhoneLabel
from vcardsvc.model.request import Loss
from vcardsvc.vcard.losses import NO_WAID, CannotRender, loss
from vcardsvc.vcard.properties import whatsapp_account

_NO_VOICE: Final[frozenset[PhoneLabel]] = frozenset(("fax", "pager"))
"""Labels of numbers without a messenger account."""

_DIALLED: Final = re.compile(r"[+*#(]*\d[\d\s()+*#./\-\u2010-\u2015]*")
"""A number as people type it: digits, and what stands between them. Words are no number."""


def one_number(phones: tuple[Phone, ...], longest: int, refusal: str) -> int:
    """Return the index of the number that a message sends: the first in E.164, else the first of
    digits and at most `longest` UTF-16 code units; a fax or a pager only if there is no other.

    Raises CannotRender with the sentence `refusal` without a usable number.
    """
    usable = [
        index
        for index, phone in enumerate(phones)
        if phone.e164 or (utf16(phone.number) <= longest and _DIALLED.fullmatch(phone.number))
    ]
    if not usable:
        raise CannotRender("phones", refusal)
    return min(usable, key=lambda at: (phones[at].label in _NO_VOICE, phones[at].e164 is None))


def e164_number(phone: Phone) -> str:
    """Return a number in E.164 (`+16502530000`) without pause and extension; "" without E.164."""
    return (phone.e164 or "").partition("p")[0]


def number_text(phone: Phone) -> str:
    """Return a number for people: in E.164, but as typed if it has an extension."""
    return phone.number if "p" in (phone.e164 or "") else phone.e164 or phone.number


def plain_number(phone: Phone) -> str:
    """Return a number for a platform that dials it: in E.164 without extension, else as typed."""
    return e164_number(phone) or phone.number


def number_losses(contact: Contact, index: int) -> tuple[Loss, ...]:
    """Return what `plain_number` loses of the number at `index`, or what is doubtful of it."""
    phone = contact.phones[index]
    if phone.e164 is None:
        return (loss(NO_COUNTRY_CODE, "phones", index, "number"),)
    if phone.e164 != e164_number(phone):
        return (loss(EXTENSION_LOST, "phones", index, "number"),)
    return ()


def no_account(contact: Contact) -> tuple[Loss, ...]:
    """Return a loss for each number without a known WhatsApp account."""
    return tuple(
        loss(NO_WAID, "phones", index, "number")
        for index, phone in enumerate(contact.phones)
        if not whatsapp_account(phone)
    )


def is_dialled(phone: Phone) -> bool:
    """Return whether people call this number: it is in E.164, and no fax and no pager."""
    return bool(phone.e164) and phone.label not in _NO_VOICE
