"""Writes a contact as the parameters of a Twilio message with the card as its media, in JSON.

The payload is the request without sender and recipient.
"""

from typing import Final

from vcardsvc.messengers.payload import one_line, payload, shortened
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document
from vcardsvc.vcard.properties import full_name

TWILIO_BODY: Final = 160
"""The most characters of Body, which names the contact; Twilio accepts 1,600."""


def twilio(contact: Contact, url: str) -> Document:
    """Return the parameters of a Twilio message, without `From` and `To`.

        {"Body": "John Appleseed Jr., Dunder Mifflin", "MediaUrl": ["https://..."]}

    `Body` is one line of at most TWILIO_BODY characters; `url` is that of the card, which Twilio
    fetches with HEAD and GET. Each member is a form parameter of the request, each entry of a list
    one of its own.

    Sources: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
    and https://www.twilio.com/docs/messaging/guides/accepted-mime-types
    """
    names = dict.fromkeys((full_name(contact), contact.organization))  # a company's name once
    line = ", ".join(filter(None, map(one_line, names)))
    return payload({"Body": shortened(line, TWILIO_BODY), "MediaUrl": [url]})
