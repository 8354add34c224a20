"""Short ways to ask SuperOffice's calls: an ask, an entry, an entity or the errors out."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from tests.support.samples import SAMPLES, parse
from vcardsvc.apis.base import Request, Response, VendorApi
from vcardsvc.apis.superoffice import SuperOffice
from vcardsvc.errors import Refused
from vcardsvc.model.address_book import Command, CommandResult, Create, Draft, Entry, Get
from vcardsvc.model.contact import Contact
from vcardsvc.validation.fields import Policy

OFFICE: Final[VendorApi] = SuperOffice(policy=Policy())
ROUTES: Final = {route.name: route for route in reversed(OFFICE.routes)}
BASE: Final = "https://cards.example.com/superoffice"
AT: Final = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
STAMP: Final = "2026-01-02T03:04:05.6789010+00:00"
LINKS: Final = {
    "Self": f"{BASE}/api/v1/contact/221",
    "Archive": f"{BASE}/api/v1/contact",
}

SAMPLE: Final[dict[str, Any]] = json.loads(
    parse((SAMPLES / "requests" / "superoffice" / "create.http").read_bytes()).body
)
"""The request of the vendor's reference."""


def ask(body: Any = b"", content_type: str = "application/json", **more: Any) -> Request:
    """A request with this body (JSON, where it is not bytes)."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(body=sent, content_type=content_type.encode(), base_url=BASE, **more)


def draft(body: Any, content_type: str = "application/json", **more: Any) -> Draft:
    """What a create call keeps."""
    task = OFFICE.read(ROUTES["create"], ask(body, content_type, **more))
    assert isinstance(task, Create)
    (one,) = task.drafts
    return one


def words(body: Any, content_type: str = "application/json", **more: Any) -> Mapping[str, Any]:
    """The words that are kept."""
    return draft(body, content_type, **more).vendor_fields


def cards(**members: Any) -> tuple[Contact, ...]:
    """The contacts of an entity."""
    return draft(members).contacts


def entry(kept: Mapping[str, Any]) -> Entry:
    """The entry of these words, as it comes out of the store."""
    return Entry(
        id=221,
        uid="urn:uuid:6e2a3b8e-6c0f-5d0e-9d3a-0c1f3f0b6d11",
        created_at=AT,
        updated_at=AT,
        contacts=(),
        vendor_fields=json.loads(json.dumps(kept)),
    )


def shown(kept: Mapping[str, Any], route: str = "show", **more: Any) -> Response:
    """What a call that found this is answered with."""
    asked = ask(params={"id": "221"}, **more)
    task = OFFICE.read(ROUTES["show"], asked)
    assert isinstance(task, Get)
    if route == "create":
        draft = Draft(contacts=(), vendor_fields=kept)
        return _told(route, asked, Create(drafts=(draft,), context=task.context), kept)
    return _told(route, asked, task, kept)


def _told(route: str, asked: Request, task: Command, kept: Mapping[str, Any]) -> Response:
    return OFFICE.response(
        ROUTES[route], asked, task, CommandResult(entries=(entry(kept),), fresh=(True,))
    )


def text(reply: Response) -> bytes:
    """The body of a reply, whose length its header says."""
    body = b"".join(reply.chunks)
    assert dict(reply.headers)[b"content-length"] == b"%d" % len(body)
    return body


def entity(body: Any, content_type: str = "application/json", **more: Any) -> dict[str, Any]:
    """The entity that a create call is answered with."""
    made = shown(words(body, content_type, **more), "create", **more)
    assert made.status == 200
    said: dict[str, Any] = json.loads(text(made))
    return said


def refused(route: str, asked: Request) -> Response:
    """How a call is refused that cannot be read."""
    with pytest.raises(Refused) as caught:
        OFFICE.read(ROUTES[route], asked)
    return OFFICE.error_response(ROUTES[route], asked, caught.value.problems)


def error(kind: str, said: str) -> dict[str, Any]:
    """The vendor's error object."""
    return {
        "Error": True,
        "ErrorType": kind,
        "ErrorMessage": said,
        "ErrorSource": "SuperOffice.Services.Implementation",
    }


def invalid(body: Any, content_type: str = "application/json", **more: Any) -> str:
    """The message of a create call that is refused as an invalid argument."""
    reply = refused("create", ask(body, content_type, **more))
    said = json.loads(text(reply))
    assert (reply.status, said) == (400, error("SoInvalidArgumentException", said["ErrorMessage"]))
    return str(said["ErrorMessage"])
