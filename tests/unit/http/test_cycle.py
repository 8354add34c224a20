"""The door judges in the promised order, keeps its limits, and answers whatever happens behind it.

CONTRACT 1 row 15 (ceilings, content type), 2 (headers) and 3 (order of judgement).
"""

import asyncio
import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import pytest
from starlette.types import Message

from tests.support.service import BODY, HEADERS, JOHN, KEY, LONGEST, NOTHING, Answer, Inside, inside
from vcardsvc.http.body import DISCARDED
from vcardsvc.model.request import CardRequest
from vcardsvc.photo.fetch.policy import IPAddress
from vcardsvc.services.cards import Cards

LIMIT = 256 * 1024
PAIRS = tuple((name.encode(), value.encode()) for name, value in HEADERS.items())
PHOTO = json.dumps({**JOHN, "photo-url": "http://photos.example/john.jpg"}).encode()

FAULTS: tuple[tuple[str, dict[str, Any], tuple[int, str]], ...] = (
    ("path", {"path": "/nowhere"}, (404, "E404")),
    ("method", {"method": "PUT"}, (405, "E100")),
    ("key", {"x-api-key": KEY.upper()}, (401, "E104")),
    ("content-type", {"content-type": "text/plain"}, (415, "E100")),
    ("content-encoding", {"content-encoding": "gzip"}, (415, "E100")),
    ("size", {"pad": LIMIT}, (413, "E100")),
    ("parse", {"end": ""}, (400, "E108")),
    ("action", {"action": "dropcontact"}, (400, "E101")),
    ("member", {"name": {}}, (422, "E1515")),
    ("photo", {"photo-url": "http://127.0.0.1/"}, (422, "E1520")),
)
"""Everything that is judged, in the order of judgement: what does it, and what is answered."""

HEADER_NAMES = {"x-api-key", "content-type", "content-encoding"}
MEMBERS = {"action", "name", "photo-url"}


def _judged(app: Inside, *changes: dict[str, Any]) -> tuple[int, str]:
    """The answer to a good request after these changes."""
    given: dict[str, Any] = {"method": "POST", "path": "/", "pad": 0, "end": "}", **HEADERS, **JOHN}
    for change in changes:
        given |= change
    members = {name: value for name, value in given.items() if name in MEMBERS}
    body = json.dumps(members).removesuffix("}") + " " * given["pad"] + given["end"]
    headers = [(n.encode(), v.encode()) for n, v in given.items() if n in HEADER_NAMES]
    return app.ask(given["method"], given["path"], body.encode(), headers=headers).outcome


def test_a_request_without_a_fault_is_a_card(app: Inside) -> None:
    """What the tables of this file start from is a good request."""
    assert _judged(app) == (200, "card")


@pytest.mark.parametrize(("name", "change", "outcome"), FAULTS, ids=lambda value: str(value)[:16])
def test_each_fault_has_its_answer(
    app: Inside, name: str, change: dict[str, Any], outcome: tuple[int, str]
) -> None:
    """One fault alone is answered with its own status and code."""
    assert _judged(app, change) == outcome


@pytest.mark.parametrize(
    ("earlier", "later"),
    tuple(itertools.combinations(FAULTS, 2)),
    ids=lambda fault: fault[0],
)
def test_of_two_faults_the_earlier_is_reported(app: Inside, earlier: Any, later: Any) -> None:
    """CONTRACT 3: the order of judgement, with the members after the action and the photo last."""
    assert _judged(app, later[1], earlier[1]) == earlier[2]


SERVED_TYPES = (
    "application/json",
    "Application/JSON",
    " application/json ",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    "application/json ; Charset=utf8",
    "application/json; profile=x",
    "application/json;",
    "application/json; charset=utf-16",
    'application/json; charset="iso-8859-1"',
    "application/json; charset=x-unknown",
    "application/json; charset=",
    "\tapplication/json \t",
)
OTHER_TYPES = (
    "",
    "text/json",
    "json",
    "application/jsonp",
    "application/vnd.api+json",
    "application/json, text/plain",
    "multipart/mixed; boundary=x",
    "text/plain; charset=iso-8859-1",
)


