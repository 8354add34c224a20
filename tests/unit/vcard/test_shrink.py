"""Cards with a ceiling: nothing passes it, and what is left is whole, readable and the needed."""

from dataclasses import replace
from typing import Any, Final

import pytest
from msgspec import structs

from tests.support import strict_vcard as strict
from tests.support.cpu_budget import within_cpu_budget
from tests.support.shrinking import LARGE, Anybody, Shown, sized, telegram_android, whole
from vcardsvc.model.contact import (
    Contact,
    Phone,
    Photo,
)
from vcardsvc.model.request import Version
from vcardsvc.vcard import MMS_CEILING, CannotRender, adapted, photo_budget, profile, write
from vcardsvc.vcard.shrink import shrink
from vcardsvc.vcard.targets import TELEGRAM

LEAST_PHOTO: Final = 2_000
"""Bytes of JPEG that an operator may leave to a photo (the setting `photo_budget`)."""

LEAST_MMS: Final = 20_000
"""Bytes of the smallest limit that an operator may set for MMS."""


def test_a_whole_card_is_shown_as_it_is() -> None:
    """What fits is neither cut nor left out, and is what Telegram's app shows."""
    contact = Contact(
        first="Zoë",
        last="O;Neill",
        note="Never the name",
        phones=(
            Phone(number="+16502530000", label="mobile", e164="+16502530000"),
            Phone(number="020 7946 0958 x7", label="main"),
        ),
    )
    taken, losses_found = adapted(contact, TELEGRAM)
    assert (structs.replace(taken, uid=""), losses_found) == (contact, ())
    assert telegram_android(write(contact, TELEGRAM).octets) == Shown(
        name="Zoë O;Neill",
        phones=(("+16502530000", "CELL"), ("020 7946 0958 x7", "MAIN")),
    )


MMS_VERSIONS: Final[tuple[Version, ...]] = ("2.1", "3.0", "4.0")


@pytest.mark.parametrize("version", MMS_VERSIONS)
@pytest.mark.parametrize("ceiling", [LEAST_MMS, MMS_CEILING])
def test_any_contact_fits_its_message(version: Version, ceiling: int) -> None:
    """With a photo of all the bytes that are left for it, and without, a card keeps its ceiling;
    the photo always has room for something to be seen."""
    chosen = replace(profile("mms", version), ceiling=ceiling)
    anybody = Anybody(ceiling)
    for times in (1, 8, 60) * 5:
        drawn = anybody.one()
        contact = structs.replace(drawn, note=drawn.note * times, title=drawn.title * times)
        plain, _ = adapted(contact, chosen)
        assert write(plain, chosen).size <= ceiling
        taken, _ = adapted(contact, chosen, photo=True)
        side, octets = photo_budget(taken, chosen, 720, 10_000_000)
        assert side == 720
        assert LEAST_PHOTO <= octets < ceiling
        photo = Photo(jpeg=anybody.random.randbytes(octets), width=1, height=1)
        size = write(structs.replace(taken, photo=photo), chosen).size
        assert ceiling - 200 < size <= ceiling


@pytest.mark.parametrize("photo", [False, True])
def test_a_card_for_mms_is_one_that_strict_readers_take(photo: bool) -> None:
    """Cut or not, every card keeps RFC 2426 and has the contact's fields, as far as it goes."""
    chosen = replace(profile("mms"), ceiling=LEAST_MMS)
    anybody = Anybody(7)
    for _ in range(40):
        drawn = anybody.one()
        contact = structs.replace(drawn, note=drawn.note * 9, organization=drawn.organization * 9)
        taken, _ = adapted(contact, chosen, photo=photo)
        read = strict.parse(write(taken, chosen).octets)
        assert (read.n[:3], read.note or "") == (
            (taken.last, taken.first, taken.middle),
            taken.note,
        )
        assert whole(taken.note, contact.note)
        assert [number for _, number in read.phones] == [
            one.e164 or one.number for one in taken.phones
        ]


