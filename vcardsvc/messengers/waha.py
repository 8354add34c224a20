"""Writes contacts as the cards of WAHA's `sendContactVcard`, in JSON.

The payload is the request without session and chat.
"""

from typing import Final

from vcardsvc.messengers.message import WHATSAPP_CONTACTS, WrittenMessage
from vcardsvc.messengers.payload import payload
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document

LIMITS: Final = f"{WHATSAPP_CONTACTS} contacts"
LOST: Final = "what the card for [WhatsApp](targets.md) loses"


def write(*cards: tuple[Contact, Document]) -> WrittenMessage:
    """Return the body of `POST /api/sendContactVcard`, without `session` and `chatId`.

        {"contacts": [{"vcard": "BEGIN:VCARD..."}]}

    The card is ours: WAHA builds one of other members itself, and escapes nothing in it. At most
    WHATSAPP_CONTACTS contacts are given.

    Sources: https://waha.devlike.pro/docs/how-to/send-messages/#send-contact-vcard and
    https://github.com/devlikeapro/waha/issues/902
    """
    contacts = [{"vcard": card.octets.decode()} for _, card in cards]
    return WrittenMessage(document=payload({"contacts": contacts}), losses=((),) * len(cards))
