"""A contact, made small enough for a reader that takes so many bytes of a card.

First whatever is longer than its share is cut, then the least needed goes, piece by piece; the
name and the first number that fits stay to the end. What must never enter here: a profile's words.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Loss, Part
from vcardsvc.validation.graphemes import boundary
from vcardsvc.vcard.losses import CUT_TO_FIT, LEFT_OUT_TO_FIT, Unfit, lost

SHARE: Final = 8
"""The part of the ceiling that a text or an entry may have while others are left whole: one in so
many."""

LADDER: Final[tuple[tuple[Part, int], ...]] = (
    ("note", 0), ("websites", 0), ("title", 0), ("addresses", 0), ("emails", 0),
    ("unit", 0), ("organization", 0), ("phones", 1), ("suffix", 0), ("prefix", 0), ("middle", 0),
    ("phones", 0), ("last", 0), ("first", 0),
)  # fmt: skip
"""What goes first, and how many entries of it stay; of a name, a character stays at least."""

NAMES: Final[tuple[Part, ...]] = ("first", "last", "organization")
"""Where the name of a card is from: the first of these that says anything."""

SLACK: Final = 12
"""Bytes that are not worth another look when a text is cut: a character of quoted-printable."""

Size = Callable[[Contact], int]


def fit(contact: Contact, size: Size, ceiling: int) -> tuple[Contact, tuple[Loss, ...]]:
    """`contact` with a card of at most `ceiling` bytes, as `size` measures it, and what is lost.

    A place in a loss is a place in the lists of `contact` as it came. Raises Unfit.
    """
    fitting = _Fitting(contact, size, ceiling)
    for share in (ceiling // SHARE, 0):
        for part, keep in LADDER:
            if fitting.done():
                break
            fitting.shorten(part, keep, share)
    if fitting.done():
        return fitting.contact, tuple(fitting.losses.values())
    raise Unfit("first", f"No card of this contact fits {ceiling} bytes.")


class _Fitting:
    def __init__(self, contact: Contact, size: Size, ceiling: int) -> None:
        self.size = size
        self.ceiling = ceiling
        self._take(contact, size(contact))
        self.losses: dict[tuple[Part, int | None], Loss] = {}
        self._places = {
            part: list(range(len(getattr(contact, part))))
            for part, _ in LADDER
            if isinstance(getattr(contact, part), tuple)
        }

    def done(self) -> bool:
        """Whether it fits now."""
        return self.now <= self.ceiling

    def _take(self, contact: Contact, size: int) -> None:
        """This is the contact from now on; its card was measured."""
        self.contact = contact
        self.now = size

    def shorten(self, part: Part, keep: int, share: int) -> None:
        """Cut this part, or leave entries of it out, as far as needed and down to its share."""
        if part in self._places:
            self._leave_out(part, keep, share)
        else:
            self._cut(part, share)

    def _leave_out(self, part: Part, keep: int, share: int) -> None:
        entries = getattr(self.contact, part)
        for index in range(len(entries) - 1, -1, -1):
            if self.done() or (len(entries) <= keep and not share):
                return
            without = entries[:index] + entries[index + 1 :]
            smaller = _with(self.contact, part, without)
            size = self.size(smaller)
            if self.now - size <= share:
                continue
            place = self._places[part].pop(index)
            self.losses[part, place] = lost(LEFT_OUT_TO_FIT, part, place)
            self._take(smaller, size)
            entries = without

    def _cut(self, part: Part, share: int) -> None:
        text: str = getattr(self.contact, part)
        if not text:
            return
        empty = self.size(_with(self.contact, part, ""))
        room = max(share, self.ceiling - empty)
        length = self._longest(part, empty, empty + room)
        if length == len(text):
            return
        end = boundary(text, length)
        if not end and part == next((one for one in NAMES if getattr(self.contact, one)), None):
            end = max(1, length)  # a name of one endless character is cut hard: it may not be empty
        left = text[:end].rstrip() or text[:end]
        shorter = _with(self.contact, part, left)
        self._take(shorter, self.size(shorter))
        self.losses[part, None] = lost(CUT_TO_FIT if left else LEFT_OUT_TO_FIT, part)

    def _longest(self, part: Part, empty: int, size: int) -> int:
        """How many code points of this part make a card of at most `size` bytes, or nearly so many;
        without any it has `empty` bytes."""
        text: str = getattr(self.contact, part)
        if self.now <= size:
            return len(text)
        low, least, high, most = 0, empty, len(text), self.now
        halve = False
        while high - low > 1 and size - least > (SLACK if low else 0):
            # As if all characters were of one size, as they mostly are; every other time by halves.
            step = (high - low) // 2 if halve else (high - low) * (size - least) // (most - least)
            halve = not halve
            guess = min(max(low + step, low + 1), high - 1)
            found = self.size(_with(self.contact, part, text[:guess]))
            if found <= size:
                low, least = guess, found
            else:
                high, most = guess, found
        return low


def _with(contact: Contact, part: Part, value: object) -> Contact:
    """The contact with another value of this part, of the type that it has."""
    changes: dict[str, Any] = {part: value}
    return replace(contact, **changes)
