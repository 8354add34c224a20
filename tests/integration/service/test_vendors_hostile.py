"""Hostile bodies over HTTP, to every vendor's call that takes one: a clean error, soon.

The service is a process of its own, so that what kills, blocks or fills it would be seen. Its body
ceiling is four times the usual one, which would keep the largest of these out unread.
"""

import contextlib
import json
import re
import sqlite3
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.cpu_budget import longer
from tests.support.service import LONGEST, Answer, Served, serving, until
from vcardsvc.apis.base import Route
from vcardsvc.app import VENDORS
from vcardsvc.validation.fields import Policy

SOON: Final = 1.0
"""Seconds of the service's own, as its log has them."""

BODY_LIMIT: Final = 1024 * 1024
"""Bytes of a body here."""

BOMB: Final = "".join(
    f'<!ENTITY e{level} "{f"&e{level - 1};" * 10 if level else "ha"}">' for level in range(10)
)

XML: Final = {
    "100,000 levels": b"<a>" * 100_000 + b"</a>" * 100_000,
    "unfinished levels": b"<a>" * 300_000,
    "billion laughs": f"<!DOCTYPE r [{BOMB}]><request>&e9;</request>".encode(),
    "quadratic blowup": b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 99_999 + b'">]><request>'
    + b"&a;" * 50_000 + b"</request>",
    "a file": b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><request>&a;</request>',
    "a host": b'<!DOCTYPE r [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]><request>&a;</request>',
    "a parameter": b'<!DOCTYPE r [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><request/>',
    "a document type": b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd"><request/>',
    "an inner document type": b"<!DOCTYPE r [<!ELEMENT r ANY>]><request/>",
    "elements": b"<request>" + b"<a/>" * 60_000 + b"</request>",
    "unfinished tags": b"<a " * 80_000,
    "UTF-16": '<?xml version="1.0" encoding="utf-16"?><request/>'.encode("utf-16"),
    "NUL": b"<request>\0</request>",
    "a surrogate": b"<request>&#xD800;</request>",
    "an entity of nobody's": b"<request>&nothing;</request>",
    "no XML": b"request",
}  # fmt: skip

