"""Writes a contact as a contact message of a Viber bot, in JSON.

The payload is the request without receiver and sender.
"""

from typing import Final

from vcardsvc.messengers.entries import headline
from vcardsvc.messengers.losses import Place, not_held
from vcardsvc.messengers.message import WrittenMessage
from vcardsvc.messengers.numbers import number_losses, one_number, plain_number
from vcardsvc.messengers.payload import payload, utf16
from vcardsvc.model.contact import Contact

VIBER_NAME: Final = 28
"""The most characters of `name` (Viber REST API, contact message)."""

VIBER_PHONE: Final = 18
"""The most characters of `phone_number` (Viber REST API, contact message)."""

NO_PHONE: Final = (
    f"Viber sends no contact without a telephone number of at most {VIBER_PHONE} characters."
)

LIMITS: Final = f"name {VIBER_NAME}, number {VIBER_PHONE} characters"
LOST: Final = (
    "everything but the name and one number without its extension; refused without a telephone "
    "number"
)


def write(*contacts: Contact) -> WrittenMessage:
    """Return the message with the one contact, without `receiver` and `sender`.

        {"type": "contact", "contact": {"name": "John Appleseed Jr.", "phone_number": "+1650..."}}

    The number is the first in E.164, without its extension, else the first of digits and at most
    VIBER_PHONE characters; a fax or a pager only if there is no other. Raises CannotRender without
    one.

    Source: https://developers.viber.com/docs/api/rest-bot-api/#contact-message
    """
    (contact,) = contacts
    index = one_number(contact.phones, VIBER_PHONE, NO_PHONE)
    phone = contact.phones[index]
    named = headline(contact, VIBER_NAME, 0, utf16)
    number = plain_number(phone)
    members = {"type": "contact", "contact": {"name": named.title, "phone_number": number}}
    losses = (*named.losses, *number_losses(contact, index))
    held: set[Place] = {*named.held, ("phones", index, "")}
    return WrittenMessage(document=payload(members), losses=((*losses, *not_held(contact, held)),))
