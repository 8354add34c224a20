"""Reads the contacts of Telegram's Bot API: an update, a message, or one contact.

    message.contact: {phone_number, first_name, last_name, user_id, vcard}

The vCard is preferred; what it does not hold is added from the other members. The number of a
Telegram account (one with a `user_id`) is international, and often without its +.

Source: https://core.telegram.org/bots/api#contact
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from msgspec import structs

from vcardsvc.errors import IGNORED
from vcardsvc.imports.json_object import Contact, JsonObject, Located, located, read_contacts
from vcardsvc.imports.terms import components
from vcardsvc.model.card import Property
from vcardsvc.vcard.parser.read_file import NotACard, ReadFile
from vcardsvc.vcard.parser.reader import read_cards

ABSENT: Final = "The JSON holds no contact of Telegram."

DEPTH: Final = 4
"""Levels of objects above a contact: result, message, a message that it replies to, contact."""

_EXTENSION: Final = re.compile(r"(?<=[0-9])[^0-9]*(?:[a-z;,]|$)", re.IGNORECASE)
"""What stands between a number and its extension: a word, or a pause."""

_NO_VCARD: Final = "The vCard cannot be read."
_OTHER_NAME: Final = "The vCard has another name, which is kept instead of this one."
_MORE_CARDS: Final = "Only the first card of the vCard is the contact."


def read_telegram(value: Any) -> ReadFile:
    """Return the cards of the shared contacts. Raises NotACard where there is none."""
    return read_contacts(list(_found(value)), _read, ABSENT)


def _found(value: Any, depth: int = DEPTH, place: str = "") -> Iterator[Located]:
    """Yield the contacts in updates, messages and lists of them."""
    for at, one in located(value, place):
        if not isinstance(one, dict):
            continue
        if "phone_number" in one or "vcard" in one:
            yield at, one
        elif depth:
            for name, inner in one.items():
                if isinstance(inner, dict) or name == "result":
                    yield from _found(inner, depth - 1, f"{at}/{name}")


def _read(members: JsonObject, contact: Contact) -> None:
    phone, vcard = members.text("phone_number"), members.text("vcard")
    given, family = members.text("first_name"), members.text("last_name")
    account = members.text("user_id")
    if vcard:
        _read_vcard(members.place, vcard, contact)
    held = {one.name for one in contact.properties}
    if "N" not in held:
        contact.add("N", components(family, given, "", "", ""))
    if "FN" not in held:
        contact.add("FN", " ".join(filter(None, (given, family))))
    name = _words(given, family)
    if name and name not in map(_name, contact.properties):
        contact.problem(f"{members.place}/{'first_name' if given else 'last_name'}", _OTHER_NAME)
    if account and phone.isdecimal():
        phone = f"+{phone}"
    numbers = {_digits(one.value) for one in contact.properties if one.name == "TEL"}
    if _digits(phone) not in numbers:
        contact.add("TEL", phone)
    if account:
        address = f"tg://user?id={account}"
        contact.add("IMPP", address, kind="uri", params=(("SERVICE-TYPE", ("Telegram",)),))


def _read_vcard(place: str, vcard: str, contact: Contact) -> None:
    at = f"{place}/vcard"
    try:
        file = read_cards(vcard.encode("utf-8", "replace"))
    except NotACard:
        contact.problem(at, _NO_VCARD)
        return
    contact.properties += [_unlined(one) for one in file.cards[0].properties]
    for problem in file.problems:
        contact.problem(at, problem.text, problem.code)
    if len(file.cards) > 1:
        contact.problem(at, _MORE_CARDS, IGNORED)


def _unlined(one: Property) -> Property:
    """Return a property without its line, which is one of the vCard and not of the JSON."""
    return structs.replace(one, line=0)


def _name(one: Property) -> str:
    """Return the name that a property has: the given and the family name of N, the text of FN."""
    if one.name == "N" and isinstance(one.value, tuple):
        family, given = one.value[:2]
        return _words(*given, *family)
    return _words(one.value) if one.name == "FN" and isinstance(one.value, str) else ""


def _words(*texts: str) -> str:
    return " ".join(" ".join(texts).split()).casefold()


def _digits(value: Any) -> str:
    """Return the digits of a number, without those of an extension."""
    number = _EXTENSION.split(value)[0] if isinstance(value, str) else ""
    return "".join(filter(str.isdecimal, number))
