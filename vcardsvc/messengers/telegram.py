"""Writes a contact as the parameters of `sendContact` in Telegram's Bot API, in JSON.

The payload is the request without the recipient. Members are in the order of Telegram's
documentation.
"""

from typing import Final

from vcardsvc.messengers.losses import NAME_TELEGRAM
from vcardsvc.messengers.message import WrittenMessage
from vcardsvc.messengers.numbers import number_losses, one_number, plain_number
from vcardsvc.messengers.payload import Pieces, filled, joined, one_line, payload
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document, Part
from vcardsvc.vcard.targets import TELEGRAM

TELEGRAM_VCARD: Final = TELEGRAM.ceiling
"""The most bytes of `vcard` in sendContact (Bot API)."""

TELEGRAM_NAME: Final = 64
"""The most characters of a first and of a last name (TDLib, object contact); the Bot API states no
limit."""

TELEGRAM_PHONE: Final = 40
"""The most characters of a phone number that is not E.164. Our choice: E.164 has 15 digits, and a
longer text holds words or a second number."""

NO_PHONE: Final = (
    f"Telegram sends no contact without a telephone number of at most {TELEGRAM_PHONE} characters."
)

LIMITS: Final = f"`vcard` {TELEGRAM_VCARD:,} bytes, first and last name {TELEGRAM_NAME} characters"
LOST: Final = (
    "what the card for [Telegram](targets.md) loses, the extension of the number; refused without "
    "a telephone number"
)


def write(*cards: tuple[Contact, Document]) -> WrittenMessage:
    """Return the parameters of sendContact, without `chat_id`, for the one contact and its card.

        {"phone_number", "first_name", "last_name", "vcard"}

    `phone_number` is the first number in E.164, without its extension, else the first of digits
    and at most TELEGRAM_PHONE characters; a fax or a pager only if there is no other. `first_name`
    is the last name if there is no first, and the name of a company if the contact is one; prefix
    and middle name are added to the first name, the suffix to the last.
    Raises CannotRender without a usable number, ValueError for a card over TELEGRAM_VCARD bytes.

    Source: https://core.telegram.org/bots/api#sendcontact
    """
    ((contact, card),) = cards
    if card.size > TELEGRAM_VCARD:
        raise ValueError(f"Telegram takes a card of {TELEGRAM_VCARD} bytes")
    index = one_number(contact.phones, TELEGRAM_PHONE, NO_PHONE)
    phone = contact.phones[index]
    (first, cut_first), (last, cut_last) = (
        joined(each, TELEGRAM_NAME, NAME_TELEGRAM) for each in _parts(contact)
    )
    members = filled(
        phone_number=plain_number(phone),
        first_name=first,
        last_name=last,
        vcard=card.octets.decode(),
    )
    return WrittenMessage(
        document=payload(members), losses=((*cut_first, *cut_last, *number_losses(contact, index)),)
    )


def _parts(contact: Contact) -> tuple[Pieces, Pieces]:
    """Return the parts of the first name and of the last name."""
    if contact.company or (not contact.first and not contact.last):
        return [("organization", one_line(contact.organization))], []
    first: tuple[Part, ...] = ("prefix", "first", "middle")
    last: tuple[Part, ...] = ("last", "suffix")
    if not contact.first:
        first, last = (*first, "last"), ("suffix",)
    return _texts(contact, first), _texts(contact, last)


def _texts(contact: Contact, parts: tuple[Part, ...]) -> Pieces:
    return [(part, text) for part in parts if (text := getattr(contact, part))]
