"""The benchmarks run and measure what they claim; no test asserts a speed."""

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
    book_scale,
    cards,
    databases,
)
from benchmarks.databases import SQLITE, in_transaction, migrate, temporary_database
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
    """The cheapest benchmark compares the cards, then prints one row for each comparison."""
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
    requests = [
        native.read(Request(body=bodies.body(index, international=True))) for index in range(MANY)
    ]
    notes = tuple(Note(field=f"phone/{index}/number", code="e164") for index in (0, 1))
    assert {request.notes for request in requests} == {notes}
    numbers = {phone.e164 for request in requests for phone in request.contact.phones}
    assert len(numbers) > 1.9 * MANY


def test_every_typed_number_stays_as_typed() -> None:
    """Each body of the other benchmarks is different and accepted, and has no number to format."""
    all_bodies = [bodies.body(index) for index in range(MANY)]
    contacts = [bodies.contact(body) for body in all_bodies]
    assert len(set(all_bodies)) == MANY
    assert {phone.e164 for contact in contacts for phone in contact.phones} == {None}


def test_a_full_contact_has_four_of_everything() -> None:
    """The contacts of the card writers fill every list of a request."""

    def lengths(contact: Contact) -> tuple[int, ...]:
        return tuple(
            len(entries)
            for entries in (contact.phones, contact.emails, contact.addresses, contact.websites)
        )

    assert {lengths(bodies.full(index)) for index in range(50)} == {(4, 4, 4, 4)}


def test_two_writers_that_differ_are_not_timed() -> None:
    """A writer of another name stops the benchmark, which names the property."""
    ours, rival, _ = cards.within()
    other = cards.Writer(
        name="another",
        card=lambda photo: rival.card(photo).replace("\r\nFN:", "\r\nFN:Not "),
        seconds=rival.seconds,
    )
    with pytest.raises(RuntimeError, match="another writes another fn"):
        cards.check(ours, other, photo=False)


ROWS = (
    "SELECT handle, identity, copy, parent_id, is_default, contacts, words, photo FROM entry"
    " WHERE address_book_id = ? ORDER BY id",
    "SELECT key, value FROM entry_metadata WHERE address_book_id = ? ORDER BY entry_id, key",
    "SELECT term FROM entry_term WHERE address_book_id = ? ORDER BY entry_id, term",
    "SELECT entries FROM address_book WHERE id = ?",
)
"""All rows of an address book, without ids, UIDs and times, which always differ."""


def _rows(query: databases.Query, book: AddressBook) -> list[list[tuple[object, ...]]]:
    [(book_id,)] = query("SELECT id FROM address_book WHERE account = ?", book.account)
    return [query(statement, book_id) for statement in ROWS]


def test_a_generated_draft_is_that_of_the_vendors_api() -> None:
    """A draft that is built without the vendor's API is the one that the API parses."""
    for number in range(40):
        draft = book_data.draft(number)
        parsed = read_draft(Validator(book_data.POLICY), book_data.request(number))
        assert draft == replace(parsed, handle=draft.handle, dedupe_key=draft.dedupe_key)


def test_contacts_loaded_in_bulk_have_the_rows_of_created_ones(tmp_path: Path) -> None:
    """Bulk loading writes the rows that creating one after the other writes."""
    size = 43
    drafts = [
        replace(
            book_data.draft(number),
            parent=book_data.handle(1) if number in (20, 40) else "",
            default=number == 22,
        )
        for number in range(1, size + 1)
    ]
    with temporary_database(SQLITE, tmp_path) as slow, temporary_database(SQLITE, tmp_path) as fast:
        migrate(slow)
        store = Store(slow.url)
        store.create_entries(book_data.BOOK, drafts, datetime.now(UTC))
        store.close()
        book_bulk.load(fast, size)
        with slow.querying() as query_slow, fast.querying() as query_fast:
            created_rows = _rows(query_slow, book_data.BOOK)
            loaded_rows = _rows(query_fast, book_data.BOOK)
    assert loaded_rows == created_rows


def test_a_bulk_in_several_processes_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks that are built in parallel are stored in order, and the store can read them."""
    monkeypatch.setattr(book_bulk, "CHUNK", 4)
    with temporary_database(SQLITE, tmp_path) as database:
        book_bulk.load(database, 10)
        store = Store(database.url)
        entries, total = store.list_entries(book_data.BOOK, Listing())
        store.close()
    expected = [(number, book_data.handle(number)) for number in range(1, 11)]
    assert (total, [(entry.id, entry.handle) for entry in entries]) == (10, expected)


def test_a_bare_insert_writes_the_rows_of_a_create(tmp_path: Path) -> None:
    """The bare inserts write the same rows, and count them."""
    with temporary_database(SQLITE, tmp_path) as database:
        migrate(database)
        store = Store(database.url)
        store.create_entries(book_data.BOOK, [book_data.draft(7)], datetime.now(UTC))
        store.close()
        bare = book_creates.BareInserts(database, book_creates.bare_book(database), 1)
        rows = [book_creates.rows_of(7, bare.book_id, lite=True)]
        assert len(bare.times(iter(rows), 60)) == 1
        bare.close()
        with database.querying() as query:
            assert _rows(query, book_data.BARE) == _rows(query, book_data.BOOK)


def test_an_insert_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """A bare transaction is undone when its work raises."""
    with temporary_database(SQLITE, tmp_path) as database:
        migrate(database)
        book_id = book_creates.bare_book(database)
        connection = database.connect()

        def work(cursor: object) -> None:
            connection.execute("UPDATE address_book SET entries = 5")
            raise KeyError

        with pytest.raises(KeyError):
            in_transaction(database, connection, work)
        connection.close()
        assert database.query("SELECT id, entries FROM address_book") == [(book_id, 0)]


def test_the_book_prints_a_row_for_every_query(capsys: pytest.CaptureFixture[str]) -> None:
    """Every kind of query runs on two tiny address books, through the store and over HTTP."""
    book.main(["scale", "--quick"])
    rows = [line for line in capsys.readouterr().out.splitlines() if RATIO.search(line)]
    assert len(rows) == len(book_scale.CASES) + 1
    assert rows[1].startswith("| page 1, over HTTP |")
