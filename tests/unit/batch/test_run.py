"""Runs of lists: what a file is, and which rows are judged before the first octet."""

import io
from typing import Any

import pytest

from tests.support.batches import batch_of, table
from vcardsvc.batch import run as runs
from vcardsvc.batch.faults import NotAList
from vcardsvc.batch.run import open_file, run_batch
from vcardsvc.model.batch import BatchOptions

CSV = table("First Name,Last Name", "Ada,Nowak")
JSON = b'[{"name": {"first-name": "Ada"}}]'
NDJSON = b'{"name": {"first-name": "Ada"}}\n{"name": {"first-name": "Ben"}}\n'
VCARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Nowak\r\nN:Nowak;Ada;;;\r\nEND:VCARD\r\n"


def _format(octets: bytes, content_type: str = "", filename: str = "") -> str:
    return open_file(io.BytesIO(octets), content_type, filename, BatchOptions()).media_type


@pytest.mark.parametrize(
    ("octets", "content_type", "filename", "media_type"),
    [
        (CSV, "text/csv; charset=utf-8", "", "text/csv"),
        (CSV, "application/vnd.ms-excel", "a.csv", "text/csv"),
        (CSV, "application/octet-stream", "", "text/csv"),
        (CSV, "", "a.TXT", "text/csv"),
        (CSV.replace(b",", b"\t"), "", "a.tsv", "text/tab-separated-values"),
        (JSON, "application/json", "", "application/json"),
        (JSON, "application/octet-stream", "", "application/json"),
        (NDJSON, "application/x-ndjson", "", "application/x-ndjson"),
        (NDJSON, "application/octet-stream", "", "application/x-ndjson"),
        (NDJSON, "application/json", "", "application/x-ndjson"),
        (NDJSON, "text/plain", "a.jsonl", "application/x-ndjson"),
        (VCARD, "text/vcard", "", "text/vcard"),
        (VCARD, "text/plain", "", "text/vcard"),
        (VCARD, "", "contacts.csv", "text/vcard"),
        (b"\xef\xbb\xbf" + VCARD.lower(), "", "", "text/vcard"),
    ],
)
def test_what_a_file_is(octets: bytes, content_type: str, filename: str, media_type: str) -> None:
    """The end of its name says it, then its media type, and its first octets say it better."""
    assert _format(octets, content_type, filename) == media_type


@pytest.mark.parametrize(
    ("octets", "cause"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0rest", "old-format"),
        (b" <!DOCTYPE html><p>", "html"),
        (b"<html><table>", "html"),
        (b"%PDF-1.7", "format"),
        (b"\x89PNG\r\n\x1a\n", "format"),
        (b"\x1f\x8b\x08", "format"),
        (b"\xff\xd8\xff\xe0", "format"),
    ],
)
@pytest.mark.parametrize("filename", ["list.csv", "list.json", "list.vcf", "list.xlsx", ""])
def test_a_file_of_another_kind_is_refused(octets: bytes, cause: str, filename: str) -> None:
    """Whatever it is called, a file that begins as no list does is none."""
    with pytest.raises(NotAList) as caught:
        list(open_file(io.BytesIO(octets), "", filename, BatchOptions()).records)
    assert caught.value.cause == cause


def test_a_text_that_is_called_a_workbook_is_refused() -> None:
    """A workbook is a zip."""
    with pytest.raises(NotAList) as caught:
        _format(CSV, "", "a.xlsx")
    assert caught.value.cause == "not-a-workbook"


HEADER = "First Name,Last Name"


def _counts(rows: int, **options: Any) -> tuple[str, int]:
    """The counts in front of the result, and the cards in it."""
    octets = table(HEADER, *[f"Ada{number},Nowak" for number in range(rows)])
    result = batch_of(octets, **options)
    pieces = b"".join(result.pieces)
    assert result.run.counts.header == f"cards={rows}, errors=0, skipped=0"
    front = result.maybe_counts.header if result.maybe_counts else ""
    return front, pieces.count(b"BEGIN:VCARD")


def test_the_counts_of_a_short_list_stand_in_front() -> None:
    """Up to the limit every row is judged before the first octet; a longer list is written while
    it is read, and no row of either is lost."""
    assert _counts(3, judged=3) == ("cards=3, errors=0, skipped=0", 3)
    assert _counts(4, judged=3) == ("", 4)


def test_records_and_cards_that_are_held_have_a_most_of_octets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A list of few rows that hold much, and one whose cards with photos do, is written while it is
    read."""
    monkeypatch.setattr(runs, "HELD", 30)
    assert _counts(2) == ("", 2)
    monkeypatch.setattr(runs, "HELD", 300)
    assert _counts(20) == ("", 20)
    monkeypatch.setattr(runs, "HELD", 100_000)
    assert _counts(20) == ("cards=20, errors=0, skipped=0", 20)


def test_photos_that_are_fetched_are_held_to_a_most_of_octets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first octets go out before the photos of all rows are there."""
    fetched: list[str] = []

    class Photos:
        """Gives a large photo for each URL."""

        def at_url(self, url: str, side: int, octets: int) -> bytes | str:
            """Return a photo."""
            fetched.append(url)
            return b"\xff\xd8\xff" + bytes(10_000)

        def drawn(self, data: bytes, side: int, octets: int) -> bytes | str:
            """Refuse: no card of the list has a photo."""
            raise AssertionError

    monkeypatch.setattr(runs, "HELD", 50_000)
    options = BatchOptions(photo="drop")
    rows = [f"Ada{number},Nowak,https://example.com/{number}" for number in range(100)]
    octets = table(f"{HEADER},Photo", *rows)
    result = run_batch(open_file(io.BytesIO(octets), "", "a.csv", options), options, Photos())

    assert result.maybe_counts is None
    assert len(fetched) < 10
    assert b"".join(result.pieces).count(b"PHOTO;") == len(fetched) == 100


def test_so_many_people_are_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row behind them is still compared with those before."""
    monkeypatch.setattr(runs, "KNOWN_AGAIN", 2)
    rows = [f"Ada,Nowak,{name}@example.com" for name in ("a", "b", "c", "c", "a")]
    result = batch_of(table(f"{HEADER},Email", *rows))
    list(result.pieces)
    assert [one.row for one in result.run.noted] == [5]
