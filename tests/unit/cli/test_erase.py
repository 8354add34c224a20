"""Contacts are erased by account and by words, after a count and a question, in small steps."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.support import cli_contacts as contacts
from tests.support.cli_contacts import ACME, ACME_TOO, OTHER, draft, kept, outcome, run
from tests.support.databases import digest
from tests.support.link_rows import MANY, NOW, link_row
from vcardsvc.model.address_book import HIDDEN, AddressBook, Entry, Listing
from vcardsvc.model.contact import Contact
from vcardsvc.store import Store

our_store = contacts.our_store
five = contacts.five

UNSEARCHED = (
    "A query has 1 to 8 words of 64 characters at most, all of which are searched. Nothing was "
    "erased."
)

ACCOUNT = ("erase", "--account", "acme")


def _left(store: Store) -> tuple[int, ...]:
    """The number of entries of each address book, by account and vendor."""
    return tuple(number for _, number in store.address_books())


def _ids(store: Store, book: AddressBook) -> list[int]:
    return [entry.id for _, entry in store.entries_after(book, 0, 100, Listing(hidden=True))]


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "acme\n", "yess\n"])
def test_nothing_is_erased_without_a_yes(our_store: Store, five: list[Entry], answer: str) -> None:
    """The count comes first, by address book; any other answer leaves all as it was."""
    refused = run(*ACCOUNT, stdin=answer)
    assert outcome(refused)[:2] == (1, "")
    assert refused.stderr.startswith(
        "acme, domainchief: 2 contacts.\nacme, superoffice: 1 contact.\n"
        "Erase 3 contacts for good? [y/N]: "
    )
    assert refused.stderr.endswith("Nothing was erased.\n")
    assert _left(our_store) == (2, 1, 2)


def test_an_account_is_erased_with_the_links_of_its_keys(
    our_store: Store, five: list[Entry]
) -> None:
    """Contacts, photos, search terms, and links of all of its keys, alive or ended; what others
    have stays. The audit event has counts and no contact."""
    our_store.add_key("acme", digest(1))
    our_store.add_key("acme-2", digest(2), account="acme")
    our_store.add_key("other", digest(3))
    for number, owner in enumerate(("acme", "acme-2", "acme-2", "other"), start=10):
        our_store.add_link(link_row(number, owner=owner), MANY, 1 << 40)
    our_store.delete_link(digest(12), "acme-2", NOW)
    done = run(*ACCOUNT, stdin="y\n")
    assert outcome(done)[:2] == (0, "")
    assert "Erase 3 contacts and 3 links for good? [y/N]: " in done.stderr
    assert done.stderr.endswith("3 contacts and 3 links erased.\n")
    assert re.findall(r"info audit action=(\S+) by=\S+ (.*)", done.stderr) == [
        ("contacts-erase", "account=acme vendor=- filter=- contacts=3 links=3")
    ]
    assert _left(our_store) == (0, 0, 2)
    assert [our_store.read_link(digest(number)) is None for number in range(10, 14)] == [
        True, True, True, False,
    ]  # fmt: skip
    with our_store._engine.connect() as connection:
        for table in ("entry", "entry_term", "entry_metadata"):
            count = connection.exec_driver_sql(
                f"SELECT count(*) FROM {table} t JOIN address_book b ON b.id = t.address_book_id"  # noqa: S608
                " WHERE b.account = 'acme'"
            )
            assert count.scalar_one() == 0
    again = run(*ACCOUNT, "--yes")
    assert outcome(again) == (1, "", ["There is nothing to erase."])


def test_words_erase_the_contacts_that_have_them(our_store: Store, five: list[Entry]) -> None:
    """In every account, or in one; links stay; the audit event does not hold the words."""
    our_store.add_key("acme", digest(1))
    our_store.add_link(link_row(10, owner="acme"), MANY, 1 << 40)
    done = run("erase", "--query", "jane", "--account", "other", "--yes")
    assert outcome(done)[:2] == (0, "")
    assert "other, domainchief: 1 contact.\n" in done.stderr
    assert re.findall(r"info audit action=(\S+) by=\S+ (.*)", done.stderr) == [
        ("contacts-erase", "account=other vendor=- filter=words contacts=1 links=0")
    ]
    assert "jane" not in done.stderr.lower()
    assert "every word that begins with it" in done.stderr
    done = run("erase", "--query", "mills", "--yes")
    assert "filter=words contacts=1 links=0\n" in done.stderr
    assert done.stderr.endswith("\n1 contact erased.\n")
    assert _left(our_store) == (2, 0, 1)
    assert our_store.read_link(digest(10)) is not None


def test_the_audit_event_names_the_vendor(our_store: Store, five: list[Entry]) -> None:
    """Only that vendor's contacts are erased."""
    done = run(*ACCOUNT, "--vendor", "superoffice", "--yes")
    assert "account=acme vendor=superoffice filter=- contacts=1 links=0\n" in done.stderr
    assert _left(our_store) == (2, 0, 2)


