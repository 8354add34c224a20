"""The benchmarks run and measure what they say; how fast anything is, no test asks."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import (
    bodies,
    book,
    book_bulk,
    book_creates,
    book_data,
    book_places,
    book_scale,
    cards,
)
from benchmarks.book_places import SQLITE, in_transaction, migrate, place
from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact import JsonApi
from vcardsvc.apis.domainchief.mapping import read_draft
from vcardsvc.model.address_book import AddressBook, Listing
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Note
from vcardsvc.settings import Settings
from vcardsvc.store import Store
from vcardsvc.validation.fields import Policy, Validator

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
    native = JsonApi(policy=Policy(), max_ttl=Settings().link_max_ttl)
    orders = [
        native.read(Request(body=bodies.body(index, international=True))) for index in range(MANY)
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


ROWS = (
    "SELECT handle, identity, copy, parent_id, is_default, contacts, words, photo FROM entry"
    " WHERE address_book_id = ? ORDER BY id",
    "SELECT key, value FROM entry_metadata WHERE address_book_id = ? ORDER BY entry_id, key",
    "SELECT term FROM entry_term WHERE address_book_id = ? ORDER BY entry_id, term",
    "SELECT entries FROM address_book WHERE id = ?",
)
"""All that is kept of an address book, but what differs each time: numbers, uids, times."""


def _rows(ask: book_places.Ask, of: AddressBook) -> list[list[tuple[object, ...]]]:
    [(here,)] = ask("SELECT id FROM address_book WHERE account = ?", of.account)
    return [ask(statement, here) for statement in ROWS]


def test_every_contact_of_the_book_is_as_its_dialect_reads_it() -> None:
    """A draft that was made in haste is the one that the vendor's dialect makes of its request."""
    for number in range(40):
        made = book_data.draft(number)
        read = read_draft(Validator(book_data.POLICY), book_data.request(number))
        assert made == replace(read, handle=made.handle, dedupe_key=made.dedupe_key)


def test_contacts_loaded_in_bulk_have_the_rows_of_contacts_that_were_kept(tmp_path: Path) -> None:
    """The fast way into the store ends in the rows that keeping one after the other writes."""
    size = 43
    drafts = [
        replace(
            book_data.draft(number),
            parent=book_data.handle(1) if number in (20, 40) else "",
            default=number == 22,
        )
        for number in range(1, size + 1)
    ]
    with place(SQLITE, tmp_path) as slow, place(SQLITE, tmp_path) as fast:
        migrate(slow)
        store = Store(slow.url)
        store.create_entries(book_data.BOOK, drafts, datetime.now(UTC))
        store.close()
        book_bulk.load(fast, size)
        with slow.asking() as ask_slow, fast.asking() as ask_fast:
            kept, loaded = _rows(ask_slow, book_data.BOOK), _rows(ask_fast, book_data.BOOK)
    assert loaded == kept


def test_a_bulk_in_several_processes_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks made side by side come in order, and the store reads what they hold."""
    monkeypatch.setattr(book_bulk, "CHUNK", 4)
    with place(SQLITE, tmp_path) as at:
        book_bulk.load(at, 10)
        store = Store(at.url)
        entries, total = store.list_entries(book_data.BOOK, Listing())
        store.close()
    expected = [(number, book_data.handle(number)) for number in range(1, 11)]
    assert (total, [(entry.id, entry.handle) for entry in entries]) == (10, expected)


def test_a_bare_insert_writes_the_rows_of_a_create(tmp_path: Path) -> None:
    """What creates are compared to leaves the same rows, and counts them."""
    with place(SQLITE, tmp_path) as at:
        migrate(at)
        store = Store(at.url)
        store.create_entries(book_data.BOOK, [book_data.draft(7)], datetime.now(UTC))
        store.close()
        bare = book_creates.Bare(at, book_creates.book_of(at), 1)
        rows = [book_creates.ready(7, bare.here, lite=True)]
        assert len(bare.times(iter(rows), 60)) == 1
        bare.close()
        with at.asking() as ask:
            assert _rows(ask, book_data.BARE) == _rows(ask, book_data.BOOK)


def test_an_insert_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """A bare transaction is undone when its work raises."""
    with place(SQLITE, tmp_path) as at:
        migrate(at)
        here = book_creates.book_of(at)
        connection = at.connect()

        def work(cursor: object) -> None:
            connection.execute("UPDATE address_book SET entries = 5")
            raise KeyError

        with pytest.raises(KeyError):
            in_transaction(at, connection, work)
        connection.close()
        assert at.asked("SELECT id, entries FROM address_book") == [(here, 0)]


def test_the_book_prints_a_row_for_every_question(capsys: pytest.CaptureFixture[str]) -> None:
    """Two tiny books are asked every kind of question, through the store and over HTTP."""
    book.main(["scale", "--quick"])
    rows = [line for line in capsys.readouterr().out.splitlines() if RATIO.search(line)]
    assert len(rows) == len(book_scale.CASES) + 1
    assert rows[1].startswith("| page 1, over HTTP |")
