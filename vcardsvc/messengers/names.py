"""Names a contact in one line: for a title, or beside its card."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from msgspec import structs

from vcardsvc.messengers.losses import CUT_CAPTION, NAME
from vcardsvc.messengers.payload import joined, one_line, shortened
from vcardsvc.model.contact import Address, Contact
from vcardsvc.model.request import Loss, Part
from vcardsvc.vcard.contact_view import text_of
from vcardsvc.vcard.properties import full_name

CAPTION: Final = 160
"""The most characters of the line beside a card, which names the contact. Our choice: the platforms
accept more."""

STAND_IN: Final = 60
"""The most characters of an entry that stands for a name. Our choice."""

NO_NAME: Final = "Contact"
"""What stands for a name where a contact has no text at all."""

_UNPARTED: Final = (
    "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "THAI", "LAO", "KHMER",
    "MYANMAR", "TIBETAN",
)  # fmt: skip
"""The beginnings of the names of characters that are written without blanks between words; those of
Hangul in names."""


def caption(
    contact: Contact, limit: int = CAPTION, *, others: int = 0
) -> tuple[str, tuple[Loss, ...]]:
    """Return one line that names a contact beside its card, and what is cut of it. The name is that
    of the card if it has one; `others` is the number of the other cards.

    John Appleseed Jr., Dunder Mifflin
    John Appleseed Jr., Dunder Mifflin and 2 more
    """
    at, pieces = shown_name(contact)
    and_others = and_more(others)
    organization = one_line(contact.organization)
    names = [text.casefold() for _, text in pieces]
    if organization and names != [organization.casefold()]:  # a company's name once
        pieces.append(("organization", organization))
    text, losses = joined(pieces, limit - len(and_others), CUT_CAPTION)
    return f"{text or stand_in(contact)}{and_others}", in_extra(losses, at)


def and_more(others: int) -> str:
    """Return what stands behind the name of the first of several cards."""
    return f" and {others} more" if others else ""


def shown_name(contact: Contact) -> tuple[int, list[tuple[Part, str]]]:
    """Return the name that a contact is shown by, in texts: FN and its index among the further
    properties if the card had one, else the parts of the name, and -1."""
    at, written = written_name(contact)
    return at, [("extra", written)] if at >= 0 else name_pieces(contact)


def in_extra(losses: Iterable[Loss], at: int) -> tuple[Loss, ...]:
    """Return losses of texts of `shown_name` with the index of FN."""
    return tuple(structs.replace(one, index=at) if one.part == "extra" else one for one in losses)


def has_words(text: str, words: str) -> bool:
    """Return whether a text has these words, whole, in any case. In scripts without blanks between
    words, a word may stand anywhere."""
    text, words = text.casefold(), words.casefold()
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        edges = ((text[start - 1 : start], words[:1]), (words[-1:], text[end : end + 1]))
        if not any(_is_inside(*edge) for edge in edges):
            return True
        start = text.find(words, start + 1)
    return False


def is_made_of(name: str, first: str, last: str) -> bool:
    """Return whether a name is this first and last name in either order and in any case, whether
    blanks part them or not."""
    squeezed = "".join(name.split()).casefold()
    both = (first + last, last + first)
    return squeezed in ["".join(one.split()).casefold() for one in both]


def _is_inside(before: str, after: str) -> bool:
    """Return whether a word goes on between these two characters, each of which may be missing."""
    return bool(before and after) and _is_parted(before) and _is_parted(after)


def _is_parted(character: str) -> bool:
    """Return whether a character is part of a word that blanks part from others."""
    is_letter = unicodedata.category(character)[0] in "LMN" or character == "_"
    return is_letter and not unicodedata.name(character, "").startswith(_UNPARTED)


def display_name(contact: Contact) -> str:
    """Return the name in one line: as the contact's card has it, else made of its parts; without a
    name what stands for it."""
    return written_name(contact)[1] or one_line(full_name(contact)) or stand_in(contact)


def name_pieces(contact: Contact) -> list[tuple[Part, str]]:
    """Return the parts that the full name of a contact is made of, each in one line."""
    organization = one_line(contact.organization)
    if one_line(full_name(contact)) == organization:
        return [("organization", organization)] if organization else []
    return [(part, text) for part in NAME if (text := one_line(getattr(contact, part)))]


def nameless(contact: Contact) -> str:
    """Return what stands for the first name of a contact without first and last name, in one line:
    the company's name, else what stands for any name."""
    return one_line(contact.organization) or stand_in(contact)


def stand_in(contact: Contact) -> str:
    """Return what stands for the name of a contact without one, since platforms require a name: the
    beginning of its first entry. Cards that were read may have no name."""
    texts = [
        *(phone.number for phone in contact.phones),
        *(email.address for email in contact.emails),
        *(website.url for website in contact.websites),
        *(street(address) or address.locality for address in contact.addresses),
        contact.note,
    ]
    return next((shortened(line, STAND_IN) for text in texts if (line := one_line(text))), NO_NAME)


def street(address: Address) -> str:
    """Return the post-office box, what the street does not say, and the street."""
    return ", ".join(filter(None, (address.box, address.extended, address.text)))


def written_name(contact: Contact) -> tuple[int, str]:
    """Return the index and the text of FN among the further properties; (-1, "") without one."""
    for index, prop in enumerate(contact.extra):
        if prop.name == "FN" and isinstance(prop.value, str) and (text := one_line(text_of(prop))):
            return index, text
    return -1, ""