def test_what_is_marked_as_deleted_is_erased_too(our_store: Store) -> None:
    """A vendor's call that deletes may only hide."""
    hidden = replace(draft(Contact(first="Hidden")), metadata={HIDDEN: "1"})
    kept(our_store, ACME, draft(Contact(first="Shown")), hidden)
    done = run("erase", "--query", "hidden", "--yes")
    assert "acme, domainchief: 1 contact.\n" in done.stderr
    assert _left(our_store) == (1,)


def test_an_interrupted_erasure_is_logged_and_goes_on(
    our_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step is a transaction of its own: what was erased stays so, the same command erases
    the rest, and both say how much they erased."""
    monkeypatch.setattr("vcardsvc.cli.contacts.erase.STEP", 10)
    kept(our_store, ACME, *(draft(Contact(first=f"N{number}")) for number in range(25)))
    erase_entries, calls = Store.erase_entries, 0

    def interrupted(store: Store, book: AddressBook, ids: Sequence[int]) -> int:
        nonlocal calls
        calls += 1
        assert len(ids) <= 10
        if calls == 2:
            raise KeyboardInterrupt
        return erase_entries(store, book, ids)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "erase_entries", interrupted)
        stopped = run(*ACCOUNT, "--yes")
    assert stopped.exit_code != 0
    assert "account=acme vendor=- filter=- contacts=10 links=0\n" in stopped.stderr
    assert _left(our_store) == (15,)
    done = run(*ACCOUNT, "--yes")
    assert "contacts=15 links=0\n" in done.stderr
    assert _ids(our_store, ACME) == []


def test_erasing_promotes_the_copy_that_stays(our_store: Store) -> None:
    """A later contact that is the same finds the copy that was left."""
    same = replace(draft(Contact(first="Same")), dedupe_key=b"k" * 32)
    [first] = kept(our_store, ACME, same)
    assert our_store.erase_entries(ACME, [first.id, first.id + 99]) == 1
    assert our_store.erase_entries(OTHER, [first.id]) == 0
    assert our_store.erase_entries(ACME_TOO, []) == 0
    [again] = kept(our_store, ACME, same)
    assert again.id != first.id


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("erase",), "Say which: --account NAME or --query WORDS."),
        (("erase", "--query", " "), "--query is blank. Nothing was erased."),
        (("erase", "--account", "acme", "--query", ""), "--query is blank. Nothing was erased."),
        (("erase", "--account", "", "--query", "jane"), "--account is blank. Nothing was erased."),
        (("erase", "--account", "acme", "--vendor", ""), "--vendor is blank. Nothing was erased."),
        (("erase", "--query", "!?"), UNSEARCHED),
        (("erase", "--query", "a b c d e f g h i"), UNSEARCHED),
        (("erase", "--query", "y" * 65), UNSEARCHED),
        (("erase", "--query", "jane" + " " * 1000 + "mills"), UNSEARCHED),
        (("erase", "--vendor", "autodns"), "Say which: --account NAME or --query WORDS."),
        (
            ("erase", "--account", "a b"),
            "An account's name is 1 to 64 letters, digits, dots, _ and -.",
        ),
        (("erase", "--account", "nobody"), "There is nothing to erase."),
        (("erase", "--query", "nobody"), "There is nothing to erase."),
    ],
)
def test_what_names_nothing_is_refused_in_words(
    five: list[Entry], arguments: tuple[str, ...], sentence: str
) -> None:
    """Nothing is asked and nothing erased."""
    assert outcome(run(*arguments)) == (1, "", [sentence])
    assert outcome(run(*arguments, "--yes")) == (1, "", [sentence])
