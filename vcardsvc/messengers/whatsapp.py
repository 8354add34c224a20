"""Writes a contact as a contacts message of WhatsApp's Cloud API, in JSON.

The payload is the body of the request without the recipient. Members are in the order of WhatsApp's
documentation.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from vcardsvc.messengers.entries import birthday
from vcardsvc.messengers.losses import NAME_AND_WORK, Place, entry_places, not_held
from vcardsvc.messengers.message import WHATSAPP_CONTACTS, WrittenMessage
from vcardsvc.messengers.names import display_name, nameless, street, written_name
from vcardsvc.messengers.numbers import no_account, number_text
from vcardsvc.messengers.payload import filled, payload, web_address
from vcardsvc.model.contact import Address, Contact, Email, Phone, PhoneLabel
from vcardsvc.model.request import Loss
from vcardsvc.vcard.properties import whatsapp_account

LIMITS: Final = f"{WHATSAPP_CONTACTS} contacts"
LOST: Final = (
    "note, photo, UID, marks of preferred entries, websites without a host, further fields but the "
    "birthday"
)

_PHONE_TYPES: Final[Mapping[PhoneLabel, str]] = MappingProxyType(
    {
        "work": "WORK",
        "home": "HOME",
        "mobile": "CELL",
        "main": "MAIN",
        "other": "OTHER",
        "fax": "FAX",  # not documented, but without it a fax is shown as a phone
        "pager": "PAGER",
    }
)
"""`type` by label. The reference names cell, mobile, main, iPhone, home and work, and allows any
text."""


def write(*contacts: Contact) -> WrittenMessage:
    """Return the body of a message of WhatsApp's Cloud API with these contacts, without `to`.

        {"messaging_product": "whatsapp", "recipient_type": "individual", "type": "contacts",
         "contacts": [{"addresses", "birthday", "emails", "name", "org", "phones", "urls"}]}

    `name` has formatted_name, which is FN if the contact has one, and at least one other part, as
    the API requires: a company's name is the first name too. A number in E.164 without an
    extension, no fax or pager, has a `wa_id`: with it the message shows Message, without it Invite.
    A website without a scheme gets https, because the schema requires a URI, and one without a host
    is left out. A birthday is a whole date; the message has no place for other further properties,
    nor for note, photo and UID. At most WHATSAPP_CONTACTS contacts are given. An account without a
    number is addressed by the bot, with `recipient` instead of `to`.

    Sources: https://developers.facebook.com/docs/whatsapp/cloud-api/messages/contacts-messages and
    ContactsMessage in https://github.com/facebook/openapi (business-messaging-api_v23.0.yaml).
    """
    members = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": "contacts",
        "contacts": list(map(_contact, contacts)),
    }
    return WrittenMessage(document=payload(members), losses=tuple(map(_losses, contacts)))


def _contact(contact: Contact) -> dict[str, Any]:
    members: dict[str, Any] = {
        "addresses": [_address(address) for address in contact.addresses],
        "birthday": birthday(contact)[1],
        "emails": [_email(email) for email in contact.emails],
        "name": filled(
            formatted_name=display_name(contact),
            first_name=_first_name(contact),
            last_name=contact.last,
            middle_name=contact.middle,
            suffix=contact.suffix,
            prefix=contact.prefix,
        ),
        "org": filled(company=contact.organization, department=contact.unit, title=contact.title),
        "phones": [_phone(phone) for phone in contact.phones],
        "urls": [
            filled(url=address, type=website.label)
            for website in contact.websites
            if (address := web_address(website.url))
        ],
    }
    return {name: value for name, value in members.items() if value}


def _first_name(contact: Contact) -> str:
    """Return the first name, beside the last one "" too; else what stands for both."""
    if contact.first or contact.last:
        return contact.first
    return nameless(contact)


def _losses(contact: Contact) -> tuple[Loss, ...]:
    """Return a loss for each number without a known WhatsApp account, which is shown with Invite,
    and for all that has no place in the message."""
    held: set[Place] = {(part, None, "") for part in NAME_AND_WORK}
    for index in range(len(contact.phones)):
        held |= entry_places("phones", index)
    for index in range(len(contact.emails)):
        held |= entry_places("emails", index)
    for index in range(len(contact.addresses)):
        held |= entry_places("addresses", index)
    for index, website in enumerate(contact.websites):
        held |= entry_places("websites", index) if web_address(website.url) else frozenset()
    held |= {("extra", written_name(contact)[0], ""), ("extra", birthday(contact)[0], "")}
    return (*no_account(contact), *not_held(contact, held))


def _address(address: Address) -> dict[str, str]:
    return filled(
        street=street(address),
        city=address.locality,
        state=address.region,
        zip=address.code,
        country=address.nation,
        country_code=address.country.upper(),
        type=address.own_label or address.label.upper(),
    )


def _email(email: Email) -> dict[str, str]:
    return {"email": email.address, "type": email.own_label or email.label.upper()}


def _phone(phone: Phone) -> dict[str, str]:
    return filled(
        phone=number_text(phone),
        type=phone.own_label or _PHONE_TYPES.get(phone.label, ""),
        wa_id=whatsapp_account(phone),
    )
