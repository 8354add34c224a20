"""The contact book on the command line: what is listed, shown and deleted, and whose."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.support import cli_contacts as contacts
from tests.support.cli_contacts import ACME, ACME_TOO, JPEG, OTHER, draft, kept, outcome, run
from vcardsvc.model.address_book import HIDDEN, AddressBook, Entry
from vcardsvc.model.contact import Contact
from vcardsvc.store import Store
from vcardsvc.vcard.parser import read

our_store = contacts.our_store
five = contacts.five

AUDIT = r"\S+Z info audit action=contacts-delete by=\S+ account={} contacts={}"


def _row(book: AddressBook, entry: Entry, **more: Any) -> dict[str, Any]:
    shown = {
        "id": entry.id, "account": book.account, "vendor": book.vendor, "handle": entry.handle,
        "name": "", "company": "", "cards": 1, "uid": entry.uid,
        "created": "2025-01-02T03:04:05Z", "updated": "2025-01-02T03:04:05Z",
    }  # fmt: skip
    return shown | more


def _rows(five: Sequence[Entry]) -> list[dict[str, Any]]:
    """The whole list, in its order."""
    bold, mills, ann, jane, zola = five
    return [
        _row(ACME, bold, name="[bold]Zoë[/bold] Appleseed", company="Two\nlines"),
        _row(ACME, zola, name="Zola"),
        _row(ACME_TOO, mills, company="Mills", cards=2),
        _row(OTHER, ann, name="Ann"),
        _row(OTHER, jane, name="Jane", company="Mills"),
    ]


def test_a_list_for_machines_has_one_object_a_line(five: list[Entry]) -> None:
    """--json prints every entry by account, vendor and number; the total goes to people."""
    result = run("list", "--json")
    assert [json.loads(line) for line in result.stdout.splitlines()] == _rows(five)
    assert outcome(result)[::2] == (0, ["5 contacts; page 1 of 1."])


def test_a_list_for_people_is_a_table(five: list[Entry]) -> None:
    """Each entry is one line, its brackets as they are; nothing but the total is on stderr."""
    result = run("list")
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in _body(result.stdout)]
    assert lines == [
        [str(row[head]).replace("\n", " ") for head in
         ("id", "account", "vendor", "handle", "name", "company", "updated")]
        for row in _rows(five)
    ]  # fmt: skip
    assert result.stderr == "5 contacts; page 1 of 1.\n"


def _body(table: str) -> list[str]:
    return [line for line in table.splitlines() if line.startswith("│")]


@pytest.mark.parametrize(
    ("options", "places"),
    [
        (("--account", "acme"), [0, 1, 2]),
        (("--vendor", "domainchief"), [0, 1, 3, 4]),
        (("--account", "acme", "--vendor", "superoffice"), [2]),
        (("--query", "mil"), [2, 4]),
        (("--query", "MILLS jan"), [2, 4]),
        (("--query", "zo"), [0, 1]),
        (("--account", "other", "--query", "mills"), [4]),
        (("--account", "nobody"), []),
        (("--vendor", "nobody"), []),
        (("--query", "nobody"), []),
    ],
)
def test_a_list_is_narrowed_by_account_vendor_and_words(
    options: tuple[str, ...], places: list[int], five: list[Entry]
) -> None:
    """Only what is requested is listed and counted."""
    result = run("list", "--json", *options)
    rows = _rows(five)
    assert [json.loads(line) for line in result.stdout.splitlines()] == [rows[p] for p in places]
    count = "1 contact" if len(places) == 1 else f"{len(places)} contacts"
    assert outcome(result)[::2] == (0, [f"{count}; page 1 of 1."])


@pytest.mark.parametrize("query", ["", "page"])
@pytest.mark.parametrize("per_page", [1, 2, 3, 4, 5, 7, 100])
def test_pages_go_through_all_books_without_a_gap(
    query: str, per_page: int, our_store: Store
) -> None:
    """Page by page, of whatever size, every entry comes once and in the order of the whole."""
    for book, number in (
        (OTHER, 5),
        (ACME, 4),
        (ACME_TOO, 0),
        (ACME, 3),
    ):
        kept(our_store, book, *[draft(Contact(first="Page", last=str(n))) for n in range(number)])
    whole = _ids(run("list", "--json", "--per-page", "100"))
    assert len(whole) == 12
    pages = -(-12 // per_page)
    paged: list[int] = []
    for page in range(1, pages + 2):
        result = run("list", "--json", "--page", page, "--per-page", per_page, "--query", query)
        assert result.stderr == f"12 contacts; page {page} of {pages}.\n"
        paged += _ids(result)
    assert paged == whole


def _ids(result: Result) -> list[int]:
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


def test_the_cards_of_an_entry_are_shown(five: list[Entry]) -> None:
    """A company's own card comes first, with the photo that was kept, then those of its people."""
    result = run("show", five[1].id)
    assert (result.exit_code, result.stderr) == (0, "")
    company, jane = read(result.stdout_bytes)
    assert company.contact.organization == "Mills"
    assert company.contact.uid == five[1].uid
    assert company.contact.photo is not None
    assert company.contact.photo.jpeg == JPEG
    assert (jane.contact.first, jane.contact.photo) == ("Jane", None)
    assert jane.contact.uid not in ("", five[1].uid)
    findings = [*company.findings, *jane.findings]
    assert [one.text for one in findings if one.severity == "error"] == []
    assert run("show", five[1].id).stdout_bytes == result.stdout_bytes


