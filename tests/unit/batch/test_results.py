"""Results of rows: cards, errors, and what is left out."""

import csv
import io
import pickle
from typing import Any

import pytest

from tests.support.batches import lines_of, one_card, outcomes, results_of, table, written
from vcardsvc.batch import BatchOptions, RowResult, cards
from vcardsvc.batch.results import COMPANY
from vcardsvc.model.batch import RowError, RowNote

HEADER = "First Name,Last Name,Phone,Email"
ADA = "Ada,Nowak,+44 20 7946 0101,ada@example.com"
CARD = b"""BEGIN:VCARD\r
VERSION:3.0\r
UID:urn:uuid:%s\r
FN:Ada Nowak\r
N:Nowak;Ada;;;\r
TEL:+44 20 7946 0101\r
EMAIL:ada@example.com\r
END:VCARD\r
"""


def _uid(card: bytes) -> str:
    [uid] = [line for line in card.decode().splitlines() if line.startswith("UID:")]
    return uid.removeprefix("UID:urn:uuid:")


def _uids(octets: bytes, **options: Any) -> list[str]:
    return [_uid(one.card) for one in results_of(octets, **options)]


def test_a_row_becomes_a_card() -> None:
    """A result has the row, the line, the card and the name that people know it by."""
    [found] = results_of(table(HEADER, ADA))
    assert found.card == CARD % _uid(found.card).encode()
    assert found == RowResult(
        row=1, line=2, status="card", card=found.card, name="Ada Nowak", key=found.key
    )
    assert found.key


def test_equal_rows_give_equal_octets() -> None:
    """The same list gives the same octets, whatever other rows and columns it has."""
    [alone] = results_of(table(HEADER, ADA))
    [_, among] = results_of(table(HEADER, "Ben,Nowak,1,", ADA))
    [wider] = results_of(table(f"{HEADER},Company", f"{ADA},"))
    assert alone.card == among.card == wider.card


def test_the_order_of_columns_changes_no_uid() -> None:
    """A second import of a list whose columns were moved makes no second contact of anybody."""
    moved = "ada@example.com,Nowak,+44 20 7946 0101,Ada"
    [one] = results_of(table(HEADER, ADA))
    [two] = results_of(table("Email,Last Name,Phone,First Name", moved))
    assert sorted(one.card.splitlines()) == sorted(two.card.splitlines())


def test_another_content_is_another_uid() -> None:
    """Two people of one name are two."""
    uids = _uids(table(HEADER, ADA, "Ada,Nowak,,", "Ada,Nowak,1,", "Ben,Nowak,1,"))
    assert len(set(uids)) == 4


def test_the_source_s_own_id_makes_the_uid() -> None:
    """A contact that was changed in its program keeps its UID."""
    own = "3f2a9c1e-0001-4a7b-9c55-08d1c2e5b111"
    uids = _uids(table(f"ID,{HEADER}", f"{own},{ADA}", f"{own},Ben,Nowak,,", f"{own}2,{ADA}"))
    assert uids[0] == uids[1] != uids[2]
    header = "Record ID,Associated Company,Contact owner,First Name,Last Name,Phone Number"
    uids = _uids(table(header, "17,,,Ada,Nowak,1", "17,,,Ada,Byron,2", "18,,,Ada,Nowak,1"))
    assert uids[0] == uids[1] != uids[2]


def test_a_running_number_is_no_id_of_another_list() -> None:
    """Two lists with the same numbers are different people; a person keeps the UID with number and
    name."""
    header = f"ID,{HEADER}"
    first = _uids(table(header, f"1,{ADA}", "1,Ben,Nowak,,", f"2,{ADA}"))
    assert len(set(first)) == 3
    assert _uids(table(header, "1,Ada,Nowak,+44 20 7946 0199,")) == first[:1]


def test_rows_of_a_dict_reader_are_cards() -> None:
    """`cards` takes what csv.DictReader yields; a row that is too short has None in it."""
    reader = csv.DictReader(io.StringIO(f"{HEADER}\n{ADA}\nBen\n,,,\n"))
    found = list(cards(reader))
    assert [(one.row, one.line, one.status, one.name) for one in found] == [
        (1, 0, "card", "Ada Nowak"), (2, 0, "card", "Ben"), (3, 0, "skip", "")
    ]  # fmt: skip
    assert lines_of(found[0].card) == lines_of(CARD % b"x")


