"""Writes a contact as a message of Bandwidth with the card as its media, in JSON.

The payload is the request without application, sender and recipient.
"""

from typing import Final

from vcardsvc.messengers.message import LOST_BY_MMS, WrittenMessage
from vcardsvc.messengers.names import CAPTION, caption
from vcardsvc.messengers.payload import payload
from vcardsvc.model.contact import Contact

LIMITS: Final = f"`text` {CAPTION} characters (ours; Bandwidth takes 2,048), a media address 4,096"
LOST: Final = LOST_BY_MMS


def write(contact: Contact, url: str, others: int = 0) -> WrittenMessage:
    """Return the body of a message of Bandwidth, without `applicationId`, `from` and `to`.

        {"text": "John Appleseed Jr., Dunder Mifflin", "media": ["https://..."]}

    The card behind the link is that for MMS, which operators take.

    Sources: https://dev.bandwidth.com/apis/messaging/ (createMessage) and the models of
    bandwidth-sdk (MessageRequest).
    """
    text, losses = caption(contact, others=others)
    return WrittenMessage(
        document=payload({"text": text, "media": [url]}), losses=(losses, *[()] * others)
    )
