"""Writes contacts as a Slack message of card blocks, in JSON.

The payload is the request without channel.
"""

import re
from typing import Any, Final

from vcardsvc.messengers.entries import entries, headline, lines_of
from vcardsvc.messengers.losses import CUT_TEXT, NO_ROOM, Place, entry_places, not_held
from vcardsvc.messengers.message import SLACK_BLOCKS, WrittenMessage
from vcardsvc.messengers.names import caption
from vcardsvc.messengers.payload import payload, shortened, utf16, web_address
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Loss
from vcardsvc.vcard.losses import loss

SLACK_TITLE: Final = 150
"""The most characters of a card's title and of its subtitle."""

SLACK_BODY: Final = 200
"""The most characters of a card's body."""

SLACK_BUTTONS: Final = 3
"""The most buttons of a card."""

SLACK_BUTTON: Final = 75
"""The most characters of the text of a button (Slack, button element)."""

SLACK_URL: Final = 3_000
"""The most characters of the address of a button (Slack, button element)."""

WORD_JOINER: Final = "\u2060"
"""Stands, invisible, behind a character that Slack would take for markup: Slack has no escape."""

_MARKUP: Final = re.compile(
    r"[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=[\w+'-]{1,100}:)|^(?=&gt;)",
    re.ASCII | re.MULTILINE,
)
"""Bold, strikethrough, code, italics (but an underscore inside a word, as in an e-mail address), an
emoji by its name, a quote at the start of a line."""

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""The three characters that Slack's text does not hold as they are."""

LIMITS: Final = (
    f"{SLACK_BLOCKS} contacts; title and subtitle {SLACK_TITLE}, body {SLACK_BODY} characters, "
    f"{SLACK_BUTTONS} websites as buttons"
)
LOST: Final = (
    "what has no room in the body, photo, UID, marks of preferred entries, further fields but the "
    "birthday"
)


def write(*contacts: Contact) -> WrittenMessage:
    """Return a message of Slack, without `channel`.

        {"text": "John Appleseed Jr.", "blocks": [{"type": "card", "title": {"type": "mrkdwn",
          "text"}, "subtitle", "body", "actions": [{"type": "button", "text", "url"}]}]}

    `text` is what a notification shows. The body holds numbers, e-mails, addresses, the birthday
    and the note, as many as fit; the first websites are buttons. At most SLACK_BLOCKS contacts are
    given. `&`, `<` and `>` are escaped, characters of markup are followed by a WORD_JOINER, and
    both are counted as they are then. `verbatim`: names of people and channels are no links.

    Sources: https://docs.slack.dev/reference/block-kit/blocks/card-block and
    https://docs.slack.dev/messaging/formatting-message-text
    """
    text, _ = caption(contacts[0])  # the title says it again
    if len(contacts) > 1:
        text = f"{len(contacts)} contacts"
    cards = list(map(_card, contacts))
    members = {"text": _escaped(text), "blocks": [block for block, _ in cards]}
    return WrittenMessage(document=payload(members), losses=tuple(losses for _, losses in cards))


def _card(contact: Contact) -> tuple[dict[str, Any], tuple[Loss, ...]]:
    """Return the card block of a contact, and what is cut or has no room."""
    named = headline(contact, SLACK_TITLE, SLACK_TITLE, _measure)
    buttons, held, cut = _buttons(contact)
    others = [one for one in entries(contact) if (one.part, one.index, "") not in held]
    body = lines_of(others, SLACK_BODY, _measure)
    texts = {"title": named.title, "subtitle": named.subtitle, "body": body.text}
    block: dict[str, Any] = {"type": "card"}
    block |= {
        name: {"type": "mrkdwn", "text": _escaped(text), "verbatim": True}
        for name, text in texts.items()
        if text
    }
    if buttons:
        block["actions"] = buttons
    lost = not_held(contact, {*named.held, *held, *body.held}, NO_ROOM)
    return block, (*named.losses, *cut, *body.losses, *lost)


def _buttons(contact: Contact) -> tuple[list[dict[str, Any]], set[Place], list[Loss]]:
    """Return the first websites as buttons, their places, and the labels that are cut."""
    buttons: list[dict[str, Any]] = []
    held: set[Place] = set()
    cut: list[Loss] = []
    for index, website in enumerate(contact.websites):
        url = web_address(website.url)
        if not url or len(buttons) == SLACK_BUTTONS or utf16(url) > SLACK_URL:
            continue
        text = shortened(website.label or website.url, SLACK_BUTTON, utf16)
        buttons.append({"type": "button", "text": {"type": "plain_text", "text": text}, "url": url})
        held |= entry_places("websites", index)
        if website.label and text != website.label:
            cut.append(loss(CUT_TEXT, "websites", index, "label"))
    return buttons, held, cut


def _escaped(text: str) -> str:
    """Return a text as Slack shows it unchanged."""
    return _MARKUP.sub(rf"\g<0>{WORD_JOINER}", text.translate(_ESCAPES))


def _measure(text: str) -> int:
    return utf16(_escaped(text))
