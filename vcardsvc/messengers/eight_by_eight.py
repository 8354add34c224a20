"""Writes a contact as an SMS of 8x8 with the card as its media, in JSON.

The payload is the request without sender and recipient.
"""

from typing import Final

from vcardsvc.messengers.message import LOST_BY_MMS, WrittenMessage
from vcardsvc.messengers.names import CAPTION, caption
from vcardsvc.messengers.payload import payload
from vcardsvc.model.contact import Contact

LIMITS: Final = f"`text` {CAPTION} characters (ours); an https address of 4,096 characters"
LOST: Final = LOST_BY_MMS


def write(contact: Contact, url: str, others: int = 0) -> WrittenMessage:
    """Return the body of an SMS of 8x8, without `source` and `destination`.

        {"text": "John Appleseed Jr., Dunder Mifflin", "mediaUrls": ["https://..."]}

    It becomes an MMS in the US and Canada; elsewhere 8x8 sends the text alone. An address of the
    scheme http, as of a service without VCARDSVC_PUBLIC_URL, is noted: 8x8 refuses it.

    Source: https://developer.8x8.com/connect/docs/guide-mms
    """
    text, losses = caption(contact, others=others)
    return WrittenMessage(
        document=payload({"text": text, "mediaUrls": [url]}), losses=(losses, *[()] * others)
    )
