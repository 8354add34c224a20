"""The benchmarks run and measure what they claim; no test asserts a speed."""

import asyncio
import itertools
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import vobject

from benchmarks import (
    agents,
    batch,
    bodies,
    book,
    book_bulk,
    book_creates,
    book_data,
    book_scale,
    cards,
    common,
    conversion,
    databases,
    endpoint,
    instructions,
    load,
    table,
)
from benchmarks.databases import SQLITE, in_transaction, migrate, temporary_database
from tests.support.service import KEY, inside
from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact import JsonApi
from vcardsvc.apis.domainchief.mapping import read_draft
from vcardsvc.model.address_book import AddressBook, Listing
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Note
from vcardsvc.settings import Settings
from vcardsvc.store import Store
from vcardsvc.validation.fields import Policy, Validator
from vcardsvc.vcard import write

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


def test_lists_are_compared_and_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """A list is converted by both, then by a process of its own."""
    batch.main(["--quick"])
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows] == [
        "| what",
        f"| rows of a list : csv.DictReader and vobject {vobject.VERSION}",
        "| 1,000 rows, one process",
        "| memory that they take beside ten rows",
        "| first card",
    ]
    assert RATIO.search(rows[1])


def test_conversion_prints_a_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    """The cards that both read are compared before they are timed."""
    conversion.main(["--quick"])
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| card")]
    assert [row.split(" | ")[0] for row in rows] == [f"| card read : {cards.VOBJECT}"]
    assert [row for row in rows if not RATIO.search(row)] == []


@pytest.mark.parametrize("shape", [bodies.TWO_NUMBERS, bodies.MIXED_NUMBERS])
def test_every_international_number_is_valid_and_different(shape: bodies.Shape) -> None:
    """Each body of the numbers' benchmarks has two numbers of its own, and both are formatted."""
    native = JsonApi(policy=Policy(), max_ttl=Settings().link_max_ttl)
    requests = [native.read(Request(body=bodies.body(index, shape))) for index in range(MANY)]
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


@pytest.mark.parametrize(
    ("shape", "is_ascii", "is_folded"),
    [
        (bodies.PLAIN, True, False),
        (bodies.TWO_NUMBERS, True, False),
        (bodies.FOLDED, True, True),
        (bodies.NON_ASCII, False, False),
    ],
)
def test_a_shape_is_what_its_row_says(shape: bodies.Shape, is_ascii: bool, is_folded: bool) -> None:
    """Every body of a shape has letters beyond ASCII or none, and every card a folded line or
    none."""
    all_bodies = [bodies.body(index, shape) for index in range(MANY)]
    cards_written = [write(bodies.contact(body)).octets for body in all_bodies]
    assert {body.isascii() for body in all_bodies} == {is_ascii}
    assert {b"\r\n " in card for card in cards_written} == {is_folded}


@pytest.mark.parametrize("what", agents.HEADERS)
def test_every_call_of_agents_that_is_measured_makes_its_card(what: str) -> None:
    """The calls of a series have the contacts of the requests that they are compared to."""
    requests = [bodies.body(index, bodies.MIXED) for index in range(5)]
    cards_written = [write(bodies.contact(body)).octets.decode() for body in requests]
    sent = {**agents.HEADERS[what], "content-type": "application/json", "x-api-key": KEY}
    pairs = [(name.encode(), value.encode()) for name, value in sent.items()]
    path = "/" if what == "POST /" else "/mcp"
    with inside() as app:
        answers = [
            app.ask("POST", path, body, headers=pairs) for body in agents.messages(what, requests)
        ]
    made = [
        answer.body.decode()
        if what == "POST /"
        else answer.json["result"]["content"][0]["resource"]["text"]
        for answer in answers
    ]
    assert made == cards_written


def test_the_endpoint_measures_every_shape() -> None:
    """Every shape of bodies has its rows."""
    shapes = [one for one in vars(bodies).values() if isinstance(one, bodies.Shape)]
    assert list(endpoint.SHAPES.values()) == shapes


