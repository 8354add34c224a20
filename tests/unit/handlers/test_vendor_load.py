"""A vendor's call delays no other request, and ends when its caller has gone."""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from tests.support import plain_vendor as plainvendor
from tests.support.plain_vendor import MINE, Plain
from tests.support.service import LONGEST, NOTHING, inside, receiving
from vcardsvc.apis.base import Response, Route
from vcardsvc.http.cycle import run_handler
from vcardsvc.model.address_book import Entry
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import RenderOptions
from vcardsvc.photo.fetch.policy import IPAddress
from vcardsvc.services.contact_cards import ContactCards

JANE = {"first": "Jane", "last": "Doe", "handle": "jane"}


def test_long_answers_delay_no_other_request(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The response with stored entries is written in a thread, however short the request; the echo
    of a short body where it was read."""
    written: dict[str, bool] = {}
    done = Plain.response

    def watched(self: Plain, route: Route, *given: Any) -> Response:
        written[route.name] = threading.current_thread() is loop
        return done(self, route, *given)

    monkeypatch.setattr(Plain, "response", watched)
    with plainvendor.calling(monkeypatch, tmp_path) as client:
        assert client.portal is not None
        loop = client.portal.call(threading.current_thread)
        client.headers["authorization"] = f"Bearer {MINE}"
        client.post("/crm/people", json=JANE)
        client.post("/crm/people/some", json=["jane"])
        client.patch("/crm/people/jane", json={"last": "Roe"})
        client.get("/crm/people")
    assert written == {"create": True, "some": False, "change": False, "list": False}


def test_many_cards_delay_no_other_request() -> None:
    """Between any two cards of a file everybody else has his turn."""
    contacts = tuple(Contact(first=f"P{number}") for number in range(100))
    now = datetime(2025, 1, 1, tzinfo=UTC)
    firm = Entry(
        id=1, uid="urn:x", created_at=now, updated_at=now, contacts=contacts, vendor_fields={}
    )
    turns = 0

    async def everybody_else() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def story(contacts: ContactCards) -> None:
        others = asyncio.ensure_future(everybody_else())
        assert (await contacts.file((firm,), RenderOptions(target="apple"))).size
        others.cancel()

    with inside(log_requests=False) as app:
        app.runner.run(story(app.context.contacts))
    assert turns >= len(contacts)


def test_a_caller_who_hangs_up_ends_the_fetch_of_his_photo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There is no response, and no entry is stored."""
    body = json.dumps({**JANE, "photo": "https://images.example.com/a.png"}).encode()
    headers = [(b"authorization", f"Bearer {MINE}".encode()), (b"host", b"127.0.0.1")]
    typed = [*headers, (b"content-type", b"application/json")]
    requested, given_up, left = asyncio.Event(), [], [body]

    async def never(host: str, port: int) -> Sequence[IPAddress]:
        requested.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.append(host)
        raise AssertionError

    async def receive() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop()}
        await asyncio.wait_for(requested.wait(), LONGEST)
        return {"type": "http.disconnect"}

    with (
        plainvendor.calling(monkeypatch, tmp_path),
        inside(
            never,
            api_keys=plainvendor.KEYS,
            database_url=f"sqlite:///{tmp_path / 'book.db'}",
            autodns_at="/crm",
            log_requests=False,
        ) as app,
    ):
        answer = app.runner.run(app.answer("POST", "/crm/people", headers=typed, receive=receive))
        assert (answer, given_up) == (NOTHING, ["images.example.com"])
        assert app.ask("GET", "/crm/people", headers=headers).json["total"] == 0


def test_a_fault_in_the_midst_of_a_stream_is_logged_and_breaks_it_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Under the request's id, as every fault of ours; the answer has no end that makes it whole."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def chunks() -> AsyncGenerator[bytes, None]:
        yield b"one"
        raise ZeroDivisionError("what a caller sent")

    async def work(*_: Any) -> Response:
        return Response(status=200, headers=(), chunks=(), maybe_stream=chunks())

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"x-request-id", b"broken")],
    }
    with inside() as app:
        scope["state"] = app.state
        app.runner.run(run_handler(work, scope, receiving(), send))
    printed = capsys.readouterr().err
    assert [one.get("body") for one in sent] == [None, b"one"]
    assert "fault id=broken kind=ZeroDivisionError" in printed
    assert "id=broken key=- status=200 code=E503 cause=fault" in printed
    assert "caller sent" not in printed
