"""Writes a contact as a rich card of RCS for Business, in JSON.

RCS takes no vCard: the card is behind a link. The payload is the body of Google's
`agentMessages.create`, whose shape other providers take in parts.
"""

from typing import Any, Final

from vcardsvc.messengers.entries import entries, headline, left_over, lines_of
from vcardsvc.messengers.losses import BEHIND_LINK, not_held
from vcardsvc.messengers.message import WrittenMessage
from vcardsvc.messengers.names import and_more
from vcardsvc.messengers.numbers import e164_number, is_dialled
from vcardsvc.messengers.payload import filled, payload, shortened, utf16, web_address
from vcardsvc.model.contact import Contact
from vcardsvc.vcard.losses import loss

RCS_TITLE: Final = 200
"""The most characters of a card's title."""

RCS_DESCRIPTION: Final = 2_000
"""The most characters of a card's description."""

RCS_SUGGESTIONS: Final = 4
"""The most suggestions of a card."""

RCS_SUGGESTION: Final = 25
"""The most characters of the text of a suggestion."""

RCS_POSTBACK: Final = 2_048
"""The most characters of the data that a suggestion sends back."""

RCS_URL: Final = 2_000
"""The most characters of an address of media; those that a suggestion opens are held to it too."""

SAVE: Final = "Save contact"
"""The text of the suggestion that opens the card."""

LIMITS: Final = (
    f"title {RCS_TITLE}, description {RCS_DESCRIPTION:,} characters, {RCS_SUGGESTIONS} suggestions "
    f"of {RCS_SUGGESTION}"
)
LOST: Final = (
    "shown are name, work, entries, birthday and note as far as they fit; the card has all"
)


def write(contact: Contact, url: str, others: int = 0) -> WrittenMessage:
    """Return the body of `agentMessages.create`, without the recipient's number.

        {"contentMessage": {"richCard": {"standaloneCard": {"cardOrientation": "VERTICAL",
          "cardContent": {"title", "description", "suggestions": [
            {"action": {"text": "Save contact", "postbackData", "openUrlAction": {"url"}}},
            {"action": {"text", "postbackData", "dialAction": {"phoneNumber": "+1650..."}}}]}}}}}

    The first suggestion opens the card, the others dial the first numbers in E.164 and open the
    first websites. What the card does not show is named; the card behind the link has it, and so
    has the file behind the link the other cards.

    Sources: https://developers.google.com/business-communications/rcs-business-messaging/reference/
    rest/v1/phones.agentMessages and
    https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-rcs.html
    """
    and_others = and_more(others)
    named = headline(contact, RCS_TITLE - len(and_others), 0, utf16)
    found = (*left_over(contact, named.held), *entries(contact))
    lines = lines_of(found, RCS_DESCRIPTION, utf16)
    content: dict[str, Any] = filled(title=f"{named.title}{and_others}", description=lines.text)
    content["suggestions"] = _suggestions(contact, url)
    card = {"cardOrientation": "VERTICAL", "cardContent": content}
    members = {"contentMessage": {"richCard": {"standaloneCard": card}}}
    lost = not_held(contact, {*named.held, *lines.held}, BEHIND_LINK)
    own = (*named.losses, *lines.losses, *lost)
    return WrittenMessage(
        document=payload(members), losses=(own, *[(loss(BEHIND_LINK, "card"),)] * others)
    )


def _suggestions(contact: Contact, url: str) -> list[dict[str, Any]]:
    """Return the suggestion that opens the card, then those that dial and that open websites."""
    found = [_opens(SAVE, url)]
    found += [_dials(e164_number(phone)) for phone in contact.phones if is_dialled(phone)]
    found += [
        _opens(website.label or website.url, address)
        for website in contact.websites
        if (address := web_address(website.url)) and utf16(address) <= RCS_URL
    ]
    return found[:RCS_SUGGESTIONS]


def _dials(number: str) -> dict[str, Any]:
    return _action(number, f"dial {number}", {"dialAction": {"phoneNumber": number}})


def _opens(text: str, url: str) -> dict[str, Any]:
    return _action(text, f"open {url}", {"openUrlAction": {"url": url}})


def _action(text: str, postback: str, action: dict[str, Any]) -> dict[str, Any]:
    shown = shortened(text, RCS_SUGGESTION, utf16)
    return {"action": {"text": shown, "postbackData": postback, **action}}
