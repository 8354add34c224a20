"""The forms of a whole result."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.batches import batch_of, report_of, table, written
from vcardsvc.batch import outputs
from vcardsvc.batch.outputs import content_type, filename
from vcardsvc.batch.outputs import written as written_forms
from vcardsvc.model.batch import BatchOptions, Record, Row, RowResult
from vcardsvc.vcard.parser.jcard import read_jcard
from vcardsvc.vcard.parser.jscontact import read_jscontact
from vcardsvc.vcard.parser.read_file import ReadFile
from vcardsvc.vcard.parser.reader import read_cards
from vcardsvc.vcard.parser.xcard import read_xcard

READERS: dict[str, Callable[[bytes], ReadFile]] = {
    "card": read_cards,
    "jcard": read_jcard,
    "jscontact": read_jscontact,
    "xcard": read_xcard,
}
HEADER = "First Name,Last Name,Phone"
LIST = table(HEADER, "Ada,Nowak,n/a", "", ",,1", "Ben,Nowak,2")
EMPTY = table(HEADER, "")


def _zip(octets: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("options", "media_type", "name"),
    [
        ({}, "text/vcard; charset=utf-8", "contacts.vcf"),
        ({"form": "jcard"}, "application/vcard+json", "contacts.json"),
        ({"form": "jscontact"}, "application/jscontact+json", "contacts.json"),
        ({"form": "xcard"}, "application/vcard+xml; charset=utf-8", "contacts.xml"),
        ({"form": "zip"}, "application/zip", "contacts.zip"),
        ({"form": "ndjson"}, "application/x-ndjson", "contacts.ndjson"),
        ({"form": "report"}, "application/json", "contacts.json"),
    ],
)
def test_each_form_has_a_media_type_and_a_name(
    options: dict[str, Any], media_type: str, name: str
) -> None:
    """A browser keeps the file under this name."""
    chosen = BatchOptions(**options)
    assert (content_type(chosen).partition(";")[0], filename(chosen)) == (
        media_type.partition(";")[0], name
    )  # fmt: skip


def test_cards_stand_one_behind_the_other() -> None:
    """A file of cards has those of every row that became one."""
    octets = written(LIST)
    assert octets.count(b"BEGIN:VCARD\r\n") == octets.count(b"END:VCARD\r\n") == 2
    assert octets.index(b"FN:Ada Nowak") < octets.index(b"FN:Ben Nowak")
    assert written(EMPTY) == b""


def test_documents_are_whole() -> None:
    """Cards of JSON are an array, those of XML one document, and so are none of them."""
    jcards, jscontacts = (json.loads(written(LIST, form=form)) for form in ("jcard", "jscontact"))
    assert [one[0] for one in jcards] == ["vcard", "vcard"]
    assert [one["name"]["full"] for one in jscontacts] == ["Ada Nowak", "Ben Nowak"]
    assert json.loads(written(EMPTY, form="jcard")) == []
    assert json.loads(written(EMPTY, form="jscontact")) == []
    assert written(LIST, form="xcard").count(b"<vcard>") == 2
    assert written(EMPTY, form="xcard").endswith(b"</vcards>\n")


@pytest.mark.parametrize("form", ["jcard", "xcard", "jscontact"])
def test_documents_hold_the_cards_of_the_text(form: Any) -> None:
    """Read again, a document has the people of the text."""
    found = READERS[form](written(LIST, form=form))
    names = [one.value for card in found.cards for one in card.properties if one.name == "FN"]
    assert names == ["Ada Nowak", "Ben Nowak"]


def test_ndjson_has_a_line_for_each_row() -> None:
    """A line has the row, its status, and its card, error or notes."""
    lines = [json.loads(line) for line in written(LIST, form="ndjson").splitlines()]
    vcards = [one.pop("vcard", "") for one in lines]
    assert vcards[0].startswith("BEGIN:VCARD\r\n")
    assert vcards[1:3] == ["", ""]
    assert lines == [
        {
            "row": 1,
            "line": 2,
            "status": "card",
            "notes": [
                {
                    "field": "phone",
                    "code": "placeholder",
                    "column": "Phone",
                    "reason": "The text stands for nothing.",
                }
            ],
        },
        {"row": 2, "line": 3, "status": "skip", "reason": "blank"},
        {
            "row": 3,
            "line": 4,
            "status": "error",
            "reason": "no-name",
            "errors": [
                {
                    "error-code": "E1515",
                    "error-info": "The first or last name for the vCard is required.",
                }
            ],
        },
        {"row": 4, "line": 5, "status": "card"},
    ]


@pytest.mark.parametrize(
    ("form", "kind"), [("jcard", list), ("jscontact", dict), ("xcard", str), ("card", str)]
)
def test_ndjson_holds_cards_of_any_form(form: Any, kind: type) -> None:
    """A card of JSON is a member of its own form, another one a text."""
    lines = written(LIST, form="ndjson", card_form=form).splitlines()
    member = "vcard" if form == "card" else "card"
    found = [json.loads(line).get(member) for line in lines]
    assert [type(one) for one in found] == [kind, type(None), type(None), kind]


def test_a_report_says_what_was_found_out() -> None:
    """The counts, the format, each column with its field, and the rows with errors or notes."""
    octets = "sep=;\nVorname;Telefon;Telefon;Schuhgröße\nJörg;n/a;;\n;1;;\n".encode("cp1252")
    found = report_of(octets)
    bad = found.pop("bad-rows")
    assert found == {
        "rows": 2,
        "cards": 1,
        "errors": 1,
        "skipped": 0,
        "with-notes": 1,
        "format": "text/csv",
        "dialect": "generic",
        "encoding": "windows-1252",
        "delimiter": ";",
        "header-line": 2,
        "date-order": "not shown",
        "columns": [
            {"column": "Vorname", "field": "first"},
            {"column": "Telefon", "field": "phone"},
            {"column": "Telefon", "field": "phone"},
            {"column": "Schuhgröße", "field": None},
        ],
        "duplicate-columns": ["Telefon"],
    }
    assert [(one["row"], one["line"], one["status"]) for one in bad] == [
        (1, 3, "card"), (2, 4, "error")
    ]  # fmt: skip


def test_a_report_of_another_format_has_no_columns() -> None:
    """Objects and cards have neither columns nor a header."""
    found = report_of(b'{"name": {"first-name": "Ada"}}\n', "list.ndjson")
    assert found == {
        "rows": 1, "cards": 1, "errors": 0, "skipped": 0, "with-notes": 0,
        "format": "application/x-ndjson", "dialect": "createcontact", "bad-rows": [],
    }  # fmt: skip


def test_a_report_names_so_many_bad_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts are those of all."""
    monkeypatch.setattr(outputs, "BAD_ROWS", 3)
    found = report_of(table(HEADER, *[",,1"] * 10))
    assert (found["errors"], [one["row"] for one in found["bad-rows"]]) == (10, [1, 2, 3])
    noted = ["Ada,Nowak,4.4E+20"] * 5
    found = report_of(table(HEADER, *noted, ",,1", *noted, ",,1"))
    assert [(one["row"], one["status"]) for one in found["bad-rows"]] == [
        (1, "card"), (6, "error"), (12, "error")
    ]  # fmt: skip


