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
from vcardsvc.vcard.card_losses import NOT_SHOWN_IN_V40
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
        "addresses": ("text", "locality", "region", "code", "nation", "extended", "box"),
        "websites": ("url", "label"),
    }
)
"""The lists of a contact, and the text attributes of their entries."""

LABELLED: Final[tuple[Part, ...]] = ("phones", "emails", "addresses")
"""The lists whose labels are written as `TYPE=`; a website and a label of one's own have an
X-ABLabel, which is read."""

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
    yield from _lost_texts_in_v40(contact, profile)
    for part in LABELLED:
        for index, entry in enumerate(getattr(contact, part)):
            if not entry.own_label:
                yield loss(LABEL_APPLE, part, index, "label")
    if profile.tel_uris:
        for index, phone in enumerate(contact.phones):
            if tel_uri(phone.e164 or ""):
                yield loss(TEL_URI_APPLE, "phones", index, "number")


def _lost_texts_in_v40(contact: Contact, profile: Profile) -> Iterator[Loss]:
    for part, index, member, text in _texts(contact):
        if not text.isascii() and not profile.charset:
            yield loss(ACCENTS_APPLE, part, index, member)
        is_cut = _is_cut(contact, part, index, member)
        if ";" in text and not profile.semicolons_escaped and is_cut:
            yield loss(SEMICOLON_APPLE, part, index, member)


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
    for index, each in enumerate(contact.extra):
        if each.name not in NOT_SHOWN_IN_V40["apple"]:
            texts = (each.value,) if isinstance(each.value, str) else each.value
            joined = ",".join(map(str, texts)) if isinstance(texts, tuple) else ""
            yield "extra", index, "", joined


def _is_cut(contact: Contact, part: Part, index: int | None, member: str) -> bool:
    """Return whether a bare semicolon ends this text: in TITLE, NICKNAME and X-ABLabel (and in FN,
    which shows only if N and ORG are empty, which they never are)."""
    if part == "extra" and index is not None:
        return contact.extra[index].name == "NICKNAME"
    return part == "title" or (part == "websites" and member == "label")
