"""contact -> what a bot sends to WhatsApp, Telegram or Twilio, as JSON.

Each payload is the vendor's own request without the parts that only the caller has: keys, sender,
recipient. Members stand in the order of the vendor's documentation. What must never enter here: a
network, a photo (no vendor takes one in these messages), or a number that nobody typed.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from vcardsvc.model.contact import (
    Address,
    Contact,
    Document,
    Email,
    Loss,
    Part,
    Phone,
    PhoneLabel,
    Website,
)
from vcardsvc.validation.graphemes import cut
from vcardsvc.vcard.document import document
from vcardsvc.vcard.losses import EXTENSION_TELEGRAM, NAME_TELEGRAM, NO_WAID, Unfit, lost
from vcardsvc.vcard.properties import full_name, whatsapp_account
from vcardsvc.vcard.targets import TELEGRAM

TELEGRAM_VCARD: Final = TELEGRAM.ceiling
"""Bytes of `vcard` in sendContact (Bot API)."""

TELEGRAM_NAME: Final = 64
"""Characters of a first and of a last name (TDLib, object contact): the Bot API states none."""

TELEGRAM_PHONE: Final = 40
"""Characters of a phone number that is not E.164. Ours: E.164 has 15 digits, and what is longer
holds words or a second number."""

TWILIO_BODY: Final = 160
"""Characters of Body. Twilio takes 1,600; the card carries the rest, this is its headline."""

ELLIPSIS: Final = "…"

_URL: Final = re.compile(
    r"(?:(?P<scheme>https?):|:(?=//))?/*(?P<rest>.+)", re.IGNORECASE | re.DOTALL
)
"""A web address as people type it: with a scheme, without or with its colon alone, and with any
number of slashes."""

_PHONE_TYPES: Final[Mapping[PhoneLabel, str]] = MappingProxyType(
    {
        "work": "WORK",
        "home": "HOME",
        "mobile": "CELL",
        "main": "MAIN",
        "other": "OTHER",
        "fax": "FAX",  # not among the documented examples, but without it a fax reads as a phone
        "pager": "PAGER",
    }
)
"""`type` by label. The message reference names cell, mobile, main, iPhone, home, work and takes
free text; OTHER would say nothing."""

_NO_VOICE: Final[frozenset[PhoneLabel]] = frozenset(("fax", "pager"))
"""Numbers at which no messenger answers."""


def whatsapp(contact: Contact) -> Document:
    """The body of a contacts message of WhatsApp's Cloud API, but for `to`.

        {"messaging_product": "whatsapp", "recipient_type": "individual", "type": "contacts",
         "contacts": [{"addresses", "emails", "name", "org", "phones", "urls"}]}

    `name` has formatted_name and at least one part more, as the API requires: a company's name
    stands as the first name too. A number that is
    certain (E.164), no fax or pager and without an extension has a `wa_id`: with it the message
    shows Message, without it Invite. A website without a scheme gets https, because the schema
    asks for a URI. The note, the photo and the UID have no place in the message.

    Sources: https://developers.facebook.com/docs/whatsapp/cloud-api/messages/contacts-messages and
    ContactsMessage in https://github.com/facebook/openapi (business-messaging-api_v23.0.yaml).
    """
    said = {
        "addresses": [_whatsapp_address(one) for one in contact.addresses],
        "emails": [_whatsapp_email(one) for one in contact.emails],
        "name": _filled(
            formatted_name=full_name(contact),
            first_name=contact.first if contact.first or contact.last else contact.organization,
            last_name=contact.last,
            middle_name=contact.middle,
            suffix=contact.suffix,
            prefix=contact.prefix,
        ),
        "org": _filled(company=contact.organization, department=contact.unit, title=contact.title),
        "phones": [_whatsapp_phone(one) for one in contact.phones],
        "urls": [_whatsapp_url(one) for one in contact.websites],
    }
    return _json(
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "type": "contacts",
            "contacts": [{name: value for name, value in said.items() if value}],
        }
    )


def whatsapp_invited(contact: Contact) -> tuple[Loss, ...]:
    """The numbers that the message shows Invite for: no WhatsApp account is known of them."""
    return tuple(
        lost(NO_WAID, "phones", index, "number")
        for index, phone in enumerate(contact.phones)
        if not whatsapp_account(phone)
    )


def _whatsapp_address(address: Address) -> dict[str, str]:
    return _filled(
        street=address.text,
        city=address.locality,
        state=address.region,
        zip=address.code,
        country=address.nation,
        country_code=address.country.upper(),
        type=address.label.upper(),
    )


def _whatsapp_email(email: Email) -> dict[str, str]:
    return {"email": email.address, "type": email.label.upper()}


def _whatsapp_phone(phone: Phone) -> dict[str, str]:
    return _filled(
        phone=phone.e164 or phone.number,
        type=_PHONE_TYPES.get(phone.label, ""),
        wa_id=whatsapp_account(phone),
    )


def _whatsapp_url(website: Website) -> dict[str, str]:
    parts = _URL.fullmatch(website.url)
    url = f"{parts['scheme'] or 'https'}://{parts['rest']}" if parts else website.url
    return _filled(url=url, type=website.label)


def telegram(contact: Contact, vcard: str) -> tuple[Document, tuple[Loss, ...]]:
    """The parameters of the Bot API's sendContact, but for `chat_id`, and what is lost in them.

        {"phone_number", "first_name", "last_name", "vcard"}

    `phone_number` is the first number that is certain, in E.164 and without its extension, else
    the first of at most TELEGRAM_PHONE characters; a fax or a pager only when there is nothing
    else. `first_name` is the last name where there is no first, and a company's name where there is
    neither; prefix and middle go with the first name, the suffix with the last.
    Raises Unfit without a usable number, ValueError for a `vcard` over TELEGRAM_VCARD bytes.

    Source: https://core.telegram.org/bots/api#sendcontact
    """
    if len(vcard.encode()) > TELEGRAM_VCARD:
        raise ValueError(f"Telegram takes a card of {TELEGRAM_VCARD} bytes")
    index = _telegram_phone(contact.phones)
    phone = contact.phones[index]
    losses: list[Loss] = []
    first, last = (_telegram_name(parts, losses) for parts in _telegram_parts(contact))
    if phone.e164 not in (None, _digits(phone)):
        losses.append(lost(EXTENSION_TELEGRAM, "phones", index, "number"))
    said = _filled(
        phone_number=_digits(phone) or phone.number,
        first_name=first,
        last_name=last,
        vcard=vcard,
    )
    return _json(said), tuple(losses)


_Parts = tuple[tuple[Part, str], ...]


def _telegram_parts(contact: Contact) -> tuple[_Parts, _Parts]:
    """What the first name and the last name of Telegram's contact are made of."""
    if not contact.first and not contact.last:
        return (("organization", _one_line(contact.organization)),), ()
    first: _Parts = (("prefix", contact.prefix), ("first", contact.first))
    first += (("middle", contact.middle),)
    last: _Parts = (("last", contact.last),)
    suffix: _Parts = (("suffix", contact.suffix),)
    return (first, last + suffix) if contact.first else (first + last, suffix)