@pytest.mark.parametrize("first", [f"{ADA},x", f"{ADA}"])
def test_a_row_of_a_dict_reader_with_more_cells_is_an_error(first: str) -> None:
    """It is one too where it is the first, whose keys are the header; blank cells do not count."""
    reader = csv.DictReader(io.StringIO(f"{HEADER}\n{first}\n{ADA},,\n{ADA},x\n"))
    reasons = [one.reason for one in cards(reader)]
    assert reasons == ["columns" if first != ADA else "", "", "columns"]


def test_rows_and_results_can_be_pickled() -> None:
    """Parts of a list may be read in other processes; the function is a name of its package."""
    rows = [{"First Name": "Ada", "Phone": "n/a"}, {"First Name": "", "Phone": "1"}]
    options = BatchOptions(form="jcard", company="card")
    assert pickle.loads(pickle.dumps(cards)) is cards  # noqa: S301  # what was just dumped
    again = pickle.loads(pickle.dumps((rows, options)))  # noqa: S301
    found = list(cards(rows, options))
    assert list(cards(*again)) == found
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["Ada,Nowak,1,a@example.com,more"], ["error: columns"]),
        (["Ada,Nowak,1,a@example.com,,,"], [["N:Nowak;Ada;;;", "TEL:1", "EMAIL:a@example.com"]]),
        (["Ada"], [["N:;Ada;;;"]]),
        ([",,1,"], ["error: no-name"]),
        ([",,,", "", " , ,,"], ["skip: blank"] * 3),
        (['Ada,"Nowak,1,', "Ben,Nowak,1,"], ["error: quote", ["N:Nowak;Ben;;;", "TEL:1"]]),
        (['"a\nb",Nowak,,'], ["error: name"]),
    ],
)
def test_a_row_that_is_wrong_costs_no_other(rows: list[str], found: list[Any]) -> None:
    """Each row has its own result: a card, an error or nothing."""
    assert outcomes(table(HEADER, *rows)) == found


def test_an_error_names_its_column_and_text() -> None:
    """A person finds the cell in his sheet."""
    [found] = results_of(table(HEADER, "O'Brien,Nowak,,"), names="strict")
    assert (found.reason, found.errors) == (
        "name",
        (
            RowError(
                code="E1516",
                info='A name may hold only letters, digits, spaces and periods. "\'" (U+0027'
                " APOSTROPHE) is not allowed.",
                field="name/first-name",
                column="First Name",
                value="O'Brien",
            ),
        ),
    )


@pytest.mark.parametrize("name", ["O'Brien", "Jean-Luc", "Smith, PhD", "Skye 🚀", "太郎", "d’Arc"])
def test_names_of_people_pass(name: str) -> None:
    """The relaxed rule takes what exports have in every file, the strict one letters alone."""
    octets = table("First Name;Last Name", f"{name};Nowak")
    assert [one.status for one in results_of(octets)] == ["card"]
    strict = [one.status for one in results_of(octets, names="strict")]
    assert strict == (["card"] if name == "太郎" else ["error"])


def test_a_company_is_an_error_or_a_card() -> None:
    """A row without a person is the card of its company where the caller says so."""
    header, row = "First Name,Last Name,Company,Phone", ",,Acme,1"
    assert one_card(header, row) == "error: no-name"
    assert one_card(header, row, company="card") == [
        "N:;;;;",
        "X-ABShowAs:COMPANY",
        "ORG:Acme",
        "TEL:1",
    ]
    assert one_card(header, "Ada,,Acme,1", company="card") == ["N:;Ada;;;", "ORG:Acme", "TEL:1"]
    assert one_card(header, ",,,1", company="card") == "error: no-name"


