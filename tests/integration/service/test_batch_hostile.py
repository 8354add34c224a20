"""Hostile lists: each ends with an answer in seconds, and its process stays small."""

import io
import itertools
import random
import zipfile
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.support.raw_batches import HEADER, Cost, answer_to, rows
from tests.support.service import Served, serving

SECONDS = 10.0
"""The most processor time that any of them may take; none is waited for much longer."""

MEMORY = 200
"""The most memory of a process, in MiB."""

MB = 1_000_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service under its own limits."""
    with serving(tmp_path_factory.mktemp("hostile"), {"SLOT_TIMEOUT": "20"}) as served:
        yield served


def _endless(piece: bytes, most: int = 10_000 * MB) -> Iterable[bytes]:
    """A body that ends when there is an answer, or much later."""
    large = piece * (MB // len(piece))
    return itertools.repeat(large, most // len(large))


def _pieces(octets: bytes) -> Iterable[bytes]:
    return (octets[start : start + MB] for start in range(0, len(octets), MB))


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in members.items():
            archive.writestr(name, octets)
    return out.getvalue()


def _workbook(sheet: bytes, **more: bytes) -> bytes:
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    xmlns = "http://schemas.openxmlformats.org"
    return _zip(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{xmlns}/package/2006/content-types">'
                f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
                f'<Override PartName="/xl/worksheets/sheet1.xml" '
                f'ContentType="{kinds}.worksheet+xml"/>'
                "</Types>"
            ).encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{xmlns}/package/2006/relationships"><Relationship Id="r1" '
                f'Type="{xmlns}/officeDocument/2006/relationships/officeDocument" '
                'Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{xmlns}/spreadsheetml/2006/main" '
                f'xmlns:r="{xmlns}/officeDocument/2006/relationships"><sheets>'
                '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{xmlns}/package/2006/relationships"><Relationship Id="r1" '
                f'Type="{xmlns}/officeDocument/2006/relationships/worksheet" '
                'Target="worksheets/sheet1.xml"/></Relationships>'
            ).encode(),
            "xl/worksheets/sheet1.xml": sheet,
            **more,
        }
    )


def _sheet(octets: bytes) -> bytes:
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return start + b"<sheetData>" + octets + b"</sheetData></worksheet>"


CSV, JSON, NDJSON, VCARD, OCTETS = (
    "text/csv", "application/json", "application/x-ndjson", "text/vcard",
    "application/octet-stream",
)  # fmt: skip
FORM = "multipart/form-data; boundary=xYz"
PART = b'--xYz\r\nContent-Disposition: form-data; name="f"; filename="l.csv"\r\n\r\n'
OBJECT = b'{"name": {"first-name": "Ada"}}'
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nN:;Ada;;;\r\nEND:VCARD\r\n"
BOMB = bytes(400 * MB // 4)

REFUSED: dict[str, tuple[str, Callable[[], Iterable[bytes]], int]] = {
    "endless line": (CSV, lambda: _endless(b"x"), 422),
    "endless line of commas": (CSV, lambda: _endless(b","), 422),
    "endless line of names": (CSV, lambda: _endless(b"Phone,"), 422),
    "endless line behind a header": (
        CSV, lambda: itertools.chain([HEADER], _endless(b"x")), 422
    ),
    "endless open quote": (CSV, lambda: itertools.chain([b'"'], _endless(b"x\n")), 422),
    "open quotes in every row": (
        CSV, lambda: _pieces(HEADER + b'Ada,"Nowak,x\n' * (30 * MB // 13)), 422
    ),
    "zeros": (CSV, lambda: _endless(b"\0"), 422),
    "chance": (OCTETS, lambda: _pieces(random.Random(7).randbytes(5 * MB)), 422),
    "gzip": (CSV, lambda: _pieces(b"\x1f\x8b\x08" + random.Random(7).randbytes(MB)), 422),
    "pdf": (CSV, lambda: _pieces(b"%PDF-1.7\n" + bytes(MB)), 422),
    "png": (CSV, lambda: _pieces(b"\x89PNG\r\n\x1a\n" + bytes(MB)), 422),
    "endless value": (JSON, lambda: itertools.chain([b'["'], _endless(b"x")), 413),
    "endless blanks": (JSON, lambda: _endless(b" "), 413),
    "deep array": (JSON, lambda: _endless(b"["), 413),
    "deep object": (JSON, lambda: itertools.chain([b"["], _endless(b'{"a":')), 413),
    "endless escapes": (JSON, lambda: itertools.chain([b'["'], _endless(b"\\\\")), 413),
    "endless line of NDJSON": (NDJSON, lambda: _endless(b"x"), 413),
    "endless card": (
        VCARD, lambda: itertools.chain([b"BEGIN:VCARD\n"], _endless(b"NOTE:x\n")), 413
    ),
    "endless line of a card": (
        VCARD, lambda: itertools.chain([b"BEGIN:VCARD\nNOTE:"], _endless(b"x")), 413
    ),
    "no card": (VCARD, lambda: _endless(b"NOTE:x\n"), 413),
    "cards in cards": (VCARD, lambda: _endless(b"AGENT:\nBEGIN:VCARD\n"), 413),
    "form without a file": (
        FORM,
        lambda: itertools.chain(
            [b'--xYz\r\nContent-Disposition: form-data; name="a"\r\n\r\n'], _endless(b"x")
        ),
        422,
    ),
    "endless header of a form": (
        FORM, lambda: itertools.chain([b"--xYz\r\nX-Long: "], _endless(b"x")), 422
    ),
    "zip of nothing": (OCTETS, lambda: _pieces(_zip({"a.txt": BOMB})), 413),
    "bomb in a workbook": (OCTETS, lambda: _pieces(_workbook(_sheet(BOMB))), 413),
}  # fmt: skip
"""Lists that have no result: the media type, the body, and the status."""


def _status(octets: bytes) -> int:
    return int(octets.split(b" ", 2)[1])


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_list_is_refused(service: Served, name: str) -> None:
    """The refusal comes while the list is still sent, and costs little memory."""
    content_type, body, status = REFUSED[name]
    with Cost(service) as cost:
        octets = answer_to(service, body(), f"content-type: {content_type}")
    assert _status(octets) == status, octets[:1000]
    assert b"E503" not in octets
    assert cost.seconds < SECONDS, cost.seconds
    assert cost.memory < MEMORY, cost.memory


ANSWERED: dict[str, tuple[str, Callable[[], Iterable[bytes]]]] = {
    "quote that is never closed": (
        CSV, lambda: _pieces(HEADER + b'Ada,"Nowak,x\n' + b"Ben,Nowak,y\n" * 20_000)
    ),
    "quote in a file of large rows": (
        CSV, lambda: _pieces(HEADER + b'Ada,"Nowak,x\n' + rows(3_300))
    ),
    "record of a million cells": (
        CSV, lambda: _pieces(HEADER + b"," * 999_000 + b"\n" + b"Ada,x\n")
    ),
    "cells of zeros": (CSV, lambda: _pieces(HEADER + b"Ada\n" * 80 + b"Ada,\0\0,\0\n" * 1_000)),
    "huge cells": (
        CSV, lambda: _pieces(HEADER + b"Ada,x," + b"x" * 200_000 + b"\n" + b"Ada,x\n")
    ),
    "numbers in cells": (
        CSV, lambda: _pieces(b"First Name,Phone\nAda," + b"020 7946 / " * 10_000 + b"\n")
    ),
    "blank lines of a report": (
        CSV,
        lambda: _pieces(
            b"First Name,Last Name,Account Name,Mailing Zip/Postal Code\nAda,x\n" + b"\n" * 200_000
        ),
    ),
    "deep values": (
        JSON,
        lambda: _pieces(b"[" + (b"[" * 50_000 + b"]" * 50_000 + b",") * 5 + OBJECT + b"]"),
    ),
    "long numbers": (NDJSON, lambda: _pieces(b"9" * 500_000 + b"\n" + OBJECT + b"\n")),
    "members of an object": (
        NDJSON, lambda: _pieces(b"{" + b'"a":1,' * 100_000 + b'"b":1}\n' + OBJECT + b"\n")
    ),
    "cards without an end": (
        VCARD, lambda: _pieces(b"BEGIN:VCARD\r\nFN:Ada\r\n" * 5_000 + CARD)
    ),
}  # fmt: skip
"""Lists of which the rest is read."""


@pytest.mark.parametrize("name", ANSWERED)
@pytest.mark.parametrize("form", ["card", "zip"])
def test_a_hostile_row_costs_no_other(service: Served, name: str, form: str) -> None:
    """What is hostile is an error or a card; a contact beside it is a card."""
    content_type, body = ANSWERED[name]
    with Cost(service) as cost:
        octets = answer_to(service, body(), f"content-type: {content_type}", query=f"?as={form}")
    assert _status(octets) == 200, octets[:1000]
    assert b"END:VCARD" in octets or form == "zip", octets[:1000]
    assert cost.seconds < SECONDS, cost.seconds
    assert cost.memory < MEMORY, cost.memory


def test_the_service_answers_on(service: Served) -> None:
    """Behind all of them a list becomes cards, and no fault of ours was logged."""
    octets = answer_to(service, [HEADER + b"Ada,Nowak,\n"])
    assert octets.startswith(b"HTTP/1.1 200 OK\r\n")
    assert "batch-fault" not in service.log
    assert "batch-ended" not in service.log
