"""Writes a contact as a message of Google Chat with a card, in JSON.

The payload is the message; its space is in the address that it is posted to.
"""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any, Final

from msgspec import structs

from vcardsvc.messengers.entries import NOTE_LEAST, Entry, entries, headline
from vcardsvc.messengers.losses import CUT_TEXT, NO_ROOM, Place, not_held
from vcardsvc.messengers.message import WrittenMessage
from vcardsvc.messengers.payload import json_octets, payload, shortened, web_address
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Loss, Part
from vcardsvc.vcard.losses import loss

CHAT_WIDGETS: Final = 100
"""The most widgets of a card; more are ignored (GoogleAppsCardV1Card)."""

CHAT_BYTES: Final = 32_000
"""The most bytes of a message with its cards (Google Chat, create a message)."""

CHAT_HEADER: Final = 200
"""The most characters of the title and of the subtitle. Our choice: each is shown in one line, and
Google Chat states no limit."""

CARD_ID: Final = "contact"

_ICONS: Final[Mapping[Part, str]] = MappingProxyType(
    {
        "phones": "PHONE",
        "emails": "EMAIL",
        "addresses": "MAP_PIN",
        "extra": "INVITE",
        "note": "DESCRIPTION",
    }
)
"""The built-in icon of an entry; a website is a button without one."""

LIMITS: Final = (
    f"{CHAT_WIDGETS} widgets, {CHAT_BYTES:,} bytes; title {CHAT_HEADER} characters (ours)"
)
LOST: Final = (
    "what is over the limits, photo, UID, marks of preferred entries, further fields but the "
    "birthday"
)


def write(*contacts: Contact) -> WrittenMessage:
    """Return the message with the card of the one contact.

        {"cardsV2": [{"cardId": "contact", "card": {"header": {"title", "subtitle"}, "sections":
          [{"widgets": [{"decoratedText": {"startIcon": {"knownIcon": "PHONE"}, "topLabel": "work",
            "text": "+16505550123", "wrapText": true}}, {"buttonList": {"buttons": [...]}}]}]}}]}

    A widget's text has simple formatting of HTML, in which `&`, `<` and `>` are escaped. A website
    is a button, and a text if its address has no host.

    Sources: https://developers.google.com/workspace/chat/api/reference/rest/v1/cards and
    https://developers.google.com/workspace/chat/create-messages
    """
    (contact,) = contacts
    named = headline(contact, CHAT_HEADER, CHAT_HEADER, len)
    header = {"title": named.title, **({"subtitle": named.subtitle} if named.subtitle else {})}
    widgets, held, cut = _widgets(contact, CHAT_BYTES - len(json_octets(_message(header, [{}]))))
    lost = not_held(contact, {*named.held, *held}, NO_ROOM)
    message = payload(_message(header, widgets))
    return WrittenMessage(document=message, losses=((*named.losses, *cut, *lost),))


def _message(header: dict[str, str], widgets: list[dict[str, Any]]) -> dict[str, Any]:
    card: dict[str, Any] = {"header": header}
    if widgets:
        card["sections"] = [{"widgets": widgets}]
    return {"cardsV2": [{"cardId": CARD_ID, "card": card}]}


def _widgets(contact: Contact, room: int) -> tuple[list[dict[str, Any]], set[Place], list[Loss]]:
    """Return the widgets that fit into `room` bytes, the places of their entries, and what is cut
    of a note."""
    widgets: list[dict[str, Any]] = []
    held: set[Place] = set()
    cut: list[Loss] = []
    for one in entries(contact):
        if len(widgets) == CHAT_WIDGETS:
            break
        if one.part == "note":
            frame = len(json_octets(_widget(structs.replace(one, text="")))) + 1
            text = shortened(one.text, max(room - frame, 0), _octets)
            cut = [loss(CUT_TEXT, "note")] if NOTE_LEAST <= len(text) < len(one.text) else []
            one = structs.replace(one, text=text) if cut else one
        widget = _widget(one)
        size = len(json_octets(widget)) + 1  # the comma
        if size <= room:
            room -= size
            widgets.append(widget)
            held |= {*one.held, (one.part, one.index, "label")}
    return widgets, held, cut


def _octets(text: str) -> int:
    """Count the octets of a widget's text in the message, without quotes."""
    return len(json_octets(escape(text, quote=False))) - 2


def _widget(entry: Entry) -> dict[str, Any]:
    if entry.part == "websites" and (url := web_address(entry.text)):
        link = {"openLink": {"url": url}}
        return {"buttonList": {"buttons": [{"text": entry.label or entry.text, "onClick": link}]}}
    label = {"topLabel": entry.label} if entry.label else {}
    text = escape(entry.text, quote=False)
    icon = {"startIcon": {"knownIcon": _ICONS[entry.part]}} if entry.part in _ICONS else {}
    return {"decoratedText": {**icon, **label, "text": text, "wrapText": True}}