def test_a_card_without_a_ceiling_has_the_operators_photo() -> None:
    """A card without a ceiling has the photo that the operator allows, Outlook's at most 36 kB."""
    contact = Contact(first="John", note="x" * 250_000)
    assert photo_budget(contact, profile("universal"), 720, 100_000) == (720, 100_000)
    assert photo_budget(contact, profile("outlook"), 720, 100_000) == (720, 36_000)
    assert photo_budget(contact, profile("outlook"), 320, 9_000) == (320, 9_000)


GONE: Final = ("note", "websites", "title", "addresses", "emails", "unit", "organization")
NAMES: Final = ("suffix", "prefix", "middle", "last")
STEPS: Final[list[tuple[int, dict[str, str]]]] = [
    (4_205, {}),
    (4_150, {"organization": "cut"}),
    (3_000, dict.fromkeys(("note", "organization", *NAMES, "first"), "cut")),
    (
        500,
        dict.fromkeys(GONE[:5], "dropped")
        | dict.fromkeys(("unit", "organization", *NAMES, "first"), "cut"),
    ),
    (56, dict.fromkeys((*GONE, "phones", *NAMES), "dropped") | {"first": "cut"}),
]
"""The ceiling, and the code of each part of LARGE that loses something: what is over an eighth of
it is cut first, the note goes first, the name last."""


@pytest.mark.parametrize(("ceiling", "expected"), STEPS)
def test_the_least_needed_goes_first(ceiling: int, expected: dict[str, str]) -> None:
    """What is longer than its share is cut; then parts go, in their order."""
    left, losses_found = shrink(LARGE, sized, ceiling)
    assert ceiling - 24 <= sized(left) <= ceiling
    assert {one.part: one.code for one in losses_found} == expected


ONE_NAME: Final = [
    (Contact(last="Ólafsdóttir"), "last"),
    (Contact(organization="Brandt and Sons"), "organization"),
    (Contact(first="a" + "\u0301" * 90, last="b"), "first"),
]


@pytest.mark.parametrize(("contact", "part"), ONE_NAME)
@pytest.mark.parametrize("ceiling", [60, 66, 80])
def test_no_card_is_left_without_a_name(contact: Contact, part: str, ceiling: int) -> None:
    """A family name alone, a company, and a first name that is one endless character stay."""
    left, _ = shrink(contact, sized, ceiling)
    assert getattr(left, part)
    assert sized(left) <= ceiling


def test_a_card_without_any_room_is_refused() -> None:
    """Not even a name fits 50 bytes."""
    with pytest.raises(CannotRender, match="50 bytes") as caught:
        shrink(LARGE, sized, 50)
    assert caught.value.part == "first"


NOTES: Final = [
    "é " * 62_500,
    "a;" * 125_000,
    "😀" * 62_000,
    "🇩🇪" * 31_000,
    "a" + "\u0301" * 125_000,
    "x" * 130_000 + "😀" * 30_000,
    "😀" * 30_000 + "x" * 130_000,
    "\\" * 250_000,
]


@pytest.mark.parametrize("note", NOTES, ids=[ascii(note[:2]) for note in NOTES])
@pytest.mark.parametrize(("target", "version"), [("telegram", ""), ("mms", ""), ("mms", "2.1")])
def test_the_largest_note_costs_little(note: str, target: Any, version: Any) -> None:
    """A note of 250 kB is cut in a moment, to nearly all that fits."""
    chosen = profile(target, version)
    contact = Contact(first="John", note=note, uid="1")
    taken, _ = within_cpu_budget(1.0, lambda: adapted(contact, chosen, photo=True))
    size = write(taken, chosen).size
    assert size <= chosen.ceiling
    if taken.note and taken.note != note:
        room = chosen.ceiling - (30_000 if chosen.photo else 0)
        assert room - 200 < size <= room
