"""Writes a contact as a contact info message of Sinch's Conversation API, in JSON.

The payload is the request without app and recipient.
"""

from typing import Any, Final

from vcardsvc.messengers.entries import birthday
from vcardsvc.messengers.losses import NAME_AND_WORK, NO_PLACE, Place, entry_places, not_held
from vcardsvc.messengers.message import WrittenMessage
from vcardsvc.messengers.names import display_name, written_name
from vcardsvc.messengers.numbers import number_losses, plain_number
from vcardsvc.messengers.payload import filled, payload, web_address
from vcardsvc.model.contact import Address, Contact, Email, Phone
from vcardsvc.model.request import Loss
from vcardsvc.vcard.losses import CannotRender, loss

NO_PHONE: Final = "Sinch sends no contact without a telephone number."

LIMITS: Final = "one telephone number at least"
LOST: Final = (
    "the street, extensions, note, photo, UID, marks of preferred entries, websites without a "
    "host, further fields but the birthday; refused without a telephone number"
)


def write(*contacts: Contact) -> WrittenMessage:
    """Return the message with the one contact, without `app_id` and `recipient`.

        {"message": {"contact_info_message": {"name": {"full_name", "first_name", ...},
          "phone_numbers": [{"phone_number", "type"}], "email_addresses", "organization", "urls",
          "addresses": [{"city", "state", "zip", "country", "country_code", "type"}], "birthday"}}}

    A number in E.164 has no extension; a number without its country code is sent as typed and
    noted. Raises CannotRender without a number.

    Source: https://developers.sinch.com/docs/conversation/message-types/contact-info-message/ and
    the models of sinch (ContactInfoMessage), whose address has no street.
    """
    (contact,) = contacts
    if not contact.phones:
        raise CannotRender("phones", NO_PHONE)
    members = {"message": {"contact_info_message": _contact(contact)}}
    return WrittenMessage(document=payload(members), losses=(_losses(contact),))


def _contact(contact: Contact) -> dict[str, Any]:
    members: dict[str, Any] = {
        "name": filled(
            full_name=display_name(contact),
            first_name=contact.first,
            last_name=contact.last,
            middle_name=contact.middle,
            prefix=contact.prefix,
            suffix=contact.suffix,
        ),
        "phone_numbers": [
            {"phone_number": plain_number(phone), "type": _type(phone)} for phone in contact.phones
        ],
        "email_addresses": [
            {"email_address": email.address, "type": _type(email)} for email in contact.emails
        ],
        "organization": filled(
            company=contact.organization, department=contact.unit, title=contact.title
        ),
        "urls": [
            filled(url=address, type=website.label)
            for website in contact.websites
            if (address := web_address(website.url))
        ],
        "addresses": [
            {**_place(address), "type": _type(address)}
            for address in contact.addresses
            if _place(address)
        ],
        "birthday": birthday(contact)[1],
    }
    return {name: value for name, value in members.items() if value}


def _type(entry: Phone | Email | Address) -> str:
    """Return the label of an entry: its own, else as the examples of Sinch have it (WORK, HOME)."""
    return entry.own_label or entry.label.upper()


def _place(address: Address) -> dict[str, str]:
    return filled(
        city=address.locality,
        state=address.region,
        zip=address.code,
        country=address.nation,
        country_code=address.country.upper(),
    )


def _losses(contact: Contact) -> tuple[Loss, ...]:
    losses: list[Loss] = []
    held: set[Place] = {(part, None, "") for part in NAME_AND_WORK}
    for index in range(len(contact.phones)):
        held |= entry_places("phones", index)
        losses += number_losses(contact, index)
    for index, address in enumerate(contact.addresses):
        if not _place(address):
            continue
        held |= entry_places("addresses", index)
        if address.box or address.extended or address.text:
            losses.append(loss(NO_PLACE, "addresses", index, "text"))
    for index in range(len(contact.emails)):
        held |= entry_places("emails", index)
    for index, website in enumerate(contact.websites):
        held |= entry_places("websites", index) if web_address(website.url) else frozenset()
    held |= {("extra", written_name(contact)[0], ""), ("extra", birthday(contact)[0], "")}
    return (*losses, *not_held(contact, held))
