"""Defines what the modules of platforms have alike: the message that they write, and their writers.

Also the limits that the description of a platform (`platforms`) and its module share.
"""

from typing import Final, Protocol

from msgspec import Struct

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document, Loss

WHATSAPP_CONTACTS: Final = 257
"""The most contacts of one message of WhatsApp's Cloud API. The other ways to WhatsApp (Infobip,
WAHA, Baileys) state no number and are held to it too.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/messages/contacts-messages
"""

SLACK_BLOCKS: Final = 50
"""The most blocks of one message, of which each contact is one.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

SIGNAL_ATTACHMENTS: Final = 32
"""The most attachments of one message that Signal's own programs send (Signal-Desktop,
conversations/attachments); signal-cli-rest-api states no limit."""


LOST_BY_MMS: Final = "what the card for [MMS](targets.md) loses; the text is the name alone"
"""What a message with a link to a card for MMS cannot hold, for people."""


class WrittenMessage(Struct, frozen=True, kw_only=True):
    """Holds a message in JSON, and what it does not hold of each contact, in their order."""

    document: Document
    losses: tuple[tuple[Loss, ...], ...]


class LinkWriter(Protocol):
    """Writes the message with a link to the card of a contact, or to a file of several cards."""

    def __call__(self, contact: Contact, url: str, others: int = 0) -> WrittenMessage:
        """Return the message, which names this contact and the number of the other cards.

        Its losses are those of the text beside the link, first of this contact, then of each other.
        """


class MemberWriter(Protocol):
    """Writes the message with contacts in members of its own."""

    def __call__(self, *contacts: Contact) -> WrittenMessage:
        """Return the message. Raises CannotRender for a contact that the platform refuses."""


class CardWriter(Protocol):
    """Writes the message with the cards of contacts inside."""

    def __call__(self, *cards: tuple[Contact, Document]) -> WrittenMessage:
        """Return the message. Raises CannotRender for a contact that the platform refuses."""