@pytest.mark.parametrize("content_type", SERVED_TYPES)
def test_every_spelling_of_json_is_served(app: Inside, content_type: str) -> None:
    """CONTRACT 1.15 (amended): case, blanks and parameters, a charset too, make no difference."""
    assert app.create(content_type=content_type).outcome == (200, "card")


@pytest.mark.parametrize("content_type", OTHER_TYPES)
def test_other_content_types_are_415(app: Inside, content_type: str) -> None:
    """Another type, or none, is E100 with 415, which says what is served."""
    answer = app.create(content_type=content_type)
    assert answer.outcome == (415, "E100")
    assert answer.json["error-info"].endswith(" Send content-type: application/json, or a form.")


@pytest.mark.parametrize(
    "charset", ["utf-8", "UTF-8", '"utf-8"', "utf8", "us-ascii", "US-ASCII", ""]
)
def test_a_form_may_name_the_charset_it_is_read_in(app: Inside, charset: str) -> None:
    """A form in UTF-8, or in ASCII, which is a part of it, is read."""
    content_type = f"application/x-www-form-urlencoded; charset={charset}"
    answer = app.create("first-name=José".encode(), content_type=content_type)
    assert answer.outcome == (200, "card")
    assert "FN:José\r\n".encode() in answer.body


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("application/x-www-form-urlencoded; charset=ISO-8859-1", "iso-8859-1"),
        ('application/x-www-form-urlencoded;Charset="windows-1252"', "windows-1252"),
        ("multipart/form-data; boundary=x; charset=utf-16", "utf-16"),
        ("application/x-www-form-urlencoded; charset=" + "x" * 900, "x" * 40),
    ],
)
def test_a_charset_that_is_not_served_is_named(
    app: Inside, content_type: str, charset: str
) -> None:
    """A form in another character encoding is E100 with 415, which names it and says what to do."""
    answer = app.create(b"first-name=John", content_type=content_type)
    assert answer.outcome == (415, "E100")
    sentence = f" The charset {charset} is not served: send UTF-8."
    assert answer.json["error-info"].endswith(sentence)


@pytest.mark.parametrize(
    "name", ["x-api-key", "content-type", "content-encoding", "accept", "origin", "x-request-id"]
)
@pytest.mark.parametrize(("before", "behind"), [(" ", ""), ("", " "), ("\t", "\t"), ("", " \t ")])
def test_blanks_around_a_header_value_are_no_part_of_it(
    app: Inside, name: str, before: str, behind: str
) -> None:
    """A value is the same with blanks and tabs around it (RFC 9110 section 5.5)."""
    plain = {**HEADERS, "content-encoding": "identity", "accept": "application/vcard+json",
             "origin": "https://example.com", "x-request-id": "mine"}  # fmt: skip
    padded = {**plain, name: f"{before}{plain[name]}{behind}"}

    def answered(headers: dict[str, str]) -> Answer:
        sent = [(one.encode(), value.encode()) for one, value in headers.items()]
        return app.ask("POST", "/", BODY, headers=sent)

    assert answered(padded) == answered(plain)
    assert answered(padded).headers["x-request-id"] == "mine"
    assert answered(padded).status == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "identity, gzip"])
def test_content_encodings_are_415(app: Inside, coding: str) -> None:
    """A body in a content encoding is never decoded."""
    assert app.create(content_encoding=coding).outcome == (415, "E100")
    assert app.create(content_encoding="Identity").outcome == (200, "card")


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "0", KEY.upper(), "tests", "tests:" + KEY])
def test_only_the_key_itself_opens(app: Inside, key: str) -> None:
    """No key and every wrong one are answered alike, letter by letter."""
    refused = app.create(x_api_key=key)
    assert refused.outcome == (401, "E104")
    assert refused.body == app.create(x_api_key="x" * 16).body


def _padded(size: int) -> bytes:
    return BODY + b" " * (size - len(BODY))


