"""Writes contacts as a WhatsApp contact message of Infobip, in JSON.

The payload is the body of the request without sender and recipient: the members of WhatsApp's Cloud
API in camel case, with types from a list.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from vcardsvc.messengers.entries import birthday, label_of
from vcardsvc.messengers.losses import NAME_AND_WORK, Place, entry_places, not_held
from vcardsvc.messengers.message import WHATSAPP_CONTACTS, WrittenMessage
from vcardsvc.messengers.names import display_name, nameless, street, written_name
from vcardsvc.messengers.numbers import no_account, number_text
from vcardsvc.messengers.payload import filled, payload, web_address
from vcardsvc.model.contact import Address, Contact, Phone, PhoneLabel
from vcardsvc.model.request import Loss
from vcardsvc.vcard.properties import whatsapp_account

LIMITS: Final = f"{WHATSAPP_CONTACTS} contacts; types from a list"
LOST: Final = (
    "note, photo, UID, other labels, marks of preferred entries, websites without a host, further "
    "fields but the birthday"
)

PLACE_TYPES: Final = ("HOME", "WORK")
"""The types of an address, an e-mail and a website."""

PHONE_TYPES: Final[Mapping[PhoneLabel, str]] = MappingProxyType(
    {"work": "WORK", "home": "HOME", "mobile": "CELL", "main": "MAIN"}
)
"""The types of a number by its label; IPHONE is the fifth."""


def write(*contacts: Contact) -> WrittenMessage:
    """Return a WhatsApp contact message of Infobip, without `from` and `to`.

        {"content": {"contacts": [{"addresses", "birthday", "emails", "name", "org", "phones",
                                   "urls"}]}}

    `name` has the two members that are required: `formattedName`, and `firstName`, which is the
    last name or the company's where there is no first. At most WHATSAPP_CONTACTS contacts are
    given.

    Source: https://www.infobip.com/docs/api/channels/whatsapp/send-whatsapp-contact-message
    """
    members = {"content": {"contacts": list(map(_contact, contacts))}}
    return WrittenMessage(document=payload(members), losses=tuple(map(_losses, contacts)))


def _contact(contact: Contact) -> dict[str, Any]:
    first = contact.first or contact.last or nameless(contact)
    members: dict[str, Any] = {
        "addresses": list(map(_address, contact.addresses)),
        "birthday": birthday(contact)[1],
        "emails": [
            filled(email=email.address, type=_place_type(label_of(email)) or email.label.upper())
            for email in contact.emails
        ],
        "name": filled(
            firstName=first,
            lastName=contact.last if contact.first else "",
            middleName=contact.middle,
            nameSuffix=contact.suffix,
            namePrefix=contact.prefix,
            formattedName=display_name(contact),
        ),
        "org": filled(company=contact.organization, department=contact.unit, title=contact.title),
        "phones": list(map(_phone, contact.phones)),
        "urls": [
            filled(url=address, type=_place_type(website.label))
            for website in contact.websites
            if (address := web_address(website.url))
        ],
    }
    return {name: value for name, value in members.items() if value}


def _address(address: Address) -> dict[str, str]:
    return filled(
        street=street(address),
        city=address.locality,
        state=address.region,
        zip=address.code,
        country=address.nation,
        countryCode=address.country.upper(),
        type=_place_type(label_of(address)) or address.label.upper(),
    )


def _phone(phone: Phone) -> dict[str, str]:
    return filled(
        phone=number_text(phone),
        type=PHONE_TYPES.get(phone.label, ""),
        waId=whatsapp_account(phone),
    )


def _place_type(label: str) -> str:
    """Return the type of a label; "" for one that the list has not."""
    return label.upper() if label.upper() in PLACE_TYPES else ""


def _losses(contact: Contact) -> tuple[Loss, ...]:
    held: set[Place] = {(part, None, "") for part in NAME_AND_WORK}
    for index, phone in enumerate(contact.phones):
        own = "" if phone.own_label else PHONE_TYPES.get(phone.label, "")
        held |= entry_places("phones", index, labelled=bool(own))
    for index, email in enumerate(contact.emails):
        held |= entry_places("emails", index, labelled=bool(_place_type(label_of(email))))
    for index, address in enumerate(contact.addresses):
        held |= entry_places("addresses", index, labelled=bool(_place_type(label_of(address))))
    for index, website in enumerate(contact.websites):
        if web_address(website.url):
            held |= entry_places("websites", index, labelled=bool(_place_type(website.label)))
    held |= {("extra", written_name(contact)[0], ""), ("extra", birthday(contact)[0], "")}
    return (*no_account(contact), *not_held(contact, held))
