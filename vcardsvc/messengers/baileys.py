"""Writes contacts as a message of WhatsApp's own protocol, as Baileys sends it, in JSON."""

from typing import Final

from vcardsvc.messengers.message import WHATSAPP_CONTACTS, WrittenMessage
from vcardsvc.messengers.names import display_name
from vcardsvc.messengers.payload import one_line, payload
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document

LIMITS: Final = f"{WHATSAPP_CONTACTS} contacts"
LOST: Final = "what the card for [WhatsApp](targets.md) loses"


def write(*cards: tuple[Contact, Document]) -> WrittenMessage:
    """Return a message of Baileys, and of programs that are built on it such as Evolution.

        {"contactMessage": {"displayName": "John Appleseed Jr.", "vcard": "BEGIN:VCARD..."}}
        {"contactsArrayMessage": {"displayName": "2 contacts", "contacts": [{"displayName", ...}]}}

    At most WHATSAPP_CONTACTS contacts are given.

    Source: https://github.com/WhiskeySockets/Baileys (WAProto.proto, Message.ContactMessage)
    """
    contacts = [
        {"displayName": one_line(display_name(contact)), "vcard": card.octets.decode()}
        for contact, card in cards
    ]
    several = {"displayName": f"{len(contacts)} contacts", "contacts": contacts}
    single = len(contacts) == 1
    members = {"contactMessage": contacts[0]} if single else {"contactsArrayMessage": several}
    return WrittenMessage(document=payload(members), losses=((),) * len(cards))
