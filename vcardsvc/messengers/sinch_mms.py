"""Writes a contact as an MMS of Sinch with the card on its slide, in JSON.

The payload is the request without service, sender and recipient.
"""

from typing import Final

from vcardsvc.messengers.message import LOST_BY_MMS, WrittenMessage
from vcardsvc.messengers.names import caption
from vcardsvc.messengers.payload import payload
from vcardsvc.model.contact import Contact

TEXT: Final = 110
"""The most characters of the text, which is also the SMS for a phone without MMS. Our choice: Sinch
adds a link of some 50 characters to it, and an SMS has 160 of the GSM alphabet. A text with others,
as the ellipsis of one that is cut, takes two SMS or three."""

LIMITS: Final = f"text {TEXT} characters (ours); the card is fetched with its Content-Length"
LOST: Final = LOST_BY_MMS


def write(contact: Contact, url: str, others: int = 0) -> WrittenMessage:
    """Return the body of the action `sendmms`, without `service-id`, `from` and `to`.

        {"action": "sendmms", "fallback-sms-text": "John Appleseed Jr., Dunder Mifflin",
         "slide": [{"message-text": "John Appleseed Jr., Dunder Mifflin",
                    "contact": {"media-url": "https://..."}}]}

    Sinch fetches the card with its Content-Length, which every link sends.

    Source: https://developers.sinch.com/docs/mms/api-reference/sendmms/
    """
    text, losses = caption(contact, TEXT, others=others)
    slide = {"message-text": text, "contact": {"media-url": url}}
    members = {"action": "sendmms", "fallback-sms-text": text, "slide": [slide]}
    return WrittenMessage(document=payload(members), losses=(losses, *((),) * others))
