"""Makes AutoDNS's requests for tests, and returns their commands, responses and problems."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from vcardsvc.apis.autodns import Autodns
from vcardsvc.apis.base import Request, Response, VendorApi
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Command, CommandResult, Create, Draft, Entry
from vcardsvc.validation.fields import Policy

STID = "20190628-app1-11529"
API: VendorApi = Autodns(policy=Policy(), stid=lambda: STID, token=lambda: "1f2e3d4c")
ROUTES = {route.name: route for route in reversed(API.routes)}
"""The routes by name: of two of one name, the one with an id in its path."""
GATEWAY = ROUTES["gateway"]
AT = datetime(2019, 6, 28, 12, 52, 48, tzinfo=UTC)
BASIC = b"Basic " + b64encode(b"customer:YOUR_KEY")

SEED: dict[str, Any] = {
    "alias": "johndoe",
    "type": "PERSON",
    "organization": "Company",
    "title": "Dr.",
    "city": "example city",
    "country": "DE",
    "state": "BY",
    "email": "johndoe@example.com",
    "fname": "john",
    "lname": "doe",
    "address": ["123 example street"],
    "pcode": "12345",
    "phone": "+1-123-12345",
    "fax": "+1-123-12345",
}
"""The vendor's own sample, with the address that its page lost."""

HANDLE = """<handle><alias>johndoe</alias><type>PERSON</type><fname>john</fname><lname>doe</lname>
<title>Dr.</title><organization>Company</organization><address>example stret</address>
<pcode>12345</pcode><city>example city</city><state/><country>DE</country>
<phone>+1-123-12345</phone><fax>+1-123-12345</fax><email>johndoe@example.com</email>
<protection>B</protection></handle>"""

HEAD = "<auth><user>customer</user><context>4</context><password>YOUR_KEY</password></auth>"


def xml_request(*tasks: str, head: str = HEAD) -> bytes:
    """Return an XML request of these tasks."""
    elements = "".join(f"<task>{element}</task>" for element in tasks)
    return f"<request>{head}{elements}</request>".encode()


def request_of(
    body: Any = None, *, query: bytes = b"", id: str = "", headers: Mapping[bytes, bytes] = {}
) -> Request:
    """Return a customer's request. The body is a JSON value, or bytes as they are."""
    octets = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Request(
        query=query,
        body=octets,
        headers={b"authorization": BASIC, b"x-domainrobot-context": b"4", **headers},
        params={"id": id} if id else {},
        content_type=b"application/xml" if octets.startswith(b"<") else b"application/json",
    )


def command_of(name: str, request: Request) -> Command:
    """Return the command of a request."""
    command = API.read(ROUTES[name], request)
    assert not isinstance(command, Response)
    return command


def draft_of(body: Any, **others: Any) -> Draft:
    """Return the draft of a request that creates a contact."""
    command = command_of("create", request_of(body, **others))
    assert isinstance(command, Create)
    return command.drafts[0]


def problems_of(name: str, request: Request) -> tuple[Problem, ...]:
    """Return the problems of a request."""
    try:
        API.read(ROUTES[name], request)
    except Refused as refusal:
        return refusal.problems
    return ()


def json_of(response: Response) -> Any:
    """Return the JSON of a response."""
    assert dict(response.headers)[b"content-type"] == b"application/json"
    return json.loads(b"".join(response.chunks))


def xml_of(response: Response) -> Any:
    """Return the XML of a response as (name, text or children)."""
    assert dict(response.headers)[b"content-type"] == b"application/xml; charset=utf-8"
    return _pair(ElementTree.fromstring(b"".join(response.chunks)))  # noqa: S314  # it is our own


def _pair(element: ElementTree.Element) -> Any:
    return (element.tag, [_pair(child) for child in element] or (element.text or ""))


def codes_of(response: Response) -> list[tuple[str, str | None]]:
    """Return (code, field) of every message."""
    return [
        (one["code"], one["objects"][0]["value"] if "objects" in one else None)
        for one in json_of(response)["messages"]
    ]


def entry_of(draft: Draft, id: int = 23151437) -> Entry:
    """Return the entry of a draft, its vendor fields read back from JSON."""
    return Entry(
        id=id,
        uid="urn:uuid:00000000-0000-4000-8000-000000000001",
        created_at=AT,
        updated_at=AT,
        contacts=draft.contacts,
        vendor_fields=json.loads(json.dumps(draft.vendor_fields)),
        metadata=draft.metadata,
    )


def error_response(name: str, request: Request) -> Response:
    """Return the response to a request that is refused."""
    problems = problems_of(name, request)
    assert problems
    return API.error_response(ROUTES[name], request, problems)


def created_response(name: str, request: Request) -> Response:
    """Return the response to a request all of whose contacts are new."""
    command = command_of(name, request)
    assert isinstance(command, Create)
    entries = tuple(entry_of(draft, 23151437 + index) for index, draft in enumerate(command.drafts))
    result = CommandResult(entries=entries, fresh=(True,) * len(entries))
    return API.response(ROUTES[name], request, command, result)


def response_of(name: str, request: Request, result: CommandResult) -> Response:
    """Return the response to a request whose command has this result."""
    return API.response(ROUTES[name], request, command_of(name, request), result)
