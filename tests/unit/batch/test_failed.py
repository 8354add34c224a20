"""The rows that became no card, to be mended and sent again."""

import csv
import io
from typing import Any

import pytest

from tests.support.batches import batch_of, outcome, outcomes, results_of, table
from vcardsvc.batch.columns import REASON_COLUMNS
from vcardsvc.batch.failed import FailedRows, guarded
from vcardsvc.batch.results import Judge
from vcardsvc.batch.run import open_file
from vcardsvc.model.batch import BatchOptions

HEADER = "First Name,Last Name,Phone,Notes"


def failed(octets: bytes, filename: str = "list.csv", **options: Any) -> tuple[str, bytes]:
    """The name and the octets of the failed rows of a list."""
    chosen = BatchOptions(**options)
    source = open_file(io.BytesIO(octets), "", filename, chosen)
    rows = FailedRows(source.maybe_columns, source.delimiter, source.order)
    judge = Judge(chosen, source.maybe_columns, source.order)
    for record in source.records:
        result = judge.result(record)
        if result.status == "error":
            rows.add(record, result)
    found = rows.name, b"".join(rows.octets())
    rows.close()
    return found


def test_failed_rows_of_a_table() -> None:
    """The table has its own columns behind the reasons, in UTF-8 with a mark."""
    octets = table(HEADER, "Ada,Nowak,1,", ",,+44 20 7946 0101,Zoë", "Ben,Nowak,2,,more")
    name, found = failed(octets)
    rows = list(csv.reader(io.StringIO(found.decode("utf-8-sig"))))
    assert (name, found[:3]) == ("failed.csv", b"\xef\xbb\xbf")
    assert [row[4:] for row in rows] == [
        HEADER.split(","), ["", "", "+44 20 7946 0101", "Zoë"], ["Ben", "Nowak", "2", "", "more"]
    ]  # fmt: skip
    assert [row[:2] for row in rows] == [
        ["Error line", "Error code"],
        ["3", "E1515"],
        ["4", "E1537"],
    ]
    assert tuple(rows[0][:4]) == REASON_COLUMNS


def test_mended_rows_are_read_as_what_they_were() -> None:
    """Mended and sent again, a row becomes the card that it would have become at first."""
    rows = (
        ',,+44 20 7946 0101,"=1+1\n- two"',
        ",,07700 900102,@home",
        ",,-,-5",
        ',,,"\tTab, and ""quotes"""',
        ",,'+49 1,\"'=x\"",
    )
    _, found = failed(table(HEADER, *rows))
    lines = list(csv.reader(io.StringIO(found.decode("utf-8-sig"))))
    out = io.StringIO()
    csv.writer(out).writerows([lines[0], *[[*row[:4], "Ada", *row[5:]] for row in lines[1:]]])
    whole = table(HEADER, *(f"Ada{row}" for row in rows))

    assert outcomes(out.getvalue().encode()) == outcomes(whole)
    uids = [one.card for one in results_of(out.getvalue().encode())]
    assert uids == [one.card for one in results_of(whole)]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_mended_rows_of_another_program_are_read(mark: str) -> None:
    """A spreadsheet may save the file with another delimiter and encoding."""
    _, found = failed(table(HEADER, ",,1,Zoë"))
    rows = list(csv.reader(io.StringIO(found.decode("utf-8-sig"))))
    rows[1][4:6] = ["Ada", "Nowak"]
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows([row[:8] for row in rows])
    [found_again] = outcomes(out.getvalue().encode("cp1252"))
    assert found_again[0] == "N:Nowak;Ada;;;"


@pytest.mark.parametrize(
    "text", ["=1+1", "=HYPERLINK()", "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-2+3", "-x", "\t=1", "+"]
)
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    """A formula stands behind an apostrophe."""
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    ["+44 20 7946 0101", "+1 (202) 555-0106", "+1.202.555.0106", "-5", "+49/30/1234", "Ada",
     "a=b", "'quoted", "", "0", "1-2"],
)  # fmt: skip
def test_numbers_and_texts_are_not_guarded(text: str) -> None:
    """A number with its country stays one."""
    assert guarded(text) == text