def test_an_archive_has_a_file_for_each_contact() -> None:
    """Beside them are the report and the rows to mend."""
    files = _zip(written(LIST, form="zip"))
    assert list(files) == ["Ada Nowak.vcf", "Ben Nowak.vcf", "report.json", "failed.csv"]
    assert files["Ada Nowak.vcf"].startswith(b"BEGIN:VCARD\r\n")
    assert json.loads(files["report.json"])["cards"] == 2
    assert files["failed.csv"].count(b"\r\n") == 2


def test_an_archive_of_no_contact_has_its_report() -> None:
    """A list of blank rows is an archive too."""
    assert list(_zip(written(EMPTY, form="zip"))) == ["report.json"]


@pytest.mark.parametrize("form", ["card", "jcard", "jscontact", "xcard"])
def test_an_archive_holds_files_of_any_form(form: Any) -> None:
    """Each file is whole by itself, one contact or many."""
    single = _zip(written(LIST, form="zip", card_form=form))
    several = _zip(written(LIST, form="zip", card_form=form, split=10))
    ending = {"card": "vcf", "xcard": "xml"}.get(form, "json")
    alone = READERS[form](single[f"Ada Nowak.{ending}"])
    both = READERS[form](several[f"contacts-001.{ending}"])
    assert (len(alone.cards), len(both.cards)) == (1, 2)


def test_an_archive_may_have_files_of_many_contacts() -> None:
    """Google imports 3,000 at once; further files have numbers."""
    octets = table(HEADER, *[f"Ada{number},Nowak,1" for number in range(5)])
    files = _zip(written(octets, form="zip", split=2))
    assert [(name, data.count(b"BEGIN:VCARD")) for name, data in files.items()] == [
        ("contacts-001.vcf", 2), ("contacts-002.vcf", 2), ("contacts-003.vcf", 1),
        ("report.json", 0),
    ]  # fmt: skip


def test_an_archive_has_so_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Further contacts stand together."""
    monkeypatch.setattr(outputs, "MEMBERS", 2)
    octets = table(HEADER, *[f"Ada{number},Nowak,1" for number in range(5)])
    assert list(_zip(written(octets, form="zip"))) == [
        "Ada0 Nowak.vcf", "Ada1 Nowak.vcf", "contacts-001.vcf", "report.json"
    ]  # fmt: skip


def test_a_file_of_many_contacts_ends_at_so_many_octets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos make few contacts large."""
    monkeypatch.setattr(outputs, "FILE", 200)
    octets = table(HEADER, *[f"Ada{number},Nowak,1" for number in range(5)])
    files = _zip(written(octets, form="zip", split=1_000))
    assert [data.count(b"BEGIN:VCARD") for data in files.values()] == [2, 2, 1, 0]


def test_cards_of_an_archive_are_not_held() -> None:
    """A file of 3,000 contacts with photos goes out while they are made."""
    made = 0

    def judged() -> Iterator[tuple[Record, RowResult]]:
        nonlocal made
        for number in range(200):
            made += 1
            card = random.Random(number).randbytes(50_000)
            row = Row(row=number, line=number, cells=[])
            yield row, RowResult(row=number, line=number, status="card", card=card)

    result = batch_of(LIST, form="zip", split=3_000)
    pieces = written_forms(result.run, judged())
    size = 0
    while size < 1_000_000:
        size += len(next(pieces))
    assert made < 30
    del pieces  # a caller who goes leaves no fault behind


@pytest.mark.parametrize("form", ["card", "jcard", "xcard", "jscontact", "zip", "ndjson", "report"])
def test_the_same_list_gives_the_same_octets(form: Any) -> None:
    """Neither the time nor chance is in a result."""
    assert written(LIST, form=form) == written(LIST, form=form)


def test_small_pieces_go_out_together() -> None:
    """The first one goes out at once, the others in pieces of about CHUNK."""
    octets = table(HEADER, *[f"Ada{number},Nowak,1" for number in range(2_000)])
    sizes = [len(piece) for piece in batch_of(octets).pieces]
    assert sizes[0] < 1_000
    assert all(outputs.CHUNK <= size < outputs.CHUNK + 1_000 for size in sizes[1:-1])
