"""Describes every messaging platform, and returns the writer of its message.

A platform is one module, called as the platform is, and one row here. The module is imported when
its message is first asked for: no service sends all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, Literal, cast, get_args

from vcardsvc.messengers.message import (
    SIGNAL_ATTACHMENTS,
    SLACK_BLOCKS,
    WHATSAPP_CONTACTS,
    CardWriter,
    LinkWriter,
    MemberWriter,
)
from vcardsvc.model.request import CardMessage, LinkMessage, MemberMessage, Message, Target

Kind = Literal["link", "members", "card"]
"""What a message holds: a link to the stored card, the contact in members of its own, the card."""

MODULES: Final[Mapping[str, str]] = MappingProxyType({"8x8": "eight_by_eight"})
"""The modules of the platforms whose names are no names of Python."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Describes the message of one platform.

    `title` is the platform's name for people, `doc` what the form becomes, in a line. `target` is
    that of the card behind the link or in the message ("" for neither); `most` the most contacts of
    one message. `secure`: it fetches https addresses alone. `names_card`: the file name of a
    request is that of the card, not of the JSON.
    """

    name: Message
    title: str
    kind: Kind
    doc: str
    target: Target | Literal[""] = ""
    most: int = 1
    secure: bool = False
    names_card: bool = False

    @property
    def module(self) -> str:
        """Return the full name of the module that writes the message."""
        name = MODULES.get(self.name, self.name.replace("-", "_"))
        return f"vcardsvc.messengers.{name}"

    def load(self) -> Any:
        """Return the module that writes the message: its `write`, and in `LIMITS` and `LOST` what
        it keeps to and what it cannot hold, for people."""
        # All of them take 40 ms of a start (measured): they import what reads cards.
        return import_module(self.module)


def _link(
    name: LinkMessage, title: str, doc: str, target: Target = "mms", *, secure: bool = False
) -> Platform:
    return Platform(
        name=name,
        title=title,
        kind="link",
        doc=doc,
        target=target,
        secure=secure,
        names_card=True,
    )


def _members(name: MemberMessage, title: str, doc: str, most: int = 1) -> Platform:
    return Platform(name=name, title=title, kind="members", doc=doc, most=most)


def _card(
    name: CardMessage,
    title: str,
    doc: str,
    target: Target,
    most: int = 1,
    *,
    names_card: bool = False,
) -> Platform:
    return Platform(
        name=name,
        title=title,
        kind="card",
        doc=doc,
        target=target,
        most=most,
        names_card=names_card,
    )


PLATFORMS: Final[Mapping[str, Platform]] = MappingProxyType(
    {
        one.name: one
        for one in (
            _link("twilio", "Twilio", "`Body` and `MediaUrl` of a Message"),
            _link("vonage", "Vonage", "a `vcard` message of the Messages API, channel `mms`"),
            _link("telnyx", "Telnyx", "`text` and `media_urls` of a message"),
            _link("plivo", "Plivo", "`text` and `media_urls` of an `mms` message"),
            _link("sinch-mms", "Sinch MMS", "the action `sendmms` with a slide of a contact"),
            _link("bandwidth", "Bandwidth", "`text` and `media` of a message"),
            _link("signalwire", "SignalWire", "`Body` and `MediaUrl` of a Message"),
            _link("8x8", "8x8", "`text` and `mediaUrls` of an SMS", secure=True),
            _link("rcs", "RCS", "an `agentMessage` of RCS for Business: a rich card", "universal"),
            _members(
                "whatsapp",
                "WhatsApp",
                "a `contacts` message of the Cloud API",
                WHATSAPP_CONTACTS,
            ),
            _members("infobip", "Infobip", "a WhatsApp contact message", WHATSAPP_CONTACTS),
            _members("sinch", "Sinch", "a `contact_info_message` of the Conversation API"),
            _members("slack", "Slack", "`text` and a `card` block", SLACK_BLOCKS),
            _members("google-chat", "Google Chat", "a message with a card (`cardsV2`)"),
            _members("viber", "Viber", "a `contact` message of a bot"),
            _card("telegram", "Telegram", "the parameters of `sendContact`", "telegram"),
            _card("waha", "WAHA", "the `contacts` of `sendContactVcard`", "whatsapp",
                  WHATSAPP_CONTACTS),
            _card("baileys", "Baileys", "a `contactMessage`, or a `contactsArrayMessage`",
                  "whatsapp", WHATSAPP_CONTACTS),
            _card("signal", "Signal", "`/v2/send` of signal-cli-rest-api: the card attached",
                  "signal", SIGNAL_ATTACHMENTS, names_card=True),
        )
    }
)  # fmt: skip
"""Every platform, in the order of the table in docs/bots.md."""

KINDS: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        "link": get_args(LinkMessage),
        "members": get_args(MemberMessage),
        "card": get_args(CardMessage),
    }
)
"""The platforms of each kind."""


def link_writer(name: str) -> LinkWriter:
    """Return what writes the message of a platform that takes a link."""
    return cast(LinkWriter, PLATFORMS[name].load().write)


def member_writer(name: str) -> MemberWriter:
    """Return what writes the message of a platform with members of its own."""
    return cast(MemberWriter, PLATFORMS[name].load().write)


def card_writer(name: str) -> CardWriter:
    """Return what writes the message of a platform that takes a card."""
    return cast(CardWriter, PLATFORMS[name].load().write)
