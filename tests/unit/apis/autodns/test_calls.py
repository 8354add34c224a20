"""AutoDNS through the application: paths, content types, several tasks, lists, and their cards."""

import json
import re
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.autodns import xml_request
from tests.support.service import KEY, Answer, Inside, inside
from vcardsvc.store import Store

BASIC = (b"authorization", b"Basic " + b64encode(f"customer:{KEY}".encode()))
HEAD = f"<auth><user>customer</user><password>{KEY}</password></auth>"
CREATE = "<code>0301</code><handle><fname>Ada</fname><lname>Sample</lname></handle>"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Inside]:
    """Yield the application over an empty contact book."""
    url = f"sqlite:///{tmp_path / 'book.db'}"
    with closing(Store(url)) as store:
        store.migrate()
    with inside(database_url=url, log_requests=False) as served:
        yield served


def _json(app: Inside, method: str, path: str, body: Any = None, query: bytes = b"") -> Answer:
    octets = b"" if body is None else json.dumps(body).encode()
    headers = [(b"host", b"a.example"), BASIC, (b"content-type", b"application/json")]
    return app.ask(method, f"/autodns{path}", octets, headers=headers, query=query)


def _xml(app: Inside, body: bytes, query: bytes = b"", **headers: str) -> Answer:
    given = [
        (name.replace("_", "-").encode(), value.encode())
        for name, value in headers.items()
        if value
    ]
    return app.ask(
        "POST", "/autodns/", body, headers=[(b"host", b"a.example"), *given], query=query
    )


def _codes(answer: Answer) -> list[str]:
    return re.findall(r"<status><code>(\w+)", answer.body.decode())


def _codes_json(answer: Answer) -> list[str]:
    return [one["code"] for one in answer.json["messages"]]


CONTENT_TYPES = [
    "", "application/xml", "text/xml; charset=iso-8859-1", "text/plain", "application/json",
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", ";",
]  # fmt: skip


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_the_gateway_reads_a_body_of_any_content_type(app: Inside, content_type: str) -> None:
    """The header may be absent, or name a form, as curl's and PHP's do by default."""
    answer = _xml(app, xml_request(CREATE, head=HEAD), content_type=content_type)
    assert (answer.status, _codes(answer)) == (200, ["S0301"])


@pytest.mark.parametrize("body", [b"--x\r\nx\r\n--x--", b'{"contact": {}}', b"xml=%3Crequest%3E"])
def test_a_body_of_another_format_is_named(app: Inside, body: bytes) -> None:
    """The status is 400 and not 401: without XML there is no key to be wrong."""
    answer = _xml(app, body, content_type="application/x-www-form-urlencoded")
    assert (answer.status, _codes(answer)) == (400, ["E00000"])
    assert b"<code>EF00000</code>" in answer.body
    assert b"It looks like" in answer.body


def test_json_needs_its_content_type(app: Inside) -> None:
    """Other routes than the gateway refuse other content types."""
    headers = [(b"host", b"a.example"), BASIC, (b"content-type", b"text/plain")]
    answer = app.ask("POST", "/autodns/contact", b"{}", headers=headers)
    assert answer.status == 415


SLASHES = [
    ("POST", "/contact", {"lname": "Doe"}, 200),
    ("GET", "/contact/1", None, 200),
    ("PUT", "/contact/1", {"lname": "Roe"}, 200),
    ("POST", "/contact/_search", {}, 200),
    ("GET", "/contact/7", None, 400),
    ("DELETE", "/contact/1", None, 200),
]


def test_a_slash_at_the_end_is_no_other_path(app: Inside) -> None:
    """Each route has the same response with a final slash, also with a query."""
    for method, path, body, status in SLASHES:
        _json(app, "POST", "/contact", {"lname": "First"})
        answer = _json(app, method, f"{path}/", body, query=b"ctid=mine")
        assert (answer.status, answer.json["ctid"]) == (status, "mine")


