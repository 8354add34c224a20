"""Calls of Marketing Cloud in tests: its requests, what is read of them, its responses."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.marketingcloud import MarketingCloud
from vcardsvc.apis.marketingcloud.routes import CREATE
from vcardsvc.errors import Refused
from vcardsvc.model.address_book import AddressBook, CommandResult, Create, Draft, Entry, Listing
from vcardsvc.store import Store
from vcardsvc.validation.fields import Policy

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
EMAIL: Final[list[Any]] = [
    {"name": "Email Address", "value": "acruz@example.com"},
    {"name": "HTML Enabled", "value": True},
]
LINE_ID: Final = {"name": "Address ID", "value": "addressId_from_api"}


def one_set(name: str, *values: Any) -> dict[str, Any]:
    """Return an attribute set of one item."""
    return {"name": name, "items": [{"values": list(values)}]}


EXAMPLE: Final[dict[str, Any]] = {
    "contactKey": "acruz@example.com",
    "attributeSets": [
        one_set("Email Addresses", *EMAIL),
        one_set(
            "Email Demographics",
            {"name": "Last Name", "value": "Cruz"},
            {"name": "First Name", "value": "Angela"},
            {"name": "Text Profile Attribute", "value": "value 1"},
            {"name": "Number Profile Attribute", "value": 12345},
        ),
        one_set(
            "MobileConnect Demographics",
            {"name": "Mobile Number", "value": "317-531-5555"},
            {"name": "Locale", "value": "US"},
            {"name": "Status", "value": 1},
        ),
        one_set(
            "MobilePush Demographics",
            {"name": "Device ID", "value": 958405948},
            {"name": "Application", "value": 958405948},
        ),
        one_set("GroupConnect LINE Addresses", LINE_ID),
        one_set(
            "GroupConnect LINE Subscriptions",
            LINE_ID,
            {"name": "Channel ID", "value": "1234567890"},
        ),
        one_set(
            "GroupConnect LINE Demographics",
            LINE_ID,
            {"name": "Display Name", "value": "display_name"},
            {"name": "Picture Url", "value": "picture_url"},
            {"name": "Status Message", "value": "status_message"},
        ),
    ],
}
"""The vendor's example request."""

RESPONSE: Final[dict[str, Any]] = {
    "operationStatus": "OK",
    "rowsAffetcted": 1,
    "contactKey": "acruz@example.com",
    "contactId": 12345678,
    "contactTypeID": 0,
    "isNewContactKey": False,
    "requestServiceMessageID": "8b51b524-28c1-46fc-9a44-02fca5b0a08c",
    "hasErrors": False,
    "resultMessages": [],
    "serviceMessageID": "80676c59-ceb9-48aa-ad35-81e150094a17",
}
"""The vendor's example response."""

SIMPLE: Final[dict[str, Any]] = {
    "contactKey": "acruz@example.com",
    "attributeSets": [one_set("Email Addresses", *EMAIL)],
}


def printed_ids() -> Callable[[], str]:
    """Return the service message ids of the vendor's example, one after the other."""
    members = ("requestServiceMessageID", "serviceMessageID")
    return iter([RESPONSE[member] for member in members]).__next__


def api(**members: Any) -> MarketingCloud:
    """Return the API under the default policy."""
    return MarketingCloud(policy=Policy(), **members)


def draft(body: Any, query: bytes = b"") -> Draft:
    """Return the draft of a request with this body."""
    command = api().read(CREATE, Request(body=json.dumps(body).encode(), query=query))
    assert isinstance(command, Create)
    (draft,) = command.drafts
    return draft


def refusals(body: Any) -> list[tuple[str, str | None]]:
    """Return (code, field) of every problem, in their order; empty for a valid request."""
    try:
        draft(body)
    except Refused as refused:
        return [(problem.code.name, problem.field) for problem in refused.problems]
    return []


def entry(draft: Draft) -> Entry:
    """Return the entry of a draft, as the store returns it after JSON."""
    return Entry(
        id=12345678,
        uid="urn:uuid:00000000-0000-4000-8000-000000000001",
        created_at=NOON,
        updated_at=NOON,
        contacts=draft.contacts,
        vendor_fields=json.loads(json.dumps(draft.vendor_fields)),
        handle=draft.handle,
    )


def json_of(response: Response) -> Any:
    """Return the JSON of a response."""
    return json.loads(b"".join(response.chunks))


def respond(body: Any, result: CommandResult) -> Response:
    """Return the response to a create call with this result."""
    command = Create(drafts=(draft(body),))
    return api(message_id=printed_ids()).response(CREATE, Request(), command, result)


def with_sets(*sets: Any, **members: Any) -> dict[str, Any]:
    """Return the body of a request with these sets."""
    return {"contactKey": "acruz@example.com", "attributeSets": list(sets), **members}


BOOK: Final = AddressBook(account="laptop", vendor="marketingcloud")
ANN, BEN = "ann@example.com", "ben@example.com"


def contact(mail: str, **names: Any) -> dict[str, Any]:
    """Return the body of a contact with this address and these names."""
    mails = one_set("Email Addresses", {**EMAIL[0], "value": mail}, EMAIL[1])
    return {**names, "attributeSets": [mails]}


def create(store: Store, body: dict[str, Any]) -> dict[str, Any]:
    """Return the response to a create call over the store."""
    request = Request(body=json.dumps(body).encode())
    command = api().read(CREATE, request)
    assert isinstance(command, Create)
    ((entry, fresh),) = store.create_entries(BOOK, command.drafts, NOON)
    response_body: dict[str, Any] = json_of(
        api().response(CREATE, request, command, CommandResult(entries=(entry,), fresh=(fresh,)))
    )
    return response_body


def listed(store: Store, query: str = "") -> tuple[Entry, ...]:
    """Return the contacts of the store, or those that match a query."""
    return store.list_entries(BOOK, Listing(query=query))[0]