def test_dates_keep_their_order() -> None:
    """The row that shows the order of day and month need not be among the failed ones."""
    octets = table("First Name,Birthday", "Ada,25/12/1985", ",03/04/1990", ",soon", ",1990")
    _, found = failed(octets)
    rows = list(csv.reader(io.StringIO(found.decode("utf-8-sig"))))
    assert [row[5] for row in rows[1:]] == ["1990-04-03", "soon", "1990"]
    _, found = failed(table("First Name,Birthday", ",03/04/1990"))
    assert b",03/04/1990" in found


def test_a_row_that_fails_again_has_its_new_reasons_alone() -> None:
    """The reasons of the first time are no columns of the table, and no columns are unknown."""
    _, first = failed(table(HEADER, ",,1,"))
    name, again = failed(first)
    assert (name, again) == ("failed.csv", first)
    source = open_file(io.BytesIO(first), "", "", BatchOptions())
    assert source.maybe_columns is not None
    assert "" not in source.maybe_columns.fields


def test_the_delimiter_is_that_of_the_list() -> None:
    """A spreadsheet that reads the list reads its failed rows, and no cell becomes two."""
    _, found = failed(b"Vorname;Telefon;Notiz\n;1;a,b\n;2;=1+1\n")
    assert found.decode("utf-8-sig").splitlines()[1:] == [
        "2;E1515;The first or last name for the vCard is required.;;;1;a,b",
        "3;E1515;The first or last name for the vCard is required.;;;2;'=1+1",
    ]


def test_names_of_columns_are_guarded() -> None:
    """A spreadsheet runs a header as it runs a cell; read again, the name is the same."""
    own = {"=cmd()": "custom.Command"}
    _, found = failed(table("First Name,=cmd()", ",1"), columns=tuple(own.items()))
    assert found.decode("utf-8-sig").splitlines()[0].endswith(",First Name,'=cmd()")
    source = open_file(io.BytesIO(found), "", "", BatchOptions(columns=tuple(own.items())))
    assert source.maybe_columns is not None
    assert source.maybe_columns.fields[-1] == "custom.Command"


def test_failed_lines_of_ndjson() -> None:
    """They are NDJSON again, one line each."""
    octets = b'{"name": {"first-name": "Ada"}}\n{"organization": "Acme"}\n{"broken\n'
    assert failed(octets, "list.ndjson") == (
        "failed.ndjson", b'{"organization": "Acme"}\n{"broken\n'
    )  # fmt: skip
    array = b'[{"organization":\n "Acme"}, 3]'
    assert failed(array, "list.json") == ("failed.ndjson", b'{"organization":  "Acme"}\n3\n')


def test_failed_cards() -> None:
    """They are cards again."""
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Acme\r\nN:;;;;\r\nORG:Acme\r\nEND:VCARD\r\n"
    name, octets = failed(card, "list.vcf")
    assert name == "failed.vcf"
    [again] = results_of(octets, "list.vcf", company="card")
    assert outcome(again) == outcomes(card, "list.vcf", company="card")[0]


def test_a_card_that_cannot_be_read_is_there_as_it_came() -> None:
    """Nothing of it is lost."""
    card = b"BEGIN:VCARD\r\n$$$ garbage\r\nEND:VCARD\r\n"
    assert failed(card, "list.vcf") == ("failed.vcf", card)


def test_no_failed_rows_are_no_file() -> None:
    """A list without errors has nothing to mend."""
    assert failed(table(HEADER, "Ada,Nowak,1,"))[1] == b""
    result = batch_of(table(HEADER, "Ada,Nowak,1,"), form="zip")
    list(result.pieces)
    assert result.run.failed.count == 0


def test_many_failed_rows_are_kept_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows over the limit of memory are all there."""
    monkeypatch.setattr("vcardsvc.batch.failed.MEMORY", 100)
    _, octets = failed(table(HEADER, *[f",,{number},x" for number in range(500)]))
    rows = list(csv.reader(io.StringIO(octets.decode("utf-8-sig"))))
    assert [row[6] for row in rows[1:]] == [str(number) for number in range(500)]