@pytest.mark.parametrize("path", ["/contact", "/contact/"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_contact_that_is_not_named_is_an_error(app: Inside, method: str, path: str) -> None:
    """The code is EF030110, also for a path without a place for an id."""
    answer = _json(app, method, path, {"lname": "Doe"} if method == "PUT" else None)
    assert (answer.status, _codes_json(answer)) == (400, ["EF030110"])


UNSERVED = [
    ("POST", "/contact/_comment"), ("PUT", "/contact/17/_comment"),
    ("POST", "/contact/17/_restore"), ("PUT", "/contact/17/_domainSafe"),
    ("DELETE", "/contact/17/_domainSafe"), ("POST", "/contact/case"),
    ("GET", "/contact/verification"), ("PUT", "/contact/verification/_confirm"),
    ("POST", "/contact/verification/_search"), ("GET", "/contact/verification/contact"),
    ("POST", "/contact/verification/contact/_search"), ("GET", "/contact/verification/history"),
    ("POST", "/contact/verification/history/_search"), ("GET", "/contact/17/verification"),
    ("POST", "/contact/17/verification"), ("PUT", "/contact/17/verification/_resendEmail"),
    ("PUT", "/contact/17/verification/contact"), ("GET", "/contact/17/document/id"),
    ("POST", "/contact/17/document/id/_copy"), ("DELETE", "/bulk/contact"),
    ("PUT", "/bulk/contact/_domainSafe"), ("POST", "/domainSafeContact"),
    ("POST", "/sslcontact/_search"), ("GET", "/contact/verification.vcf"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), UNSERVED)
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_call_that_is_not_served_gets_an_envelope(
    app: Inside, method: str, path: str, slash: str
) -> None:
    """For every other call of the vendor's OpenAPI over contacts, the notice lists those that are
    served."""
    answer = _json(app, method, path + slash)
    [message] = answer.json["messages"]
    assert (answer.status, message["code"], message["text"]) == (
        404,
        "E00000",
        "Errors occurred during processing.",
    )
    assert message["notice"] == (
        "This call is not served. Served are: POST /contact, POST /contact/_search, "
        "GET /contact/{id}, PUT /contact/{id}, DELETE /contact/{id}, POST / (XML, tasks 0301 "
        "create, 0302 update, 0303 delete, 0304 info)."
    )


def _filtered(app: Inside, value: str, operator: str = "LIKE") -> list[str]:
    query = {"filters": [{"key": "lname", "value": value, "operator": operator}]}
    return [one["lname"] for one in _json(app, "POST", "/contact/_search", query).json["data"]]


def test_a_list_is_filtered_by_a_part_of_a_value(app: Inside) -> None:
    """% and * stand for anything, at any place; _ and other signs are themselves."""
    names = ["Doe", "Vandoe", "Doering", "O_Neil", "Oxneil", "A/S", "Ärzte", "van der Doe"]
    for name in names:
        assert _json(app, "POST", "/contact", {"lname": name}).status == 200
    assert _filtered(app, "%doe%") == ["Doe", "Vandoe", "Doering", "van der Doe"]
    assert _filtered(app, "%DOE") == ["Doe", "Vandoe", "van der Doe"]
    assert _filtered(app, "doe%") == ["Doe", "Doering"]
    assert _filtered(app, "v*doe") == ["Vandoe", "van der Doe"]
    assert _filtered(app, "%o_n%") == ["O_Neil"]
    assert _filtered(app, "%/%") == ["A/S"]
    assert _filtered(app, "%ÄRZ%", "ILIKE") == ["Ärzte"]
    assert _filtered(app, "% der %") == ["van der Doe"]
    assert _filtered(app, "%x%y%") == []
    assert _filtered(app, "%") == names


MIXED = xml_request(
    CREATE,
    "<code>0304</code><handle><id>1</id></handle>",
    "<code>0302</code><handle><id>1</id><lname>New</lname></handle>",
    "<code>0303</code><handle><id>99</id></handle>",
    "<code>0304</code><handle><id>1</id></handle>",
    "<code>0105</code>",
    "<code>0303</code><handle><id>1</id></handle>",
    CREATE,
    head=HEAD,
)


def test_tasks_are_done_one_after_the_other(app: Inside) -> None:
    """Each task sees the effects of those before it, and a failed one undoes none."""
    answer = _xml(app, MIXED)
    assert answer.status == 200
    assert _codes(answer) == [
        "S0301", "S0304", "S0302", "EF03016", "S0304", "E00000", "S0303", "S0301",
    ]  # fmt: skip
    assert re.findall(r"<lname>(\w+)", answer.body.decode()) == ["Sample"] * 2 + ["New"] * 2 + [
        "Sample"
    ]
    assert [one["id"] for one in _json(app, "POST", "/contact/_search", {}).json["data"]] == [2]


def test_tasks_keep_their_success_when_the_store_goes_away(app: Inside, tmp_path: Path) -> None:
    """The tasks before the fault have their success, those after it EF03013 and no effect."""
    assert _codes(_xml(app, xml_request(CREATE, head=HEAD))) == ["S0301"]
    with sqlite3.connect(tmp_path / "book.db") as connection:
        connection.execute(
            "CREATE TRIGGER broken BEFORE DELETE ON entry BEGIN SELECT RAISE(FAIL, 'no more'); END"
        )
    body = xml_request(
        "<code>0302</code><handle><id>1</id><lname>New</lname></handle>",
        "<code>0303</code><handle><id>1</id></handle>",
        "<code>0302</code><handle><id>1</id><lname>Newer</lname></handle>",
        head=HEAD,
    )
    assert _codes(_xml(app, body)) == ["S0302", "EF03013", "EF03013"]
    assert [one["lname"] for one in _json(app, "POST", "/contact/_search", {}).json["data"]] == [
        "New"
    ]
    alone = xml_request("<code>0303</code><handle><id>1</id></handle>", CREATE, head=HEAD)
    whole = _xml(app, alone)
    assert (whole.status, _codes(whole)) == (503, ["EF03013"])


def test_several_tasks_have_their_cards_in_one_file(app: Inside) -> None:
    """The file has a card for each task; if one fails, the response is the vendor's own."""
    body = xml_request(CREATE, "<code>0304</code><handle><id>1</id></handle>", head=HEAD)
    cards = _xml(app, body, accept="text/vcard")
    assert (cards.status, cards.body.count(b"BEGIN:VCARD")) == (200, 2)
    wrong = xml_request(
        CREATE, "<code>0302</code><handle><id>9</id><lname>A</lname></handle>", head=HEAD
    )
    assert _codes(_xml(app, wrong, accept="text/vcard")) == ["S0301", "EF03016"]


@pytest.mark.parametrize("query", [b"as=link", b"as=jcard", b"as=qr"])
def test_a_form_for_one_card_is_refused_for_several_tasks(app: Inside, query: bytes) -> None:
    """The refusal comes before any contact is created."""
    body = xml_request(CREATE, "<code>0304</code><handle><id>1</id></handle>", head=HEAD)
    assert _xml(app, body, query).status == 406
    assert _json(app, "POST", "/contact/_search", {}).json["object"]["summary"] == 0
