"""Defines what a platform's message loses of a contact, and names what it does not hold.

A writer says which parts and entries stand in its message; everything else of the contact is named
here, so that nothing is left out without a note.
"""

from collections.abc import Collection, Iterator
from typing import Final

from vcardsvc.errors import CUT, DOUBTFUL, DROPPED, JOINED, RELABELLED, UNREAD
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Loss, Part
from vcardsvc.vcard.losses import LossKind, loss

NO_PLACE: Final = LossKind(code=DROPPED, reason="The platform's message has no place for it.")
NO_ROOM: Final = LossKind(code=DROPPED, reason="The platform's message has no more room for it.")
CUT_TEXT: Final = LossKind(
    code=CUT, reason="It is cut, to fit the characters that the platform takes."
)
CUT_CAPTION: Final = LossKind(
    code=CUT, reason="The line beside the card is cut; the card has all of it."
)
LABEL_LOST: Final = LossKind(
    code=RELABELLED, reason="The platform's message has no place for this label."
)
MARK_LOST: Final = LossKind(
    code=DROPPED, reason="The platform's message marks no entry as preferred."
)
LINES_JOINED: Final = LossKind(
    code=JOINED, reason="The platform shows it in one line; line breaks became blanks."
)
EXTENSION_LOST: Final = LossKind(
    code=CUT, reason="The platform dials the number, and no extension of it."
)
NO_COUNTRY_CODE: Final = LossKind(
    code=DOUBTFUL,
    reason="The number is sent as typed: no country code is known, and the platform asks for one.",
)
NAME_TELEGRAM: Final = LossKind(code=CUT, reason="Telegram shows 64 characters of a name.")
BEHIND_LINK: Final = LossKind(
    code=UNREAD, reason="The message does not show it; the card behind its link has it."
)
INSECURE_LINK: Final = LossKind(
    code=DOUBTFUL,
    reason="The platform fetches https addresses alone: set VCARDSVC_PUBLIC_URL to one.",
)

LOSSES: Final = (
    NO_PLACE, NO_ROOM, CUT_TEXT, CUT_CAPTION, LABEL_LOST, MARK_LOST, LINES_JOINED,
    EXTENSION_LOST, NO_COUNTRY_CODE, NAME_TELEGRAM, BEHIND_LINK, INSECURE_LINK,
)  # fmt: skip
"""Every kind of loss of a message; a test covers each."""

Place = tuple[Part, int | None, str]
"""A part of a contact, the index of an entry of it, and a member of the entry ("" for all)."""

NAME: Final[tuple[Part, ...]] = ("prefix", "first", "middle", "last", "suffix")
"""The parts of a name, in the order of FN."""

NAME_AND_WORK: Final[tuple[Part, ...]] = (*NAME, "organization", "unit", "title")
"""The parts that every message of a contact with members for them holds."""

TEXTS: Final[tuple[Part, ...]] = (*NAME_AND_WORK, "note", "uid", "photo")
LISTS: Final[tuple[Part, ...]] = ("phones", "emails", "addresses", "websites")


def entry_places(part: Part, index: int | None, *, labelled: bool = True) -> frozenset[Place]:
    """Return the places that a message with this entry holds, with or without its label."""
    members = ("", "label") if labelled else ("",)
    return frozenset((part, index, member) for member in members)


def places(contact: Contact) -> Iterator[Place]:
    """Yield every part, entry, label and mark of a contact."""
    for part in TEXTS:
        if getattr(contact, part):
            yield part, None, ""
    for part in LISTS:
        for index, entry in enumerate(getattr(contact, part)):
            yield part, index, ""
            if getattr(entry, "own_label", "") or entry.label:
                yield part, index, "label"
            if getattr(entry, "preferred", False):
                yield part, index, "preferred"
    for index in range(len(contact.extra)):
        yield "extra", index, ""


def not_held(
    contact: Contact, held: Collection[Place], kind: LossKind = NO_PLACE
) -> tuple[Loss, ...]:
    """Return a loss for each place of a contact that is not in `held`: of this kind for a part or
    an entry, which is named once, and of their own for a label and a mark."""
    lost: list[Loss] = []
    for part, index, member in places(contact):
        if (part, index, member) in held:
            continue
        if not member:
            lost.append(loss(kind, part, index))
        elif (part, index, "") in held:
            own = LABEL_LOST if member == "label" else MARK_LOST
            lost.append(loss(own, part, index, member))
    return tuple(lost)
