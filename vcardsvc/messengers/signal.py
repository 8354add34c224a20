"""Writes contacts as a message of signal-cli-rest-api with their cards attached, in JSON.

The payload is the request without sender and recipients.
"""

from base64 import b64encode
from typing import Final

from vcardsvc.messengers.message import SIGNAL_ATTACHMENTS, WrittenMessage
from vcardsvc.messengers.names import CAPTION, caption
from vcardsvc.messengers.payload import payload
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document

MEDIA_TYPE: Final = "text/x-vcard"
"""The media type of a card that Signal's programs show as a contact's."""

LIMITS: Final = f"{SIGNAL_ATTACHMENTS} contacts, `message` {CAPTION} characters (ours)"
LOST: Final = "what the card for [Signal](targets.md) loses"


def write(*cards: tuple[Contact, Document]) -> WrittenMessage:
    """Return the body of `POST /v2/send`, without `number` and `recipients`.

        {"message": "John Appleseed Jr., Dunder Mifflin",
         "base64_attachments": ["data:text/x-vcard;filename=contact.vcf;base64,..."]}

    The message names a single contact. The file is called as the request says. At most
    SIGNAL_ATTACHMENTS contacts are given.

    Source: https://bbernhard.github.io/signal-cli-rest-api/ (POST /v2/send); signal-cli itself
    sends no shared contact.
    """
    text, losses = caption(cards[0][0]) if len(cards) == 1 else (f"{len(cards)} contacts", ())
    attachments = [_data_uri(card) for _, card in cards]
    members = {"message": text, "base64_attachments": attachments}
    return WrittenMessage(document=payload(members), losses=(losses, *((),) * (len(cards) - 1)))


def _data_uri(card: Document) -> str:
    content = b64encode(card.octets).decode()
    return f"data:{MEDIA_TYPE};filename={card.filename};base64,{content}"
