"""Reads requests as SuperOffice's API does, and returns drafts, entities, responses or errors."""

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

API: Final[VendorApi] = SuperOffice(policy=Policy())
ROUTES: Final = {route.name: route for route in reversed(API.routes)}
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


def request_of(body: Any = b"", content_type: str = "application/json", **more: Any) -> Request:
    """Return a request with this body (JSON, unless it is bytes)."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(body=sent, content_type=content_type.encode(), base_url=BASE, **more)


def draft(body: Any, content_type: str = "application/json", **more: Any) -> Draft:
    """Return the draft of a create call."""
    command = API.read(ROUTES["create"], request_of(body, content_type, **more))
    assert isinstance(command, Create)
    (draft,) = command.drafts
    return draft


def stored_fields(
    body: Any, content_type: str = "application/json", **more: Any
) -> Mapping[str, Any]:
    """Return the vendor fields that a create call stores."""
    return draft(body, content_type, **more).vendor_fields


def cards(**members: Any) -> tuple[Contact, ...]:
    """Return the contacts of an entity with these members."""
    return draft(members).contacts


def entry(stored: Mapping[str, Any]) -> Entry:
    """Return an entry with these fields, as the store returns it."""
    return Entry(
        id=221,
        uid="urn:uuid:6e2a3b8e-6c0f-5d0e-9d3a-0c1f3f0b6d11",
        created_at=AT,
        updated_at=AT,
        contacts=(),
        vendor_fields=json.loads(json.dumps(stored)),
    )


def respond(stored: Mapping[str, Any], route: str = "show", **more: Any) -> Response:
    """Return the response to a call whose entry has these fields."""
    request = request_of(params={"id": "221"}, **more)
    command = API.read(ROUTES["show"], request)
    assert isinstance(command, Get)
    if route == "create":
        draft = Draft(contacts=(), vendor_fields=stored)
        return _respond(route, request, Create(drafts=(draft,), context=command.context), stored)
    return _respond(route, request, command, stored)


def _respond(route: str, request: Request, command: Command, stored: Mapping[str, Any]) -> Response:
    return API.response(
        ROUTES[route], request, command, CommandResult(entries=(entry(stored),), fresh=(True,))
    )


def text(response: Response) -> bytes:
    """Return the body of a response, whose length is in its header."""
    body = b"".join(response.chunks)
    assert dict(response.headers)[b"content-length"] == b"%d" % len(body)
    return body


def entity(body: Any, content_type: str = "application/json", **more: Any) -> dict[str, Any]:
    """Return the entity in the response to a create call."""
    response = respond(stored_fields(body, content_type, **more), "create", **more)
    assert response.status == 200
    shown: dict[str, Any] = json.loads(text(response))
    return shown


def refusal(route: str, request: Request) -> Response:
    """Return the response to a request that cannot be read."""
    with pytest.raises(Refused) as caught:
        API.read(ROUTES[route], request)
    return API.error_response(ROUTES[route], request, caught.value.problems)


def error(kind: str, message: str) -> dict[str, Any]:
    """Return the vendor's error object."""
    return {
        "Error": True,
        "ErrorType": kind,
        "ErrorMessage": message,
        "ErrorSource": "SuperOffice.Services.Implementation",
    }


def invalid(body: Any, content_type: str = "application/json", **more: Any) -> str:
    """Return the message of a create call that is refused as an invalid argument."""
    response = refusal("create", request_of(body, content_type, **more))
    body = json.loads(text(response))
    assert (response.status, body) == (
        400,
        error("SoInvalidArgumentException", body["ErrorMessage"]),
    )
    return str(body["ErrorMessage"])