def test_a_card_is_shown_for_a_target_in_a_version(five: list[Entry]) -> None:
    """The target and version are those of every other card; a photo is left out, or shrunk."""
    telegram = run("show", five[4].id, "--target", "telegram")
    assert (telegram.exit_code, telegram.stdout.splitlines()[:2], "PHOTO" in telegram.stdout) == (
        0, ["BEGIN:VCARD", "VERSION:2.1"], False,
    )  # fmt: skip
    four = run("show", five[4].id, "--version", "4.0")
    assert (four.exit_code, four.stdout.splitlines()[:2]) == (0, ["BEGIN:VCARD", "VERSION:4.0"])


def test_a_photo_over_the_budget_is_created_smaller(five: list[Entry]) -> None:
    """A budget that was lowered since holds for what was kept before it, too."""
    result = run("show", five[4].id, VCARDSVC_PHOTO_SIDE="50")
    assert (result.exit_code, result.stderr) == (0, "")
    (card,) = read(result.stdout_bytes)
    assert card.rows[-1][1].startswith("JPEG, 50x40, ")


def test_a_damaged_photo_costs_no_card(our_store: Store) -> None:
    """What is kept as a photo and is none is left out, and the card is as without it."""
    (entry,) = kept(our_store, ACME, draft(Contact(first="Ann"), photo=JPEG[:400]))
    result = run("show", entry.id, VCARDSVC_PHOTO_SIDE="50")
    (card,) = read(result.stdout_bytes)
    assert (result.exit_code, card.contact.first, card.contact.photo) == (0, "Ann", None)


def test_the_vendors_words_are_shown_as_json(five: list[Entry]) -> None:
    """--vendor-fields prints them as they were kept, and nothing in them commands a terminal."""
    result = run("show", five[0].id, "--vendor-fields")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {"extra": ["é", None, "\x9b1m\u2028"]}
    assert '"é"' in result.stdout
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028]", result.stdout) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", "2147483646"), "There is no contact 2147483646."),
        (("show", "0"), "There is no contact 0."),
        (("show", "9" * 30), f"There is no contact {'9' * 30}."),
        (("delete", "FIRST", "2147483647", "--yes"), "There is no contact 2147483647."),
        (
            ("show", "FIRST", "--target", "fax"),
            "--target is one of: universal, apple, android, outlook, whatsapp, "
            "telegram, signal, mms, qr.",
        ),
        (
            ("export", "--version", "5"),
            "--version is one of: 2.1, 3.0, 4.0.",
        ),
        (
            ("list", "--account", "a b"),
            "An account's name is 1 to 64 letters, digits, dots, _ and -.",
        ),
        (("list", "--query", "\udcff"), "The query is not UTF-8."),
        (("export", "--account", "nobody"), "There are no such contacts."),
        (("export", "--query", "nobody"), "There are no such contacts."),
        (("delete",), "Say which: numbers of contacts, or --account NAME --all."),
        (("delete", "--all"), "Say which: numbers of contacts, or --account NAME --all."),
        (
            ("delete", "--account", "acme"),
            "Say which: numbers of contacts, or --account NAME --all.",
        ),
        (
            ("delete", "FIRST", "--account", "acme", "--all"),
            "Say which: numbers of contacts, or --account NAME --all.",
        ),
        (("delete", "--account", "nobody", "--all"), "This account has no contacts."),
    ],
)
def test_what_cannot_be_is_reported_in_one_line(
    arguments: tuple[str, ...], sentence: str, five: list[Entry], our_store: Store
) -> None:
    """Exit 1, one line on stderr, nothing on stdout, and nothing is gone."""
    named = [str(five[0].id) if word == "FIRST" else word for word in arguments]
    assert outcome(run(*named)) == (1, "", [sentence])
    assert sum(entries for _, entries in our_store.address_books()) == len(five)


