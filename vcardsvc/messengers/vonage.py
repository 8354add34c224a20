"""Writes a contact as a vCard message of the Messages API of Vonage, channel mms, in JSON.

The payload is the request without sender and recipient.
"""

from typing import Final

from vcardsvc.messengers.message import LOST_BY_MMS, WrittenMessage
from vcardsvc.messengers.names import CAPTION, caption
from vcardsvc.messengers.payload import payload
from vcardsvc.model.contact import Contact

LIMITS: Final = (
    f"`caption` {CAPTION} characters (ours; Vonage takes 3,000); numbers of the US alone"
)
LOST: Final = LOST_BY_MMS


def write(contact: Contact, url: str, others: int = 0) -> WrittenMessage:
    """Return the body of a message of Vonage, without `to` and `from`.

        {"message_type": "vcard", "channel": "mms",
         "vcard": {"url": "https://....vcf", "caption": "John Appleseed Jr., Dunder Mifflin"}}

    The address is public and ends in .vcf, as every link does.

    Sources: https://developer.vonage.com/en/messages/code-snippets/mms/send-mms-vcard and the
    models of vonage-messages (MmsResource).
    """
    text, losses = caption(contact, others=others)
    return WrittenMessage(
        document=payload(
            {"message_type": "vcard", "channel": "mms", "vcard": {"url": url, "caption": text}}
        ),
        losses=(losses, *[()] * others),
    )