def test_halves_of_characters_cost_their_row_alone() -> None:
    """A caller's texts may hold lone surrogates, which no octets can."""
    rows = [
        {"First Name": "Ada", "Last Name": "\ud800", "Email": "a@example.com", "Phone": ""},
        {"First Name": "Ada", "Last Name": "Nowak", "Email": "\ud800@example.com", "Phone": ""},
        {"First Name": "Ada", "Last Name": "Nowak", "Email": "", "Phone": "\ud800"},
        {"First Name": "Ben", "Last Name": "Nowak", "Email": "", "Phone": ""},
    ]
    found = list(cards(rows))
    assert len(found) == 4
    assert found[3].status == "card"


NDJSON = "\n".join(
    (
        '{"name": {"first-name": "Ada"}, "phone": [{"number": "1"}]}',
        "",
        '{"name": {"first-name": "Broken"',
        '["no", "object"]',
        '{"organization": "Acme"}',
        '{"name": {"first-name": "Ada"}, "phone": [{"number": 1}]}',
        '{"name": {"first-name": "Ada"}, "phone": [{"number": "1", "label": "Satellite"}]}',
        '{"action": "deletecontact", "name": {"first-name": "Ada"}}',
        '{"name": {"first-name": "\\ud800"}}',
        "[" * 100_000,
        "9" * 5_000,
        '{"name": {"first-name": "Zoë"}}',
    )
).encode()
PRODID = "PRODID:-//vcardsvc//vcardsvc//EN"


def test_lines_of_ndjson() -> None:
    """Each line is a createcontact object, or the error that a request would get."""
    found = outcomes(NDJSON, "list.ndjson")
    assert found == [
        [PRODID, "N:;Ada;;;", "TEL;TYPE=WORK,VOICE:1"],
        "skip: blank",
        "error: json",
        "error: not-an-object",
        "error: no-name",
        "error: type",
        "error: label",
        "error: action",
        "error: json",
        "error: json",
        "error: json",
        [PRODID, "N:;Zoë;;;"],
    ]


def test_values_of_an_array_have_their_lines() -> None:
    """A value that is broken costs no other, and each is found by its line."""
    octets = (
        b'[{"name": {"first-name": "Ada"}},\n\n{"name": }, 3,\n{"name": {"first-name": "Ben"}}]'
    )
    found = results_of(octets, "list.json")
    assert [(one.row, one.line, one.status, one.reason) for one in found] == [
        (1, 1, "card", ""), (2, 3, "error", "json"), (3, 3, "error", "not-an-object"),
        (4, 4, "card", ""),
    ]  # fmt: skip


def test_objects_one_behind_the_other_are_rows() -> None:
    """A file of JSON may have objects in lines without an array, long ones and pretty ones."""
    note = "x" * 5_000
    octets = "".join(
        f'{{\n "name": {{"first-name": "{name}"}},\n "note": "{note}"\n}}\n'
        for name in ("Ada", "Ben")
    )
    found = results_of(octets.encode(), "list.json")
    assert [(one.row, one.status, one.name) for one in found] == [
        (1, "card", "Ada"), (2, "card", "Ben")
    ]  # fmt: skip


def test_a_company_of_ndjson() -> None:
    """An object without a name is the card of its company where the caller says so."""
    octets = b'{"organization": "Acme"}'
    assert outcomes(octets, "list.ndjson") == ["error: no-name"]
    assert [one.name for one in results_of(octets, "list.ndjson", company="card")] == ["Acme"]


VCARDS = b"""BEGIN:VCARD\r
VERSION:3.0\r
UID:own-id\r
FN:Ada Nowak\r
N:Nowak;Ada;;;\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:3.0\r
FN:Acme\r
N:;;;;\r
ORG:Acme\r
END:VCARD\r
BEGIN:VCARD\r
END:VCARD\r
"""


