"""Lists a contact as people read it: a title, a line below it, and one line for each entry.

Platforms whose messages have no members of a contact show these texts.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from vcardsvc.messengers.losses import CUT_TEXT, LINES_JOINED, NAME, Place, entry_places
from vcardsvc.messengers.names import (
    has_words,
    in_extra,
    is_made_of,
    shown_name,
    stand_in,
    street,
)
from vcardsvc.messengers.numbers import number_text
from vcardsvc.messengers.payload import Measure, fits, joined, one_line, shortened
from vcardsvc.model.card import Property
from vcardsvc.model.contact import Address, Contact, Email, Phone
from vcardsvc.model.request import Loss, Part
from vcardsvc.validation.standard_texts import basic_date
from vcardsvc.vcard.adaptation import extended_date
from vcardsvc.vcard.losses import loss

DAY: Final = len("1990-05-14")
"""The characters of a whole date in the extended form of ISO 8601; others have fewer."""

NOTE_LEAST: Final = 20
"""The fewest characters to which a note is cut. Our choice: fewer say nothing."""

_BELOW: Final[tuple[Part, ...]] = (*NAME, "title", "unit", "organization")
"""What stands below the title, unless the title has it."""


class Headline(Struct, frozen=True, kw_only=True):
    """Holds the title and the line below it, the places of a contact that stand there, and what is
    cut of them."""

    title: str
    subtitle: str
    held: frozenset[Place]
    losses: tuple[Loss, ...]


class Entry(Struct, frozen=True, kw_only=True):
    """Holds the text of one entry of a contact, and its label for people."""

    part: Part
    text: str
    index: int | None = None
    label: str = ""

    @property
    def line(self) -> str:
        """Return the entry in one text: `+16505550123 (work)`."""
        return f"{self.text} ({self.label})" if self.label else self.text

    @property
    def held(self) -> frozenset[Place]:
        """Return the places of a contact that a message with this entry holds."""
        return entry_places(self.part, self.index, labelled=bool(self.label))


def headline(contact: Contact, title: int, subtitle: int, measure: Measure) -> Headline:
    """Return the name of a contact in at most `title` of what `measure` counts, and what is left of
    the name, the job title, the unit and the organization in at most `subtitle` (0: no such line).
    """
    at, pieces = shown_name(contact)
    above, cut_above = joined(pieces, title, CUT_TEXT, measure)
    texts = {part: text for part in _BELOW if (text := one_line(getattr(contact, part)))}
    shown: set[Part] = {part for part, _ in pieces}
    if at >= 0:
        shown |= {part for part, text in texts.items() if has_words(above, text)}
        if is_made_of(above, texts.get("first", ""), texts.get("last", "")):
            shown |= {"first", "last"}
    left = [(part, text) for part, text in texts.items() if part not in shown and subtitle]
    below, cut_below = joined(left, subtitle, CUT_TEXT, measure)
    parts: set[Part] = shown | {part for part, _ in left}
    held: set[Place] = {(part, None, "") for part in parts}
    lines: tuple[Part, ...] = ("organization", "title")
    broken = tuple(
        loss(LINES_JOINED, part)
        for part in lines
        if (part, None, "") in held and "\n" in getattr(contact, part)
    )
    return Headline(
        title=above or shortened(stand_in(contact), title, measure),
        subtitle=below,
        held=frozenset({*held, ("extra", at, "")}),
        losses=(*in_extra(cut_above, at), *cut_below, *broken),
    )


def left_over(contact: Contact, held: frozenset[Place]) -> list[Entry]:
    """Return the parts that a headline has not, each as an entry without a label."""
    return [
        Entry(part=part, text=text)
        for part in _BELOW
        if (text := getattr(contact, part)) and (part, None, "") not in held
    ]


class Lines(Struct, frozen=True, kw_only=True):
    """Holds entries in one text, their places, and what is cut of them."""

    text: str
    held: frozenset[Place]
    losses: tuple[Loss, ...]


def lines_of(found: Iterable[Entry], most: int, measure: Measure) -> Lines:
    """Return the entries that fit into `most` of what `measure` counts, one below the other.

    An entry that is too long is left out, and a shorter one after it may fit; a note is cut, unless
    there is room for fewer than NOTE_LEAST.
    """
    lines: list[str] = []
    held: set[Place] = set()
    losses: list[Loss] = []
    room = most
    for one in found:
        line = one.line
        if one.part == "note" and room >= NOTE_LEAST and not fits(line, room, measure):
            line = shortened(line, room, measure)
            losses.append(loss(CUT_TEXT, "note"))
        if fits(line, room, measure):
            lines.append(line)
            held |= one.held
            room -= measure(line) + 1  # the line break
    return Lines(text="\n".join(lines), held=frozenset(held), losses=tuple(losses))


def entries(contact: Contact) -> Iterator[Entry]:
    """Yield the entries of a contact: numbers, e-mails, addresses, websites, birthday, note."""
    for index, phone in enumerate(contact.phones):
        yield Entry(part="phones", index=index, text=number_text(phone), label=label_of(phone))
    for index, email in enumerate(contact.emails):
        yield Entry(part="emails", index=index, text=email.address, label=label_of(email))
    for index, address in enumerate(contact.addresses):
        text = address_text(address)
        yield Entry(part="addresses", index=index, text=text, label=label_of(address))
    for index, website in enumerate(contact.websites):
        yield Entry(part="websites", index=index, text=website.url, label=website.label)
    at, day = birthday(contact)
    if day:
        yield Entry(part="extra", index=at, text=day, label="birthday")
    if contact.note:
        yield Entry(part="note", text=contact.note)


def label_of(entry: Phone | Email | Address) -> str:
    """Return the label of an entry: its own, or the one of the table."""
    return entry.own_label or entry.label


def address_text(address: Address) -> str:
    """Return an address as one text, its parts separated by commas."""
    place = " ".join(filter(None, (address.code, address.locality)))
    nation = address.nation or address.country.upper()
    return ", ".join(filter(None, (street(address), place, address.region, nation)))


def birthday(contact: Contact) -> tuple[int, str]:
    """Return the index and the text (`1990-05-14`) of the first birthday that is a whole date of
    the calendar; (-1, "") without one."""
    for index, prop in enumerate(contact.extra):
        if day := _day(prop):
            return index, day
    return -1, ""


def _day(prop: Property) -> str:
    """Return a birthday in the extended form; "" for another property, without a year, and for a
    day that does not exist."""
    if prop.name != "BDAY" or not isinstance(prop.value, str):
        return ""
    day = extended_date(prop.value)
    return day if len(day) == DAY and basic_date(day) else ""