@pytest.mark.parametrize("case", instructions.CASES, ids=lambda case: case.name)
def test_every_request_whose_instructions_are_counted_gives_a_card(
    case: instructions.Case, tmp_path: Path
) -> None:
    """What valgrind runs answers each body with a card, and writes the log where it is on."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.instructions", "--loop", case.name, "1"],
        cwd=common.ROOT,
        env=common.environ(tmp_path, {}),
        capture_output=True,
        check=True,
        text=True,
        timeout=common.READY,
    )
    logged = instructions.REQUESTS + 1 if case.against and case.log else 0
    assert ran.stderr.count(" key=benchmark status=200 code=ok ") == logged


COMMITTED = {"plain": 150_000, "two-numbers": 200_000, "bare": 100_000}


def test_more_instructions_than_committed_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ratio to the bare route that is over 2 % higher fails; where everything costs more, none
    does."""
    figures = tmp_path / "figures.json"
    instructions.update(COMMITTED, figures)
    instructions.check({"plain": 305_000, "two-numbers": 390_000, "bare": 200_000}, figures)
    assert capsys.readouterr().out == (
        "\nAgainst the committed ratios, at most +2%:\n"
        "plain: 1.500, now +1.67%\ntwo-numbers: 2.000, now -2.50%\n"
    )
    with pytest.raises(SystemExit, match="over 2% more instructions"):
        instructions.check({**COMMITTED, "two-numbers": 205_000}, figures)


def test_another_python_may_cost_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another Python than that of the figures, a ratio fails when it is over 6 % higher."""
    figures = tmp_path / "figures.json"
    instructions.update(COMMITTED, figures)
    monkeypatch.setattr(sys, "version", "another")
    instructions.check({**COMMITTED, "plain": 158_000}, figures)
    with pytest.raises(SystemExit, match="over 6% more instructions"):
        instructions.check({**COMMITTED, "plain": 160_000}, figures)


def test_every_compared_case_has_a_committed_figure() -> None:
    """The file of the figures has the cases that are compared with it."""
    committed = json.loads(instructions.FIGURES.read_text())["instructions"]
    assert list(committed) == [case.name for case in instructions.WHOLE]


def test_the_table_has_the_rows_of_a_benchmark_and_its_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command of the documentation's table runs the benchmark, and names its command once."""
    table.main(["--quick", "--only", "cards"])
    rows = capsys.readouterr().out.splitlines()
    assert tuple(rows[:2]) == table.HEAD
    assert all(RATIO.search(row) for row in rows[2:])
    assert [row.split("|")[-2].strip() for row in rows[2:]] == [
        "`python -m benchmarks.cards --ez-vcard … --node-modules …`", "", "",
    ]  # fmt: skip


def test_the_rows_of_a_benchmark_replace_its_older_ones() -> None:
    """Writing the rows of one benchmark leaves those of the others, in the benchmarks' order."""
    endpoint_rows = ["| a | 1 | 2 | 0.5 | `python -m benchmarks.endpoint` |", "| b | 1 | | |  |"]
    start_rows = ["| c | 3 | 4 | 0.75 | `python -m benchmarks.start` |"]
    begin, end = "Text.\n\n<!-- python -m benchmarks.table --write -->\n", "\n<!-- end -->\nMore.\n"
    page = begin + "\n".join((*table.HEAD, *start_rows)) + end
    page = table.written(page, {"python -m benchmarks.endpoint": ["| old |  |  |  |  |"]})
    page = table.written(page, {"python -m benchmarks.endpoint": endpoint_rows})
    assert page == begin + "\n".join((*table.HEAD, *endpoint_rows, *start_rows)) + end


def test_the_table_of_the_documentation_is_the_commands() -> None:
    """Every row of the page's table belongs to a benchmark that the command knows."""
    maybe_found = table.TABLE.search(table.PAGE.read_text())
    assert maybe_found
    groups = table.read(maybe_found[0])
    assert list(groups) == [one.command for one in table.BENCHMARKS]
    assert table.table(groups) == maybe_found[0]


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


def test_a_request_without_a_response_has_failed() -> None:
    """A connection that ends counts as a failed request, and the next request opens another."""
    connections = itertools.count()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(4)
        if next(connections) % 2:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        writer.close()

    async def statuses() -> list[int]:
        async with await asyncio.start_server(answer, common.HOST, 0) as server:
            port = server.sockets[0].getsockname()[1]
            requests = [b"POST"] * 3
            paced = load.send_paced(
                port, requests, per_second=100, connections=1, is_done=lambda: False
            )
            return [one.status for one in await paced]

    assert asyncio.run(statuses()) == [load.FAILED, 200, load.FAILED]


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