def test_every_card_of_a_file_is_counted() -> None:
    """Cards that say nothing are skipped, one that cannot be read is an error."""
    octets = (
        b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n"
        b"BEGIN:VCARD\nFN:Ada\nEND:VCARD\n"
        b"BEGIN:VCARD\nEND:VCARD\n"
        b"BEGIN:VCARD\n$$$ garbage\nEND:VCARD\n"
    )
    found = results_of(octets, "a.vcf")
    assert [(one.row, one.line, one.status, one.reason) for one in found] == [
        (1, 1, "skip", "blank"), (2, 4, "card", ""), (3, 7, "skip", "blank"),
        (4, 9, "error", "unreadable"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ('"photo-url": "file:///etc/passwd"', "E1520"),
        ('"photo-url": "javascript:alert(1)"', "E1520"),
        ('"photo": "aGVsbG8="', "E1522"),
    ],
)
def test_a_photo_of_an_object_that_is_none_is_left_out(members: str, code: str) -> None:
    """No card has what no service may fetch, and no octets that are no image."""
    octets = f'{{"name": {{"first-name": "Ada"}}, {members}}}'.encode()
    [found] = results_of(octets, "a.ndjson")
    assert b"PHOTO" not in found.card
    assert [note.code for note in found.notes] == [code]


@pytest.mark.parametrize(
    "name", ['"name": {"first-name": ""}, ', '"name": {"last-name": " "}, ', ""]
)
def test_an_object_of_a_company(name: str) -> None:
    """Members of the name without text are no name."""
    octets = f'{{{name}"organization": "Acme"}}'.encode()
    assert [one.name for one in results_of(octets, "a.ndjson", company="card")] == ["Acme"]
    assert [one.reason for one in results_of(octets, "a.ndjson")] == ["no-name"]


def test_cards_of_a_file() -> None:
    """Each card keeps its UID and gets one without it; a company is none by default."""
    assert [(one.row, one.line, one.status, one.reason) for one in results_of(VCARDS, "a.vcf")] == [
        (1, 1, "card", ""), (2, 7, "error", "no-name"), (3, 13, "skip", "blank")
    ]  # fmt: skip
    found = results_of(VCARDS, "a.vcf", company="card")
    assert b"UID:own-id\r\n" in found[0].card
    assert [one.name for one in found] == ["Ada Nowak", "Acme", ""]
    assert _uid(found[1].card) == _uid(results_of(VCARDS, "b.vcf", company="card")[1].card)


def test_a_second_row_of_a_person_is_noted() -> None:
    """A row with the name and address of a row before it is a card with a note."""
    octets = table(HEADER, ADA, "Ben,Nowak,,", "ADA,nowak,,ADA@example.com", "Ada,Nowak,1,")
    [*_, third, fourth] = written(octets, form="ndjson").splitlines()
    assert b"Row 1 has the same name and e-mail address." in third
    assert b"notes" not in fourth


def test_notes_name_the_property_that_a_target_drops() -> None:
    """What the target's cards cannot hold is a note of the row."""
    [found] = results_of(table(f"{HEADER},Gender", f"{ADA},f"), target="mms", mms_limit=300)
    assert found.status == "card"
    assert all(isinstance(note, RowNote) for note in found.notes)


def test_a_card_that_does_not_fit_is_an_error() -> None:
    """A ceiling that no card of the contact keeps is the row's error."""
    [found] = results_of(table(HEADER, ADA), target="mms", mms_limit=20)
    assert (found.status, found.reason, found.errors[0].code) == ("error", "unfit", "E1539")


COMPANY_ALONE = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Acme\r\nN:;;;;\r\nORG:Acme\r\nEND:VCARD\r\n"
"""The card of a company."""


@pytest.mark.parametrize(
    ("octets", "filename", "has_hint"),
    [
        (table("First Name,Company", ",Acme"), "list.csv", True),
        (table("First Name,Company,Phone", ",,1"), "list.csv", False),
        (b'{"organization": "Acme"}', "list.ndjson", True),
        (b'{"name": {"last-name": " "}, "organization": "Acme"}', "list.ndjson", True),
        (b'{"phone": []}', "list.ndjson", False),
        (COMPANY_ALONE, "list.vcf", True),
    ],
)
def test_a_company_alone_has_a_hint(octets: bytes, filename: str, has_hint: bool) -> None:
    """It names the option; with it the row is a card."""
    (result,) = results_of(octets, filename)
    (error,) = result.errors
    assert (error.code, error.hint) == ("E1515", COMPANY if has_hint else "")
    (other,) = results_of(octets, filename, company="card")
    assert (other.status == "card") == has_hint
