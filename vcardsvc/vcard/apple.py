"""Finds what Apple's reader loses of a card, by its version.

Apple's reader knows 3.0 alone and reads every other version by the rules of 2.1: it takes the file
for Mac Roman unless a line names its CHARSET, ignores `TYPE=`, cuts some texts at a bare semicolon
and unescapes backslashes everywhere. The profile writes cards so that losses are avoided where
possible; the others are listed here.

Source: Apple's vCard reader in public decompiled builds; no device was seen.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Loss, Part, Version
from vcardsvc.vcard.losses import (
    ACCENTS_APPLE,
    BACKSLASH_APPLE,
    LABEL_APPLE,
    SEMICOLON_APPLE,
    TEL_URI_APPLE,
    UID_APPLE,
    loss,
)
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.properties import tel_uri

NAMES: Final[tuple[Part, ...]] = ("prefix", "first", "middle", "last", "suffix")

TEXTS: Final[tuple[Part, ...]] = (*NAMES, "organization", "unit", "title", "note")
"""The parts of a contact that are one text each."""

MEMBERS: Final[Mapping[Part, tuple[str, ...]]] = MappingProxyType(
    {
        "phones": ("number",),
        "emails": ("address",),
        "addresses": ("text", "locality", "region", "code", "nation"),
        "websites": ("url", "label"),
    }
)
"""The lists of a contact, and the text attributes of their entries."""

LABELLED: Final[tuple[Part, ...]] = ("phones", "emails", "addresses")
"""The lists whose labels are written as `TYPE=`; a website has an X-ABLabel, which is read."""

Text = tuple[Part, int | None, str, str]
"""(part, index, member, text): a text of a contact and its place."""


def lost_by_apple(contact: Contact, profile: Profile) -> Iterator[Loss]:
    """Yield what Apple's reader does not show of this card, or changes."""
    if profile.name == "apple" and contact.uid:
        yield loss(UID_APPLE, "uid")
    find = _BY_VERSION.get(profile.version)
    if find is not None:
        yield from find(contact, profile)


def _lost_in_v21(contact: Contact, profile: Profile) -> Iterator[Loss]:
    if not profile.backslashes_doubled:
        for part, index, member, text in _texts(contact):
            if "\\" in text and part in _UNESCAPED_IN_V21:
                yield loss(BACKSLASH_APPLE, part, index, member)


def _lost_in_v40(contact: Contact, profile: Profile) -> Iterator[Loss]:
    for part, index, member, text in _texts(contact):
        if not text.isascii() and not profile.charset:
            yield loss(ACCENTS_APPLE, part, index, member)
        if ";" in text and not profile.semicolons_escaped and _is_cut(contact, part, member):
            yield loss(SEMICOLON_APPLE, part, index, member)
    for part in LABELLED:
        for index in range(len(getattr(contact, part))):
            yield loss(LABEL_APPLE, part, index, "label")
    if profile.tel_uris:
        for index, phone in enumerate(contact.phones):
            if tel_uri(phone.e164 or ""):
                yield loss(TEL_URI_APPLE, "phones", index, "number")


_BY_VERSION: Final[Mapping[Version, Callable[[Contact, Profile], Iterator[Loss]]]] = {
    "2.1": _lost_in_v21,
    "4.0": _lost_in_v40,
}
"""3.0 is read as it is written."""

_UNESCAPED_IN_V21: Final[frozenset[Part]] = frozenset(
    {"title", "note", "phones", "emails", "websites"}
)
"""Parts that 2.1 writes without escapes; so is FN, which shows only if N is empty."""


def _texts(contact: Contact) -> Iterator[Text]:
    for part in TEXTS:
        if text := getattr(contact, part):
            yield part, None, "", text
    for part, members in MEMBERS.items():
        for index, entry in enumerate(getattr(contact, part)):
            for member in members:
                if text := getattr(entry, member):
                    yield part, index, member, text


def _is_cut(contact: Contact, part: Part, member: str) -> bool:
    """Return whether a bare semicolon ends this text: in TITLE and X-ABLabel (and in FN, which
    shows only if N and ORG are empty, which they never are)."""
    return part == "title" or (part == "websites" and member == "label")