def _telegram_name(parts: _Parts, losses: list[Loss]) -> str:
    """These parts in one text of at most TELEGRAM_NAME characters; each that is cut is a loss."""
    parts = tuple((part, value) for part, value in parts if value)
    text = " ".join(value for _, value in parts)
    if len(text) <= TELEGRAM_NAME:
        return text
    name, end = _shortened(text, TELEGRAM_NAME), 0
    for part, value in parts:
        end += len(value)
        if end > len(name) - len(ELLIPSIS):
            losses.append(lost(NAME_TELEGRAM, part))
        end += 1
    return name


def _telegram_phone(phones: tuple[Phone, ...]) -> int:
    """The place of the number that the contact is sent with. Raises Unfit without one."""
    usable = [
        index
        for index, phone in enumerate(phones)
        if phone.e164 or (len(phone.number) <= TELEGRAM_PHONE and _has_digit(phone.number))
    ]
    if not usable:
        raise Unfit("phones", "Telegram sends no contact without a telephone number.")
    return min(usable, key=lambda at: (phones[at].label in _NO_VOICE, phones[at].e164 is None))


def twilio(contact: Contact, url: str) -> Document:
    """The parameters of a message of Twilio's, but for `From` and `To`.

        {"Body": "John Appleseed Jr., Dunder Mifflin", "MediaUrl": ["https://..."]}

    `Body` is one line of at most TWILIO_BODY characters; `url` leads to the card, which Twilio
    fetches with HEAD and GET. Each member is a form parameter of the request, a list one for each.

    Sources: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
    and https://www.twilio.com/docs/messaging/guides/accepted-mime-types
    """
    said = dict.fromkeys((full_name(contact), contact.organization))  # a company's name once
    line = ", ".join(filter(None, map(_one_line, said)))
    return _json({"Body": _shortened(line, TWILIO_BODY), "MediaUrl": [url]})


def _digits(phone: Phone) -> str:
    """+ and the digits of a number that is certain, without the pause and extension; else ""."""
    return (phone.e164 or "").partition("p")[0]


def _has_digit(number: str) -> bool:
    return any(character.isdecimal() for character in number)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shortened(text: str, limit: int) -> str:
    """At most `limit` code points, the last an ellipsis where something is left out."""
    return text if len(text) <= limit else cut(text, limit - len(ELLIPSIS)).rstrip() + ELLIPSIS


def _filled(**members: str) -> dict[str, str]:
    """The members that say something."""
    return {name: value for name, value in members.items() if value}


def _json(said: dict[str, Any]) -> Document:
    octets = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return document((octets,), "application/json", "contact.json")