def _pieces(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize("piece", [LIMIT + 1, 65536, 1000])
@pytest.mark.parametrize("length", [True, False], ids=["declared", "chunked"])
def test_the_ceiling_is_exact(app: Inside, piece: int, length: bool) -> None:
    """256 KiB pass and one byte more is 413, in one piece or many, declared or not."""
    for size, outcome in ((LIMIT, (200, "card")), (LIMIT + 1, (413, "E100"))):
        declared = str(size) if length else ""
        answer = app.create(*_pieces(_padded(size), piece), content_length=declared)
        assert answer.outcome == outcome
        assert answer.headers.get("connection") == ("close" if size > LIMIT else None)


@pytest.mark.parametrize("pieces", [(b"",), (b"", b""), (b" \r\n",)])
def test_no_body_is_e100(app: Inside, pieces: tuple[bytes, ...]) -> None:
    """Nothing, or nothing but blanks, is no body."""
    assert app.create(*pieces).outcome == (400, "E100")


def test_a_body_over_the_ceiling_is_not_read_for_ever(app: Inside) -> None:
    """A caller who never ends is answered once 16 MiB were thrown away."""
    piece = bytes(1024 * 1024)
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += len(piece)
        return {"type": "http.request", "body": piece, "more_body": True}

    answer = app.runner.run(app.answer("POST", "/", headers=PAIRS, receive=receive))
    assert (answer.outcome, taken) == ((413, "E100"), DISCARDED + len(piece))


@pytest.mark.parametrize(
    "extra",
    [
        ((b"content-length", b"%d" % (DISCARDED + 1)),),
        ((b"content-length", b"%d" % (LIMIT + 1)), (b"expect", b"100-continue")),
    ],
)
def test_a_body_that_says_it_is_too_large_is_not_waited_for(
    app: Inside, extra: tuple[tuple[bytes, bytes], ...]
) -> None:
    """A huge declared length, or a large one that waits for 100, is 413 without reading."""

    async def receive() -> NoReturn:
        raise AssertionError("it was read")

    answer = app.runner.run(app.answer("POST", "/", headers=PAIRS + extra, receive=receive))
    assert answer.outcome == (413, "E100")


@pytest.mark.parametrize("length", [b"", b"x", b"-1", b"+5", b"1_0", b"9" * 5000, "١".encode()])
def test_a_content_length_that_no_server_passes_on_is_ignored(app: Inside, length: bytes) -> None:
    """The ceiling is counted while reading, so an odd declared length does no harm."""
    headers = (*PAIRS, (b"content-length", length))
    assert app.ask("POST", "/", BODY, headers=headers).outcome == (200, "card")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("trace-1.A_b", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("two words", False),
        ("line\nbreak", False),
        ("ünï", False),
    ],
)
def test_a_sane_request_id_comes_back(app: Inside, given: str, kept: bool) -> None:
    """Cards and refusals carry X-Request-ID: the caller's own when it is sane, else a new one."""
    for key in (KEY, "x"):
        answered = app.create(x_api_key=key, x_request_id=given).headers["x-request-id"]
        assert answered.isascii()
        assert (answered == given) is kept
        assert kept or len(answered) == 24


def test_a_card_has_the_promised_headers(app: Inside) -> None:
    """CONTRACT 2: these headers, and for one request the same bytes each time."""
    first, second = app.create(x_request_id="a"), app.create(x_request_id="a", if_none_match="*")
    assert first == second
    assert {**first.headers, "etag": ""} == {
        "content-type": "text/vcard; charset=utf-8",
        "content-disposition": "inline; filename=contact.vcf",
        "content-length": str(len(first.body)),
        "etag": "",
        "x-content-type-options": "nosniff",
        "x-request-id": "a",
    }


class _Never:
    """A resolver that never answers; it records whether it was called and given up."""

    def __init__(self) -> None:
        self.requests = asyncio.Event()
        self.given_up = 0

    async def wait(self) -> None:
        """Wait until it was called. Raises TimeoutError when it never is."""
        await asyncio.wait_for(self.requests.wait(), LONGEST)

    async def __call__(self, host: str, port: int) -> Sequence[IPAddress]:
        self.requests.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up += 1
        raise AssertionError


@pytest.fixture
def never() -> _Never:
    """A resolver that never answers."""
    return _Never()


@pytest.fixture
def busy(never: _Never) -> Iterator[Inside]:
    """An application for two requests at once, whose photos never come."""
    with inside(never, max_in_flight=2, body_timeout=0.1, photo_connect_timeout=60.0,
                photo_timeout=60.0, log_requests=False) as application:  # fmt: skip
        yield application


