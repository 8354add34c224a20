"""Writes a contact as a contacts message of WhatsApp's Cloud API, in JSON.

The payload is the body of the request without the recipient. Members are in the order of WhatsApp's
documentation.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from vcardsvc.messengers.payload import filled, payload
from vcardsvc.model.contact import Address, Contact, Email, Phone, PhoneLabel, Website
from vcardsvc.model.request import Document, Loss
from vcardsvc.vcard.losses import NO_WAID, loss
from vcardsvc.vcard.properties import full_name, whatsapp_account

_URL: Final = re.compile(
    r"(?:(?P<scheme>https?):|:(?=//))?/*(?P<rest>.+)", re.IGNORECASE | re.DOTALL
)
"""A web address as people type it: with or without a scheme, with any number of slashes."""

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


def whatsapp(contact: Contact) -> Document:
    """Return the body of a contacts message of WhatsApp's Cloud API, without `to`.

        {"messaging_product": "whatsapp", "recipient_type": "individual", "type": "contacts",
         "contacts": [{"addresses", "emails", "name", "org", "phones", "urls"}]}

    `name` has formatted_name and at least one other part, as the API requires: a company's name is
    the first name too. A number in E.164 without an extension, no fax or pager, has a `wa_id`: with
    it the message shows Message, without it Invite. A website without a scheme gets https, because
    the schema requires a URI. The message has no note, photo or UID.

    Sources: https://developers.facebook.com/docs/whatsapp/cloud-api/messages/contacts-messages and
    ContactsMessage in https://github.com/facebook/openapi (business-messaging-api_v23.0.yaml).
    """
    members = {
        "addresses": [_address(address) for address in contact.addresses],
        "emails": [_email(email) for email in contact.emails],
        "name": filled(
            formatted_name=full_name(contact),
            first_name=contact.first if contact.first or contact.last else contact.organization,
            last_name=contact.last,
            middle_name=contact.middle,
            suffix=contact.suffix,
            prefix=contact.prefix,
        ),
        "org": filled(company=contact.organization, department=contact.unit, title=contact.title),
        "phones": [_phone(phone) for phone in contact.phones],
        "urls": [_url(website) for website in contact.websites],
    }
    return payload(
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "type": "contacts",
            "contacts": [{name: value for name, value in members.items() if value}],
        }
    )


def whatsapp_invited(contact: Contact) -> tuple[Loss, ...]:
    """Return a loss for each number without a known WhatsApp account, which is shown with
    Invite."""
    return tuple(
        loss(NO_WAID, "phones", index, "number")
        for index, phone in enumerate(contact.phones)
        if not whatsapp_account(phone)
    )


def _address(address: Address) -> dict[str, str]:
    return filled(
        street=address.text,
        city=address.locality,
        state=address.region,
        zip=address.code,
        country=address.nation,
        country_code=address.country.upper(),
        type=address.label.upper(),
    )


def _email(email: Email) -> dict[str, str]:
    return {"email": email.address, "type": email.label.upper()}


def _phone(phone: Phone) -> dict[str, str]:
    return filled(
        phone=phone.e164 or phone.number,
        type=_PHONE_TYPES.get(phone.label, ""),
        wa_id=whatsapp_account(phone),
    )


def _url(website: Website) -> dict[str, str]:
    parts = _URL.fullmatch(website.url)
    url = f"{parts['scheme'] or 'https'}://{parts['rest']}" if parts else website.url
    return filled(url=url, type=website.label)
