"""Writes a contact as the parameters of a Twilio message with the card as its media, in JSON.

The payload is the request without sender and recipient.
"""

from typing import Final

from vcardsvc.messengers.message import LOST_BY_MMS, WrittenMessage
from vcardsvc.messengers.names import CAPTION, caption
from vcardsvc.messengers.payload import payload
from vcardsvc.model.contact import Contact

LIMITS: Final = f"`Body` {CAPTION} characters (ours; Twilio takes 1,600)"
LOST: Final = LOST_BY_MMS


def write(contact: Contact, url: str, others: int = 0) -> WrittenMessage:
    """Return the parameters of a Twilio message, without `From` and `To`.

        {"Body": "John Appleseed Jr., Dunder Mifflin", "MediaUrl": ["https://..."]}

    `Body` is one line of at most CAPTION characters; `url` is that of the card, which Twilio
    fetches with HEAD and GET. Each member is a form parameter of the request, each entry of a list
    one of its own.

    Sources: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
    and https://www.twilio.com/docs/messaging/guides/accepted-mime-types
    """
    text, losses = caption(contact, others=others)
    return WrittenMessage(
        document=payload({"Body": text, "MediaUrl": [url]}), losses=(losses, *[()] * others)
    )
