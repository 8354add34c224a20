"""POST /batch: a list of contacts goes in, cards come out, and what is wrong is said."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from tests.support.batch_process import killed, local_process
from tests.support.batches import lines_of, table
from tests.support.http_client import KEY, Caller, calling, photo_host
from vcardsvc.services import batches

HEADER: Final = "First Name,Last Name,Phone"
LIST: Final = table(HEADER, "Ada,Nowak,n/a", "", ",,1", "Ben,Nowak,2")
COUNTS: Final = "cards=2, errors=1, skipped=1"


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A photo host."""
    with photo_host() as base:
        yield base


@pytest.fixture(scope="module")
def caller(host: str) -> Iterator[Caller]:
    """The service, whose batches run in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_started", local_process)
        patch.setattr(batches, "_kill", killed)
        limits = {"batch_limit": 100_000, "batch_judged": 10, "batch_slots": 2}
        with calling(host, **limits) as found:
            yield found


def sent(caller: Caller, body: bytes, query: str = "", **headers: str) -> Any:
    """The response to a list, of CSV unless a content_type is given."""
    return caller.post(
        body, query=f"batch{query and '?'}{query}", **{"content_type": "text/csv", **headers}
    )


def refusal(response: Any) -> tuple[int, str, str]:
    """The status, the first code and the info of a refusal."""
    first = response.json()["errors"][0]
    return response.status_code, first["error-code"], first["error-info"]


def test_a_list_becomes_cards(caller: Caller) -> None:
    """The counts stand in front, and the file has a name."""
    response = sent(caller, LIST)

    assert response.status_code == 200, response.text
    assert {
        name: response.headers.get(name)
        for name in ("content-type", "content-disposition", "vcard-rows", "cache-control",
                     "x-content-type-options", "trailer", "vcard-unread-columns")
    } == {
        "content-type": "text/vcard; charset=utf-8",
        "content-disposition": "attachment; filename=contacts.vcf",
        "vcard-rows": COUNTS,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "trailer": None,
        "vcard-unread-columns": None,
    }  # fmt: skip
    cards = response.content.split(b"END:VCARD\r\n")
    assert [lines_of(card) for card in cards] == [
        ["N:Nowak;Ada;;;"], ["N:Nowak;Ben;;;", "TEL:2"], []
    ]  # fmt: skip


def test_columns_that_are_not_known_are_counted(caller: Caller) -> None:
    """A caller sees that a part of his list was not read."""
    response = sent(caller, table(f"{HEADER},Shoe Size,Hat", "Ada,Nowak,1,2,3"))
    assert response.headers["vcard-unread-columns"] == "2"


def test_a_long_list_has_its_counts_behind_it(caller: Caller) -> None:
    """A list over the limit is written while it is read: the counts are a trailer."""
    response = sent(caller, table(HEADER, *["Ada,Nowak,1"] * 11))
    assert response.content.count(b"END:VCARD\r\n") == 11
    assert (response.headers.get("vcard-rows"), response.headers["trailer"]) == (None, "Vcard-Rows")
    short = sent(caller, table(HEADER, *["Ada,Nowak,1"] * 10))
    assert short.headers["vcard-rows"] == "cards=10, errors=0, skipped=0"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("as=jcard", "", "application/vcard+json"),
        ("", "application/vcard+json", "application/vcard+json"),
        ("as=ndjson", "", "application/x-ndjson"),
        ("", "application/zip", "application/zip"),
        ("as=report", "", "application/json"),
        ("as=card", "application/zip", "text/vcard; charset=utf-8"),
    ],
)
def test_the_form_is_an_option_or_accepted(
    caller: Caller, query: str, accept: str, media_type: str
) -> None:
    """`as` names the form, else the Accept header."""
    headers = {"accept": accept} if accept else {}
    response = sent(caller, LIST, query, **headers)
    assert response.headers["content-type"] == media_type
    assert response.headers["vcard-rows"] == COUNTS


def test_an_archive_is_whole(caller: Caller) -> None:
    """It has the cards, the report and the rows to mend."""
    with zipfile.ZipFile(io.BytesIO(sent(caller, LIST, "as=zip").content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "Ada Nowak.vcf", "Ben Nowak.vcf", "report.json", "failed.csv"
        ]  # fmt: skip


def test_options_are_those_of_the_query(caller: Caller) -> None:
    """A map, a target and a rule for companies."""
    query = urlencode({"map": '{"Tel": "phone.mobile"}', "target": "apple", "company": "card"})
    response = sent(caller, table("First Name,Company,Tel", "Ada,,1", ",Acme,2"), query)
    assert response.headers["vcard-rows"] == "cards=2, errors=0, skipped=0"
    assert b"TEL;TYPE=CELL" in response.content


@pytest.mark.parametrize(
    ("body", "content_type", "cards"),
    [
        (b'{"name": {"first-name": "Ada"}}\n', "application/x-ndjson", 1),
        (b'[{"name": {"first-name": "Ada"}}]', "application/json", 1),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nEND:VCARD\r\n" * 2, "text/vcard", 2),
        (b"First Name\tPhone\nAda\t1\n", "text/tab-separated-values", 1),
        (LIST, "application/octet-stream", 2),
    ],
)
def test_lists_of_every_format(caller: Caller, body: bytes, content_type: str, cards: int) -> None:
    """The media type says what a list is, and octets without a type show it."""
    response = sent(caller, body, content_type=content_type)
    assert response.content.count(b"END:VCARD\r\n") == cards


def test_the_file_of_a_form(caller: Caller) -> None:
    """What a browser or curl -F sends."""
    body = (
        b'--xYz\r\nContent-Disposition: form-data; name="file"; filename="l.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + LIST + b"\r\n--xYz--\r\n"
    )
    response = sent(caller, body, content_type="multipart/form-data; boundary=xYz")
    assert response.headers["vcard-rows"] == COUNTS
    broken = sent(caller, body[:-20], content_type="multipart/form-data; boundary=xYz")
    assert refusal(broken)[:2] == (422, "E1538")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "It is no CSV"),
        (b"<html>", "It is a web page."),
        (b"\xd0\xcf\x11\xe0", "It is a file of an old Excel"),
        (b"a,b\n1,2\n", "None of its columns is known."),
        (b"First Name,Last Name\n" + b'Ada,"open\n' * 200, "Over 100 records open a quote"),
    ],
)
def test_a_file_that_is_no_list_is_refused(caller: Caller, body: bytes, text: str) -> None:
    """The code is E1538, and a sentence says what to do."""
    status, code, info = refusal(sent(caller, body))
    assert (status, code) == (422, "E1538")
    assert text in info


def test_a_body_over_the_limit_is_refused(caller: Caller) -> None:
    """A length over it is refused at once, and so is a body in chunks."""
    assert refusal(sent(caller, b"a" * 100_001))[:2] == (413, "E100")
    chunks = iter([b"First Name,Last Name\n", *[b"Ada,Nowak\n" * 1_000] * 11])
    response = caller.client.post(
        "/batch", content=chunks, headers={"x-api-key": KEY, "content-type": "text/csv"}
    )
    assert refusal(response)[:2] == (413, "E100")


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [("image/png", {}), ("", {}), ("text/csv", {"content_encoding": "gzip"})],
)
def test_a_body_of_another_type_is_refused(
    caller: Caller, content_type: str, headers: dict[str, str]
) -> None:
    """The types of lists are named, and no encoding of the content is taken."""
    response = sent(caller, LIST, content_type=content_type, **headers)
    assert refusal(response)[:2] == (415, "E100")
    if not headers:
        hint = "Name the kind of list in the header Content-Type, such as content-type: text/csv."
        assert hint in refusal(response)[2]


def test_a_map_of_another_list_is_refused(caller: Caller) -> None:
    """A column that is not there stands in the report; where none is, the list's own are named."""
    query = urlencode({"map": '{"Tel": "phone", "Fax": "phone.fax"}', "as": "report"})
    report = sent(caller, table("First Name,Tel", "Ada,1"), query).json()
    assert report["unused-map"] == ["Fax"]
    assert refusal(sent(caller, LIST, query)) == (
        422,
        "E1538",
        'The file cannot be read as a list of contacts. The map names "Tel", "Fax", and the list '
        'has no such column. Read with commas, its columns are: "First Name", "Last Name", '
        '"Phone".',
    )


