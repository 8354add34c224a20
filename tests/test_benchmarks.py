"""The benchmarks run and measure what they say; how fast anything is, no test asks."""

import re

import pytest

from benchmarks import bodies, cards
from vcardsvc.contact import Contact, Note
from vcardsvc.dialects.base import Ask
from vcardsvc.dialects.native import Native
from vcardsvc.rules import Policy

RATIO = re.compile(r"[0-9.]+ \([0-9.]+ to [0-9.]+\) \|")
MANY = 300


def test_cards_prints_a_ratio_for_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    """The cheapest benchmark compares the cards, then prints one row for each rival."""
    cards.main(["--quick"])
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| card")]
    assert [row.split(" | ")[0] for row in rows] == [
        f"| card with four of everything : {cards.VOBJECT}",
        f"| card with a 100 kB photo : {cards.VOBJECT}",
        f"| card with a 100 kB photo : {cards.VOBJECT}, photo folded at 75 octets",
    ]
    assert [row for row in rows if not RATIO.search(row)] == []


def test_every_international_number_is_valid_and_different() -> None:
    """Each body of the numbers' benchmark has two numbers of its own, and both are formatted."""
    native = Native(policy=Policy())
    orders = [
        native.read(Ask(body=bodies.body(index, international=True))) for index in range(MANY)
    ]
    noted = tuple(Note(field=f"phone/{index}/number", code="e164") for index in (0, 1))
    assert {order.notes for order in orders} == {noted}
    numbers = {phone.e164 for order in orders for phone in order.contact.phones}
    assert len(numbers) > 1.9 * MANY


def test_every_typed_number_stays_as_typed() -> None:
    """Each body of the other benchmarks is different, accepted, and holds nothing to format."""
    given = [bodies.body(index) for index in range(MANY)]
    contacts = [bodies.contact(body) for body in given]
    assert len(set(given)) == MANY
    assert {phone.e164 for contact in contacts for phone in contact.phones} == {None}


def test_a_full_contact_has_four_of_everything() -> None:
    """What the card writers are given fills every list of the contract."""

    def lengths(contact: Contact) -> tuple[int, ...]:
        return tuple(
            len(entries)
            for entries in (contact.phones, contact.emails, contact.addresses, contact.websites)
        )

    assert {lengths(bodies.full(index)) for index in range(50)} == {(4, 4, 4, 4)}


def test_two_writers_that_differ_are_not_timed() -> None:
    """A rival that writes another name stops the benchmark, naming the property."""
    ours, rival, _ = cards.within()
    other = cards.Writer(
        name="a liar",
        card=lambda photo: rival.card(photo).replace("\r\nFN:", "\r\nFN:Not "),
        seconds=rival.seconds,
    )
    with pytest.raises(RuntimeError, match="a liar writes another fn"):
        cards.check(ours, other, photo=False)
