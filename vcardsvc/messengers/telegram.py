"""Writes a contact as the parameters of `sendContact` in Telegram's Bot API, in JSON.

The payload is the request without the recipient. Members are in the order of Telegram's
documentation.
"""

from typing import Final

from vcardsvc.messengers.payload import ELLIPSIS, filled, one_line, payload, shortened
from vcardsvc.model.contact import Contact, Phone, PhoneLabel
from vcardsvc.model.request import Document, Loss, Part
from vcardsvc.vcard.losses import EXTENSION_TELEGRAM, NAME_TELEGRAM, CannotRender, loss
from vcardsvc.vcard.targets import TELEGRAM

TELEGRAM_VCARD: Final = TELEGRAM.ceiling
"""The most bytes of `vcard` in sendContact (Bot API)."""

TELEGRAM_NAME: Final = 64
"""The most characters of a first and of a last name (TDLib, object contact); the Bot API states no
limit."""

TELEGRAM_PHONE: Final = 40
"""The most characters of a phone number that is not E.164. Our choice: E.164 has 15 digits, and a
longer text holds words or a second number."""

_NO_VOICE: Final[frozenset[PhoneLabel]] = frozenset(("fax", "pager"))
"""Labels of numbers without a messenger account."""


def telegram(contact: Contact, vcard: str) -> tuple[Document, tuple[Loss, ...]]:
    """Return the parameters of sendContact, without `chat_id`, and the losses.

        {"phone_number", "first_name", "last_name", "vcard"}

    `phone_number` is the first number in E.164, without its extension, else the first of at most
    TELEGRAM_PHONE characters; a fax or a pager only if there is no other. `first_name` is the last
    name if there is no first, and the company's name if there is neither; prefix and middle name
    are added to the first name, the suffix to the last.
    Raises CannotRender without a usable number, ValueError for a `vcard` over TELEGRAM_VCARD bytes.

    Source: https://core.telegram.org/bots/api#sendcontact
    """
    if len(vcard.encode()) > TELEGRAM_VCARD:
        raise ValueError(f"Telegram takes a card of {TELEGRAM_VCARD} bytes")
    index = _phone(contact.phones)
    phone = contact.phones[index]
    losses: list[Loss] = []
    first, last = (_name(parts, losses) for parts in _parts(contact))
    if phone.e164 not in (None, _digits(phone)):
        losses.append(loss(EXTENSION_TELEGRAM, "phones", index, "number"))
    members = filled(
        phone_number=_digits(phone) or phone.number,
        first_name=first,
        last_name=last,
        vcard=vcard,
    )
    return payload(members), tuple(losses)


_Parts = tuple[tuple[Part, str], ...]


def _parts(contact: Contact) -> tuple[_Parts, _Parts]:
    """Return the parts of the first name and of the last name."""
    if not contact.first and not contact.last:
        return (("organization", one_line(contact.organization)),), ()
    first: _Parts = (("prefix", contact.prefix), ("first", contact.first))
    first += (("middle", contact.middle),)
    last: _Parts = (("last", contact.last),)
    suffix: _Parts = (("suffix", contact.suffix),)
    return (first, last + suffix) if contact.first else (first + last, suffix)


def _name(parts: _Parts, losses: list[Loss]) -> str:
    """Join parts to at most TELEGRAM_NAME characters, and add a loss for each that is cut."""
    parts = tuple((part, value) for part, value in parts if value)
    text = " ".join(value for _, value in parts)
    if len(text) <= TELEGRAM_NAME:
        return text
    name, end = shortened(text, TELEGRAM_NAME), 0
    for part, value in parts:
        end += len(value)
        if end > len(name) - len(ELLIPSIS):
            losses.append(loss(NAME_TELEGRAM, part))
        end += 1
    return name


def _phone(phones: tuple[Phone, ...]) -> int:
    """Return the index of the number that is sent. Raises CannotRender without a usable one."""
    usable = [
        index
        for index, phone in enumerate(phones)
        if phone.e164 or (len(phone.number) <= TELEGRAM_PHONE and _has_digit(phone.number))
    ]
    if not usable:
        raise CannotRender("phones", "Telegram sends no contact without a telephone number.")
    return min(usable, key=lambda at: (phones[at].label in _NO_VOICE, phones[at].e164 is None))


def _digits(phone: Phone) -> str:
    """Return a number in E.164 without pause and extension; "" without E.164."""
    return (phone.e164 or "").partition("p")[0]


def _has_digit(number: str) -> bool:
    return any(character.isdecimal() for character in number)
