"""What the tests of backups share: a store to copy, a process that writes to it without a pause,
and what must be in a store that was restored."""

import contextlib
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support import databases
from vcardsvc.cli.program import app
from vcardsvc.model.address_book import AddressBook, Draft, Entry
from vcardsvc.model.contact import Contact, Phone
from vcardsvc.store import HEAD, Store

BOOK = AddressBook(account="acme", vendor="domainchief")
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)

WRITER = """
import sys
from datetime import UTC, datetime
from vcardsvc.model.contact import Contact
from vcardsvc.model.address_book import AddressBook, Draft
from vcardsvc.store import Store

book = AddressBook(account="acme", vendor="domainchief")
store = Store(sys.argv[1])
for number in range(1_000_000):
    people = tuple(Contact(first=f"{place} of {number}") for place in range(20))
    own = {"vendor_fields": {"number": number}, "metadata": {"number": str(number)}}
    draft = Draft(contacts=people, **own)
    ((entry, _),) = store.create_entries(book, (draft,), datetime.now(UTC))
    print(entry.id, number, flush=True)
"""
"""A program that stores one entry after the other and prints each that was acknowledged."""


def keep_mills(store: Store) -> None:
    """Keep an entry that has something of everything."""
    draft = Draft(
        contacts=(Contact(organization="Mills"), Contact(first="Zoë", phones=(Phone(number="1"),))),
        vendor_fields={"extra": ["é", None, 1.5]},
        handle="mills",
        metadata={"tier": "gold"},
        photo=b"\xff\xd8 a photo",
    )
    store.create_entries(BOOK, (draft,), NOW)


def entries(url: str) -> list[tuple[AddressBook, Entry]]:
    """All that is kept there, in a store of this release."""
    with contextlib.closing(Store(url)) as store:
        store.migrate()
        found: list[tuple[AddressBook, Entry]] = []
        while step := store.entries_after(None, found[-1][1].id if found else 0, 500, photos=True):
            found += step
    return found


def acknowledged(writer: "subprocess.Popen[str]", count: int) -> dict[int, int]:
    """Return the next entries that the writer printed as stored: numbers by their ids."""
    assert writer.stdout is not None
    lines = [writer.stdout.readline().split() for _ in range(count)]
    return {int(id): int(number) for id, number in lines}


def judge(url: str, kept: dict[int, int]) -> None:
    """The store takes this release's commands, has what was kept, and nothing by halves."""
    migrated = CliRunner().invoke(app, ["migrate"], env={"VCARDSVC_DATABASE_URL": url})
    assert migrated.stdout == f"The store is at revision {HEAD}.\n"
    found = {entry.id: entry for _, entry in entries(url)[1:]}
    assert (
        kept.items() <= {id: entry.vendor_fields["number"] for id, entry in found.items()}.items()
    )
    for entry in found.values():
        number = entry.vendor_fields["number"]
        people = tuple(Contact(first=f"{place} of {number}") for place in range(20))
        assert (entry.contacts, entry.metadata) == (people, {"number": str(number)})
    with contextlib.closing(Store(url)) as restored:
        assert restored.address_books() == ((BOOK, len(found) + 1),)


def run(*arguments: str | Path, url: str = "") -> Result:
    """Run `vcardsvc` in this process over the database at `url`."""
    variables = {"VCARDSVC_DATABASE_URL": url} if url else {}
    return CliRunner().invoke(app, [str(one) for one in arguments], env=variables)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of this test lies."""
    return tmp_path / "store" / "book.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """A migrated store with a key and a contact."""
    created = Store(databases.url(path))
    created.migrate()
    created.add_key("laptop", databases.digest(1))
    keep_mills(created)
    yield created
    created.close()


def is_sound(file: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file, nor with what refers to what."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return whole and connection.execute("PRAGMA foreign_key_check").fetchall() == []