@pytest.mark.parametrize("arguments", [("list",), ("show", "1"), ("export",), ("delete", "1")])
def test_without_a_store_the_words_name_the_setting(arguments: tuple[str, ...]) -> None:
    """Each command says why there is no store, and of one that cannot be used why not."""
    none = run(*arguments, VCARDSVC_API_KEYS="a:0123456789abcdef")
    assert none.stderr.startswith("The keys are those of VCARDSVC_API_KEYS;")
    away = run(*arguments, VCARDSVC_DATABASE_URL="sqlite:///:memory:")
    assert (none.exit_code, away.exit_code, none.stdout + away.stdout) == (1, 1, "")
    assert away.stderr.splitlines() == [
        "The store cannot be used: The database URL cannot be used.",
        "Its URL is that of VCARDSVC_DATABASE_URL.",
        "Write it as sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
    ]


def test_deleting_asks_first_and_takes_what_is_named_alone(
    five: list[Entry], our_store: Store
) -> None:
    """Without a yes nothing goes; with one, or --yes, those that were named, each once."""
    question = "Delete 2 contacts for good? [y/N]: "
    two = (five[0].id, five[3].id, five[0].id)
    for answer, end in (("n\n", ""), ("", "\n"), ("maybe\n", ""), ("\n", "")):
        refused = run("delete", *two, stdin=answer)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr == f"{question}{end}Nothing was deleted.\n"
    assert _ids(run("list", "--json")) == [row["id"] for row in _rows(five)]
    done = run("delete", *two, stdin="y\n")
    assert (done.exit_code, done.stdout) == (0, "")
    event, said = done.stderr.removeprefix(question).splitlines()
    assert said == "2 contacts deleted."
    assert re.fullmatch(AUDIT.format("-", 2), event)
    assert _ids(run("list", "--json")) == [five[4].id, five[1].id, five[2].id]
    status, printed, (event, said) = outcome(run("delete", five[1].id, "--yes"))
    assert (status, printed, said) == (0, "", "1 contact deleted.")
    assert re.fullmatch(AUDIT.format("-", 1), event)
    assert [entries for _, entries in our_store.address_books()] == [1, 0, 1]


@pytest.mark.parametrize("yes", [(), ("--yes",)])
def test_an_account_is_emptied_only_by_its_name(yes: tuple[str, ...], five: list[Entry]) -> None:
    """--all needs the name typed, even with --yes, and takes every book of that account alone."""
    everything = ("delete", "--account", "acme", "--all", *yes)
    question = "Type the account's name to delete all of its contacts: "
    for answer, end in (("", "\n"), ("\n", ""), ("other\n", ""), ("ACME\n", "")):
        refused = run(*everything, stdin=answer)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr == f"{question}{end}That is not its name. Nothing was deleted.\n"
    assert len(_ids(run("list", "--json"))) == 5
    done = run(*everything, stdin="acme\n")
    assert (done.exit_code, done.stdout) == (0, "")
    event, said = done.stderr.removeprefix(question).splitlines()
    assert said == "3 contacts deleted."
    assert re.fullmatch(AUDIT.format("acme", 3), event)
    assert _ids(run("list", "--json")) == [five[2].id, five[3].id]


def test_what_is_marked_as_deleted_is_shown_by_its_number_alone(our_store: Store) -> None:
    """Neither a list nor an export has it, its number shows it, and --all deletes it too."""
    marked = replace(draft(Contact(first="Gone")), metadata={HIDDEN: ""})
    ann, gone, _ = kept(our_store, ACME, draft(Contact(first="Ann")), marked, marked)
    assert _ids(run("list", "--json")) == [ann.id]
    assert outcome(run("list", "--json"))[2] == ["1 contact; page 1 of 1."]
    exported = run("export")
    assert (b"Gone" in exported.stdout_bytes, exported.stderr) == (False, "1 card written.\n")
    assert b"FN:Gone" in run("show", gone.id).stdout_bytes
    done = run("delete", "--account", "acme", "--all", stdin="acme\n")
    assert done.stderr.endswith("3 contacts deleted.\n")


def test_no_person_is_on_stderr(five: list[Entry], tmp_path: Path) -> None:
    """Names and numbers of people are on stdout alone, whatever the command."""
    personal = ("Zo", "Appleseed", "Zola", "Mills", "Jane", "Ann", "6502530000", "jane@", "bold")
    for arguments in (
        ("list",),
        ("list", "--query", "Zola"),
        ("show", five[1].id),
        ("show", five[1].id, "--vendor-fields"),
        ("export", "-o", tmp_path / "all.vcf"),
        ("export", "--query", "Jane", "--target", "qr"),
        ("delete", five[0].id),
        ("delete", five[0].id, "--yes"),
    ):
        stderr = run(*arguments).stderr
        assert [word for word in personal if word in stderr] == []
