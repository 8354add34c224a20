"""Contacts exported: every card once, in a file that is whole or not there."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support import cli_contacts as contacts
from tests.support.cli_contacts import ACME, JANE, JPEG, MILLS, OTHER, draft, kept, outcome, run
from vcardsvc.model.address_book import AddressBook, Entry
from vcardsvc.model.contact import Contact
from vcardsvc.store import Store
from vcardsvc.vcard.parser import read

our_store = contacts.our_store
five = contacts.five


def test_all_cards_are_exported_as_one_file(five: list[Entry], tmp_path: Path) -> None:
    """Every contact of every entry is a card, in the order of the list, photos included; the file
    is its owner's alone, and stdout has the same octets."""
    out = tmp_path / "all.vcf"
    result = run("export", "--output", out)
    assert outcome(result) == (0, "", ["6 cards written."])
    cards = [one.contact for one in read(out.read_bytes())]
    bold, mills, ann, jane, zola = five
    assert [one.uid for one in cards if one.uid in {entry.uid for entry in five}] == [
        entry.uid for entry in (bold, zola, mills, ann, jane)
    ]
    photos = [one.photo.jpeg if one.photo else b"" for one in cards]
    assert photos == [b"", JPEG, JPEG, b"", b"", b""]
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if ".vcf" in path.name] == ["all.vcf"]
    stdout = run("export")
    assert (stdout.stdout_bytes, stdout.stderr) == (out.read_bytes(), "6 cards written.\n")
    shown = b"".join(run("show", one.id).stdout_bytes for one in (bold, zola, mills, ann, jane))
    assert shown == out.read_bytes()


@pytest.mark.parametrize(
    ("options", "places"),
    [
        (("--account", "acme"), [0, 4, 1]),
        (("--vendor", "domainchief", "--query", "z"), [0, 4]),
        (("--account", "other", "--target", "apple"), [2, 3]),
    ],
)
def test_an_export_is_narrowed_as_a_list_is(
    options: tuple[str, ...], places: list[int], five: list[Entry]
) -> None:
    """Only the cards of what is requested are written."""
    cards = read(run("export", *options).stdout_bytes)
    uids = {entry.uid for entry in five}
    found = [one.contact.uid for one in cards if one.contact.uid in uids]
    assert found == [five[place].uid for place in places]


def test_an_export_takes_more_than_one_step(
    our_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many entries there are, each is written once, some of them in memory at a time."""
    drafts = [draft(Contact(first="Ann", last=str(number))) for number in range(130)]
    entries = kept(our_store, ACME, *drafts)
    steps: list[int] = []
    entries_after = Store.entries_after

    def counted(self: Store, *positional: Any, **more: Any) -> Any:
        steps.append(len(step := entries_after(self, *positional, **more)))
        return step

    monkeypatch.setattr(Store, "entries_after", counted)
    result = run("export")
    uids = re.findall(r"UID:(\S+)", result.stdout.replace("\r\n ", ""))
    assert uids == [entry.uid for entry in entries]
    assert (result.stderr, steps) == ("130 cards written.\n", [50, 50, 30, 0])


def test_a_file_is_replaced_only_by_a_whole_export(
    five: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the store fails in the midst, the file of yesterday stays and nothing lies beside it."""
    from vcardsvc.store import StoreAway

    out = tmp_path / "out" / "all.vcf"
    out.parent.mkdir()
    out.write_text("yesterday")
    entries_after = Store.entries_after

    def failing(self: Store, book: AddressBook, *positional: Any, **more: Any) -> Any:
        if book == OTHER:
            raise StoreAway("store-disk")
        return entries_after(self, book, *positional, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "entries_after", failing)
        result = run("export", "--output", out)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("The store cannot be used: The disk failed ")
    assert [path.name for path in out.parent.iterdir()] == ["all.vcf"]
    assert out.read_text() == "yesterday"
    assert run("export", "--output", out).exit_code == 0
    assert out.read_bytes().count(b"BEGIN:VCARD") == 6


def test_what_cannot_be_written_is_reported(five: list[Entry], tmp_path: Path) -> None:
    """A folder that is not there, one instead of the file, a full disk: one line, exit 1; a device
    is written to and not replaced."""
    away, full, null = tmp_path / "no" / "all.vcf", Path("/dev/full"), Path("/dev/null")
    for name, why in (
        (away, "No such file or directory"),
        (tmp_path, "Is a directory"),
        (full, "No space left on device"),
    ):
        assert outcome(run("export", "--output", name)) == (
            1,
            "",
            [f"Cannot write {name}: {why}."],
        )
    assert outcome(run("export", "--output", null)) == (0, "", ["6 cards written."])
    assert null.is_char_device()
    assert full.is_char_device()


def test_a_link_is_followed_to_its_file(five: list[Entry], tmp_path: Path) -> None:
    """A symbolic link stays one; the file that it leads to is replaced."""
    file, link = tmp_path / "file.vcf", tmp_path / "link.vcf"
    link.symlink_to(file)
    assert run("export", "--output", link).exit_code == 0
    assert link.is_symlink()
    assert file.read_bytes().count(b"BEGIN:VCARD") == 6


def test_cards_that_cannot_be_written_are_reported_by_number(
    our_store: Store, tmp_path: Path
) -> None:
    """What would break a card costs that card alone; its contact's number is reported, never its
    fields, and the exit code is that of an incomplete export."""
    broken = Contact(first="Ann\x07")
    entries = kept(
        our_store,
        ACME,
        *[draft(broken)] * 11,
        draft(MILLS, broken),
        draft(JANE),
    )
    ids = [entry.id for entry in entries]
    out = tmp_path / "all.vcf"
    named = ", ".join(map(str, ids[:10]))
    positional = f"Not all cards of these contacts could be written: {named} and 2 more."
    assert outcome(run("export", "-o", out)) == (1, "", ["2 cards written.", positional])
    assert [one.contact.uid for one in read(out.read_bytes())] == [
        entry.uid for entry in entries[-2:]
    ]
    shown = run("show", ids[-2])
    assert (shown.exit_code, shown.stdout.count("BEGIN:VCARD")) == (1, 1)
    assert shown.stderr == f"Not all cards of contact {ids[-2]} could be written.\n"
