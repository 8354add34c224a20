"""Writes a contact as a message of Plivo with the card as its media, in JSON.

The payload is the request without sender and recipient.
"""

from typing import Final

from vcardsvc.messengers.message import LOST_BY_MMS, WrittenMessage
from vcardsvc.messengers.names import CAPTION, caption
from vcardsvc.messengers.payload import payload
from vcardsvc.model.contact import Contact

LIMITS: Final = f"`text` {CAPTION} characters (ours); Plivo takes media of 5 MB together"
LOST: Final = LOST_BY_MMS


def write(contact: Contact, url: str, others: int = 0) -> WrittenMessage:
    """Return the body of a message of Plivo, without `src` and `dst`.

        {"type": "mms", "text": "John Appleseed Jr., Dunder Mifflin", "media_urls": ["https://..."]}

    Plivo fetches the card with its Content-Type and its Content-Length, which every link sends.

    Source: https://www.plivo.com/docs/messaging/api/message/send-a-message
    """
    text, losses = caption(contact, others=others)
    return WrittenMessage(
        document=payload({"type": "mms", "text": text, "media_urls": [url]}),
        losses=(losses, *[()] * others),
    )
