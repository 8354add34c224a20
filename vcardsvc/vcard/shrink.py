"""Shrinks a contact until its card fits a number of bytes.

Strategy: first every part that is longer than its share is cut, then parts are removed in the order
of LADDER; the name and the first number that fits stay to the end.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec import structs

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Loss, Part
from vcardsvc.validation.graphemes import boundary
from vcardsvc.vcard.losses import CUT_TO_FIT, LEFT_OUT_TO_FIT, CannotRender, loss

SHARE: Final = 8
"""A text or an entry may take one SHARE-th of the ceiling before others are removed."""

LADDER: Final[tuple[tuple[Part, int], ...]] = (
    ("note", 0), ("websites", 0), ("extra", 0), ("title", 0), ("addresses", 0), ("emails", 0),
    ("unit", 0), ("organization", 0), ("phones", 1), ("suffix", 0), ("prefix", 0), ("middle", 0),
    ("phones", 0), ("last", 0), ("first", 0),
)  # fmt: skip
"""The parts in the order of their removal, and how many entries stay; of the name a character."""

NAMES: Final[tuple[Part, ...]] = ("first", "last", "organization")
"""The first of these that is not empty is the name of a card."""

SLACK: Final = 12
"""Bytes that may stay unused when a text is cut: one character of quoted-printable."""

Size = Callable[[Contact], int]


def shrink(contact: Contact, size: Size, ceiling: int) -> tuple[Contact, tuple[Loss, ...]]:
    """Return a contact with a card of at most `ceiling` bytes, as `size` measures it, and the
    losses.

    The index of a loss is an index into the lists of `contact`. Raises CannotRender if nothing
    fits.
    """
    shrinking = _Shrinking(contact, size, ceiling)
    for share in (ceiling // SHARE, 0):
        for part, keep in LADDER:
            if shrinking.done():
                break
            shrinking.shorten(part, keep, share)
    if shrinking.done():
        return shrinking.contact, tuple(shrinking.losses.values())
    raise CannotRender("first", f"No card of this contact fits {ceiling} bytes.")


class _Shrinking:
    """Holds the contact at one step of shrinking, the size of its card, and the losses so far."""

    def __init__(self, contact: Contact, size: Size, ceiling: int) -> None:
        self.size = size
        self.ceiling = ceiling
        self._replace(contact, size(contact))
        self.losses: dict[tuple[Part, int | None], Loss] = {}
        self._indices = {
            part: list(range(len(getattr(contact, part))))
            for part, _ in LADDER
            if isinstance(getattr(contact, part), tuple)
        }

    def done(self) -> bool:
        """Return whether the card is within the ceiling."""
        return self.size_now <= self.ceiling

    def _replace(self, contact: Contact, size: int) -> None:
        """Go on with a smaller contact, whose card has `size` bytes."""
        self.contact = contact
        self.size_now = size

    def shorten(self, part: Part, keep: int, share: int) -> None:
        """Cut this part, or remove entries of it, as far as needed and down to `share` bytes."""
        if part in self._indices:
            self._remove_entries(part, keep, share)
        else:
            self._cut(part, share)

    def _remove_entries(self, part: Part, keep: int, share: int) -> None:
        entries = getattr(self.contact, part)
        for index in range(len(entries) - 1, -1, -1):
            if self.done() or (len(entries) <= keep and not share):
                return
            without = entries[:index] + entries[index + 1 :]
            smaller = _with(self.contact, part, without)
            size = self.size(smaller)
            if self.size_now - size <= share:
                continue
            first_index = self._indices[part].pop(index)
            self.losses[part, first_index] = loss(LEFT_OUT_TO_FIT, part, first_index)
            self._replace(smaller, size)
            entries = without

    def _cut(self, part: Part, share: int) -> None:
        text: str = getattr(self.contact, part)
        if not text:
            return
        empty = self.size(_with(self.contact, part, ""))
        available = max(share, self.ceiling - empty)
        length = self._longest(part, empty, empty + available)
        if length == len(text):
            return
        end = boundary(text, length)
        if not end and part == next((name for name in NAMES if getattr(self.contact, name)), None):
            end = max(1, length)  # a name of one long cluster is cut within it: it may not be empty
        left = text[:end].rstrip() or text[:end]
        shorter = _with(self.contact, part, left)
        self._replace(shorter, self.size(shorter))
        self.losses[part, None] = loss(CUT_TO_FIT if left else LEFT_OUT_TO_FIT, part)

    def _longest(self, part: Part, empty: int, size: int) -> int:
        """Return how many code points of this part fit a card of `size` bytes, less up to SLACK
        bytes; without the part the card has `empty` bytes."""
        text: str = getattr(self.contact, part)
        if self.size_now <= size:
            return len(text)
        low, least, high, most = 0, empty, len(text), self.size_now
        halve = False
        while high - low > 1 and size - least > (SLACK if low else 0):
            # Interpolate, since most characters have one size; every other step halves the range.
            step = (high - low) // 2 if halve else (high - low) * (size - least) // (most - least)
            halve = not halve
            guess = min(max(low + step, low + 1), high - 1)
            measured = self.size(_with(self.contact, part, text[:guess]))
            if measured <= size:
                low, least = guess, measured
            else:
                high, most = guess, measured
        return low


def _with(contact: Contact, part: Part, value: object) -> Contact:
    """Return the contact with another value of this part."""
    changes: dict[str, Any] = {part: value}
    return structs.replace(contact, **changes)