def _hanging(app: Inside) -> "asyncio.Task[Answer]":
    return asyncio.ensure_future(app.answer("POST", "/", PHOTO, headers=PAIRS))


def test_over_max_in_flight_is_503_while_health_still_answers(busy: Inside, never: _Never) -> None:
    """The third request at once is sent away with Retry-After; a place that gets free is used."""

    async def story() -> tuple[Answer, Answer, Answer]:
        first, second = _hanging(busy), _hanging(busy)
        await never.wait()
        third = await busy.answer("POST", "/", BODY, headers=PAIRS)
        health = await busy.answer("GET", "/healthz")
        for task in (first, second):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        return third, health, await busy.answer("POST", "/", BODY, headers=PAIRS)

    third, health, later = busy.runner.run(story())
    assert (third.outcome, third.headers["retry-after"]) == ((503, "E503"), "1")
    assert (health.status, health.json) == (200, {"status": "alive"})
    assert later.outcome == (200, "card")
    assert busy.context.load.in_flight == 0


def test_a_body_that_comes_too_slowly_is_408(busy: Inside) -> None:
    """A body that does not end in body_timeout is E100 with 408, and the connection ends."""

    async def receive() -> Message:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b" ", "more_body": True}

    answer = busy.runner.run(busy.answer("POST", "/", headers=PAIRS, receive=receive))
    assert (answer.outcome, answer.headers["connection"]) == ((408, "E100"), "close")


def test_a_caller_that_hung_up_in_its_body_gets_no_answer(busy: Inside) -> None:
    """A caller who hangs up before his body ended is answered nothing."""

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    answer = busy.runner.run(busy.answer("POST", "/", headers=PAIRS, receive=receive))
    assert (answer, busy.context.load.in_flight) == (NOTHING, 0)


def test_a_caller_who_hangs_up_ends_his_fetch(busy: Inside, never: _Never) -> None:
    """A caller who hangs up while his photo is fetched ends the fetch, and is answered nothing."""
    left = [PHOTO]

    async def receive() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop()}
        await never.wait()
        return {"type": "http.disconnect"}

    answer = busy.runner.run(busy.answer("POST", "/", headers=PAIRS, receive=receive))
    assert (answer, never.given_up, busy.context.load.in_flight) == (NOTHING, 1, 0)


def test_a_request_that_is_cancelled_is_reported(busy: Inside, never: _Never) -> None:
    """When the time to shut down is over, running requests are answered E503 with Retry-After."""

    async def story() -> Answer:
        task = _hanging(busy)
        await never.wait()
        task.cancel()
        return await task

    answer = busy.runner.run(story())
    assert (answer.outcome, answer.headers["retry-after"]) == ((503, "E503"), "1")
    assert never.given_up == 1


def test_a_stopping_service_serves_what_still_arrives(busy: Inside) -> None:
    """From SIGTERM on /readyz says stopping; requests that are still sent here, over connections
    that are not closed yet, are served; health lives."""
    busy.context.load.stopping = True
    created, ready = busy.create(), busy.ask("GET", "/readyz")
    assert created.outcome == (200, "card")
    assert (ready.status, ready.json) == (503, {"status": "stopping"})
    assert busy.ask("GET", "/healthz").status == 200


class _Broken(Cards):
    """Cards with a bug."""

    async def create(
        self, card_request: CardRequest, owner: str = "", base_url: str = ""
    ) -> NoReturn:
        raise RuntimeError(f"the log must not show {card_request.contact.first}")


def test_a_bug_is_e503_and_logged_without_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An unforeseen exception is answered E503 with 500; the log says where, never what."""
    with inside() as app:
        app.replace(cards=_Broken(photos=app.context.cards.photos))
        answer = app.create(x_request_id="one")
    log = capsys.readouterr().err
    assert (answer.outcome, answer.headers["x-request-id"]) == ((500, "E503"), "one")
    assert b"John" not in answer.body
    assert "fault id=one kind=RuntimeError where=createcontact.py:" in log
    assert "request id=one key=tests status=500 code=E503 cause=fault " in log
    assert "John" not in log
