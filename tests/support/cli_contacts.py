"""What the tests of the contact book's commands share: a store of either kind with five entries,
and how commands are run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.support.images import noise, saved
from vcardsvc.cli.program import app
from vcardsvc.model.address_book import AddressBook, Draft, Entry
from vcardsvc.model.contact import Contact, Email, Phone
from vcardsvc.store import Store

ACME = AddressBook(account="acme", vendor="domainchief")
ACME_TOO = AddressBook(account="acme", vendor="superoffice")
OTHER = AddressBook(account="other", vendor="domainchief")
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
JPEG = saved(noise((200, 160)), "JPEG", quality=80)
BOLD = Contact(first="[bold]Zoë[/bold]", last="Appleseed", organization="Two\nlines")
MILLS = Contact(organization="Mills", phones=(Phone(number="+16502530000", label="main"),))
JANE = Contact(
    first="Jane", organization="Mills", emails=(Email(address="jane@example.com", label="work"),)
)

ENVIRON: dict[str, str] = {"COLUMNS": "200", "NO_COLOR": "1"}
"""The variables of every command; some take the database's out of the process's own."""


def run(*arguments: str | Path | int, stdin: str = "", **variables: str) -> Result:
    """`vcardsvc contacts` with these arguments, in this process."""
    environ = {**ENVIRON, **variables}
    words = ["contacts", *(str(one) for one in arguments)]
    return CliRunner().invoke(app, words, input=stdin, env=environ)


def outcome(result: Result) -> tuple[int, str, list[str]]:
    """The exit code, stdout, and the lines on stderr; no other exception than an exit."""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr.splitlines()


def draft(*contacts: Contact, handle: str = "", photo: bytes = b"", **words: Any) -> Draft:
    """A draft of these contacts, with these words of a vendor."""
    return Draft(contacts=contacts, vendor_fields=words, handle=handle, photo=photo)


def kept(store: Store, book: AddressBook, *drafts: Draft) -> list[Entry]:
    """The entries that these drafts became."""
    return [entry for entry, _ in store.create_entries(book, drafts, NOW)]


@pytest.fixture
def our_store(store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store without entries, which commands use too."""
    monkeypatch.setitem(ENVIRON, "VCARDSVC_DATABASE_URL", database_url)
    return store


@pytest.fixture
def five(our_store: Store) -> list[Entry]:
    """Five entries: two of one book of an account, one of its other, two of another account."""
    return [
        *kept(our_store, ACME, draft(BOLD, handle="bold", extra=["é", None, "\x9b1m\u2028"])),
        *kept(our_store, ACME_TOO, draft(MILLS, JANE, photo=JPEG)),
        *kept(our_store, OTHER, draft(Contact(first="Ann"), handle="ann"), draft(JANE)),
        *kept(our_store, ACME, draft(Contact(last="Zola"), photo=JPEG)),
    ]