JSON: Final = {
    "arrays": b"[" * 100_000 + b"]" * 100_000,
    "objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "unfinished": b"[" * 200_000,
    "a long number": b'{"a":' + b"9" * 200_000 + b"}",
    "no number": b'{"a":NaN}',
    "infinity": b'{"a":1e999999}',
    "a lone surrogate": b'{"a":"\\ud800"}',
    "a member twice": b'{"a":1,"a":2}',
    "no UTF-8": b'{"a":"\xff"}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
}

BODIES: Final = {b"application/xml": XML, b"application/json": JSON}


def _calls() -> Iterator[tuple[str, Route, bytes, str]]:
    """Every call that takes a body, of every type that has attacks, with each of these."""
    policy = Policy()
    for make in VENDORS.values():
        vendor = make(policy)
        for route in vendor.routes:
            for media_type, bodies in BODIES.items():
                if media_type in route.content_types:
                    yield from ((vendor.name, route, media_type, body) for body in bodies)


CALLS: Final = list(_calls())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service, whose log has each request."""
    folder = tmp_path_factory.mktemp("hostile")
    url = f"sqlite:///{folder / 'book.db'}"
    with serving(folder, {"DATABASE_URL": url, "BODY_LIMIT": str(BODY_LIMIT)}) as created:
        yield created


def _send(served: Served, vendor: str, route: Route, media_type: bytes, body: bytes) -> Answer:
    path = route.path.replace("{id}", "1").replace("{contactHandle}", "handle")
    basic = vendor in ("autodns", "superoffice")
    token = b64encode(f"any:{served.key}".encode()).decode() if basic else served.key
    return served.ask(
        route.method,
        f"/{vendor}{path}",
        body,
        authorization=f"{'Basic' if basic else 'Bearer'} {token}",
        content_type=media_type.decode(),
    )


@pytest.mark.parametrize(
    ("vendor", "route", "media_type", "name"),
    CALLS,
    ids=[f"{vendor}-{route.name}-{name}" for vendor, route, _, name in CALLS],
)
def test_a_hostile_body_is_a_clean_error(
    served: Served, vendor: str, route: Route, media_type: bytes, name: str
) -> None:
    """The vendor's own error with 400 or 422, nothing of any file in it, within a second."""
    answer = _send(served, vendor, route, media_type, BODIES[media_type][name])
    assert answer.status in (400, 422), answer.body
    assert media_type.decode() in answer.headers["content-type"] or answer.json
    assert b"root:" not in answer.body
    assert _milliseconds(served, answer) < longer(SOON) * 1000


def _milliseconds(served: Served, answer: Answer) -> float:
    """How long the service took, by its own log: this machine may be busy with other things."""
    number = re.compile(rf" id={answer.headers['x-request-id']} .* ms=([0-9.]+) ")
    return float(until(lambda: number.search(served.log))[1])


def test_a_hostile_body_delays_no_other_request(served: Served) -> None:
    """While the largest bodies are read, others are answered."""
    gateway = next(one for one in CALLS if one[1].name == "gateway")
    body = XML["elements"]
    senders = [threading.Thread(target=_send, args=(served, *gateway[:3], body)) for _ in range(8)]
    for sender in senders:
        sender.start()
    waited = []
    while any(sender.is_alive() for sender in senders):
        start = time.monotonic()
        assert served.ask("GET", "/healthz").status == 200
        waited.append(time.monotonic() - start)
    assert max(waited, default=0) < longer(SOON)


FORM: Final = "application/x-www-form-urlencoded"
FORMS: Final = {
    "10,000 fields": b"&".join(b"f%d=1" % number for number in range(10_000)),
    "nesting": b"a" + b"[b]" * 50_000 + b"=1",
    "a far index": b"Persons[99999999999].Firstname=x",
    "nothing but ends": b"&" * 200_000,
    "no UTF-8": b"Name=%ff%fe&grant_type=%ed%a0%80",
    "NUL": b"Name=a%00b&client_secret=%00",
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("path", ["/superoffice/api/v1/Contact", "/marketingcloud/v2/token"])
def test_a_hostile_form_is_a_clean_error(served: Served, path: str, name: str) -> None:
    """The vendor's own error, soon."""
    token = b64encode(f"any:{served.key}".encode()).decode()
    given = {} if path.endswith("token") else {"authorization": f"Basic {token}"}
    answer = served.ask("POST", path, FORMS[name], content_type=FORM, **given)
    assert answer.status in (400, 401)
    assert _milliseconds(served, answer) < longer(SOON) * 1000


def test_two_hundred_creates_at_once_are_all_kept(tmp_path: Path) -> None:
    """Every connection is answered; one that a slow disk keeps out is asked to come again, and in
    the end every contact is there once."""
    answers: list[Any] = []
    deadline = time.monotonic() + LONGEST * 2

    def create(patient: Served, number: int) -> None:
        body = json.dumps({"Name": f"Firm {number}"}).encode()
        while True:
            answer = patient.ask(
                "POST",
                "/superoffice/api/v1/Contact",
                body,
                authorization=f"Bearer {patient.key}",
                content_type="application/json",
            )
            if answer.status != 503 or time.monotonic() > deadline:
                break
            time.sleep(int(answer.headers["retry-after"]))
        answers.append((answer.status, answer.json.get("Name")))

    path = tmp_path / "book.db"
    settings = {"DATABASE_URL": f"sqlite:///{path}", "SLOT_TIMEOUT": "10"}
    with serving(tmp_path, settings) as patient:
        senders = [threading.Thread(target=create, args=(patient, number)) for number in range(200)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    names = sorted(f"Firm {number}" for number in range(200))
    assert sorted(answers) == [(200, name) for name in names]
    with contextlib.closing(sqlite3.connect(path)) as book:
        assert book.execute("SELECT count(*) FROM entry").fetchone() == (200,)