def test_a_wrong_option_is_refused_before_the_body_is_read(caller: Caller) -> None:
    """Every wrong option is named at once."""
    response = sent(caller, LIST, "as=pdf&split=0&who=me")
    assert response.status_code == 400
    assert [one["error-code"] for one in response.json()["errors"]] == ["E1527"] * 3
    assert sent(caller, LIST, accept="image/png").status_code == 406


def test_a_key_is_needed(caller: Caller) -> None:
    """A list without a key, and with an unknown one, is refused."""
    for key in (None, "another-key-0123456789abcdef"):
        response = caller.post(LIST, query="batch", key=key, content_type="text/csv")
        assert response.status_code in (401, 403)


def test_photos_of_a_list(caller: Caller, host: str) -> None:
    """A photo at a URL is put in; one that cannot be used is noted or costs its row."""
    octets = table(
        "First Name,Photo", f"Ada,{host}/photo", f"Ben,{host}/page", f"Cy,{host}/inside", "Dee,"
    )
    dropped = sent(caller, octets, "as=ndjson&photo=drop")
    lines = [json.loads(line) for line in dropped.text.splitlines()]
    assert [(one["status"], "PHOTO;" in one["vcard"]) for one in lines] == [
        ("card", True), ("card", False), ("card", False), ("card", False)
    ]  # fmt: skip
    assert [[note["field"] for note in one.get("notes", [])] for one in lines] == [
        [], ["photo"], ["photo"], []
    ]  # fmt: skip

    required = sent(caller, octets, "as=ndjson&photo=require")
    lines = [json.loads(line) for line in required.text.splitlines()]
    assert [(one["status"], one.get("reason")) for one in lines] == [
        ("card", None), ("error", "photo"), ("error", "photo"), ("card", None)
    ]  # fmt: skip
    assert required.headers["vcard-rows"] == "cards=2, errors=2, skipped=0"
    without = sent(caller, octets, "as=ndjson")
    assert without.text.count(f"PHOTO;VALUE=uri:{host}") == 3


def test_a_page_may_send_a_list(caller: Caller) -> None:
    """A preflight is answered, and a script reads the counts."""
    headers = {"origin": "https://example.com", "access-control-request-method": "POST"}
    assert caller.client.options("/batch", headers=headers).status_code in (200, 204)
