"""Writes a contact as a message of Telnyx with the card as its media, in JSON.

The payload is the request without sender and recipient.
"""

from typing import Final

from vcardsvc.messengers.message import LOST_BY_MMS, WrittenMessage
from vcardsvc.messengers.names import CAPTION, caption
from vcardsvc.messengers.payload import payload
from vcardsvc.model.contact import Contact

LIMITS: Final = f"`text` {CAPTION} characters (ours); Telnyx takes ten media, of 1 MB together"
LOST: Final = LOST_BY_MMS


def write(contact: Contact, url: str, others: int = 0) -> WrittenMessage:
    """Return the body of a message of Telnyx, without `from` and `to`.

        {"text": "John Appleseed Jr., Dunder Mifflin", "media_urls": ["https://..."]}

    One of the ten media that a message may have.

    Sources: https://developers.telnyx.com/docs/messaging/messages/send-receive-mms and the types of
    telnyx (MessageSendParams).
    """
    text, losses = caption(contact, others=others)
    return WrittenMessage(
        document=payload({"text": text, "media_urls": [url]}), losses=(losses, *[()] * others)
    )
