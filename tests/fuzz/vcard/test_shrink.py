"""Any contact fits the ceiling of its reader."""

from typing import Final

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from tests.support.shrinking import LARGE, PHONE_LABELS, Anybody, sized, telegram_android, whole
from vcardsvc.model.contact import (
    Contact,
    PhoneLabel,
)
from vcardsvc.vcard import adapted, write
from vcardsvc.vcard.shrink import shrink
from vcardsvc.vcard.targets import TELEGRAM

CEILING: Final = 2_048
"""Bytes of `vcard` in sendContact (Telegram's Bot API)."""
TELEGRAM_WORDS: Final[dict[PhoneLabel, str]] = dict(
    zip(PHONE_LABELS, ("WORK", "HOME", "CELL", "FAX", "PAGER", "MAIN", "OTHER"), strict=True)
)


def one_line(text: str) -> str:
    """A text as Telegram has it: commas for breaks."""
    lines = [line.strip().rstrip(",") for line in text.split("\n")]
    return ", ".join(line for line in lines if line) if "\n" in text else text


def judged(contact: Contact) -> bool:
    """Assert all that a Telegram card promises; returns whether anything was cut or left out."""
    taken, losses = adapted(contact, TELEGRAM)
    card = write(taken, TELEGRAM)
    assert card.size == len(card.octets) <= CEILING
    shown = telegram_android(card.octets)
    names = (taken.prefix, taken.first, taken.middle, taken.last, taken.suffix)
    assert shown.name == " ".join(filter(None, names))
    assert shown.phones == tuple(
        (phone.e164 or phone.number, TELEGRAM_WORDS[phone.label]) for phone in taken.phones
    )
    assert set(taken.phones) <= set(contact.phones)
    assert taken.first
    names_before = (contact.prefix, contact.first, contact.middle, contact.last, contact.suffix)
    assert all(map(whole, (*names, taken.unit), (*names_before, contact.unit)))
    for part in ("organization", "title", "note"):
        text = one_line(getattr(contact, part)) or getattr(contact, part).replace("\n", " ")
        assert whole(getattr(taken, part), text), part
    read = vobject.readOne(card.octets.decode())
    found = read.n.value
    assert (found.prefix, found.given, found.additional, found.family, found.suffix) == names
    assert len(read.contents.get("tel", ())) == len(taken.phones)
    return any(one.code in ("cut", "dropped") for one in losses)


@pytest.mark.no_cover
@pytest.mark.timeout(300)
def test_any_contact_fits_telegram() -> None:
    """No card has over 2,048 bytes; the app finds name, numbers and labels in each; nothing is cut
    inside a character, and vobject reads it."""
    anybody, drawn = Anybody(20_480), examples(10_000).max_examples
    smaller = sum(judged(anybody.one()) for _ in range(drawn))
    assert drawn / 2 < smaller < drawn


@examples(100)
@given(st.integers(60, 4_300))
def test_the_name_stays_to_the_end(ceiling: int) -> None:
    """Under any ceiling there is a name, and while anything else of a card can go, more of it than
    its share, or all."""
    left, _ = shrink(LARGE, sized, ceiling)
    assert sized(left) <= ceiling
    assert left.first
    assert LARGE.first.startswith(left.first)
    others = (left.note, left.title, left.unit, left.organization, left.phones)
    if any((*others, left.suffix, left.prefix, left.middle)) and left.first != LARGE.first:
        assert len(left.first) >= ceiling // 8 // 2 - 12  # it stands in N and in FN
