"""Short ways for the tests of AutoDNS: requests in, tasks and replies out, a book of one hand."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from vcardsvc.apis.autodns import Autodns
from vcardsvc.apis.base import Request, Response, Route, VendorApi
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Command, CommandResult, Create, Draft, Entry
from vcardsvc.validation.fields import Policy

STID = "20190628-app1-11529"
VENDOR: VendorApi = Autodns(policy=Policy(), stid=lambda: STID, token=lambda: "1f2e3d4c")
ROUTES = {route.name: route for route in reversed(VENDOR.routes)}
"""By their names; those with an id, not their twins without one."""
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


def request(*tasks: str, head: str = HEAD) -> bytes:
    """An XML request of these tasks."""
    told = "".join(f"<task>{task}</task>" for task in tasks)
    return f"<request>{head}{told}</request>".encode()


def ask(
    body: Any = None, *, query: bytes = b"", id: str = "", headers: Mapping[bytes, bytes] = {}
) -> Request:
    """An ask of the customer's: a JSON value, or bytes as they are."""
    octets = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Request(
        query=query,
        body=octets,
        headers={b"authorization": BASIC, b"x-domainrobot-context": b"4", **headers},
        params={"id": id} if id else {},
        content_type=b"application/xml" if octets.startswith(b"<") else b"application/json",
    )


def task(name: str, asked: Request) -> Command:
    """The task that is read."""
    found = VENDOR.read(ROUTES[name], asked)
    assert not isinstance(found, Response)
    return found


def draft(body: Any, **others: Any) -> Draft:
    """The draft of a contact that is created."""
    found = task("create", ask(body, **others))
    assert isinstance(found, Create)
    return found.drafts[0]


def problems(name: str, asked: Request) -> tuple[Problem, ...]:
    """The problems of a request."""
    try:
        VENDOR.read(ROUTES[name], asked)
    except Refused as refused:
        return refused.problems
    return ()


def told(reply: Response) -> Any:
    """The JSON of a reply."""
    assert dict(reply.headers)[b"content-type"] == b"application/json"
    return json.loads(b"".join(reply.chunks))


def tree(reply: Response) -> Any:
    """The XML of a reply as (name, text or children)."""
    assert dict(reply.headers)[b"content-type"] == b"application/xml; charset=utf-8"
    return _pair(ElementTree.fromstring(b"".join(reply.chunks)))  # noqa: S314  # it is our own


def _pair(element: ElementTree.Element) -> Any:
    return (element.tag, [_pair(child) for child in element] or (element.text or ""))


def codes(reply: Response) -> list[tuple[str, str | None]]:
    """(code, field) of every message."""
    return [
        (one["code"], one["objects"][0]["value"] if "objects" in one else None)
        for one in told(reply)["messages"]
    ]


def entry(made: Draft, id: int = 23151437) -> Entry:
    """A draft as the book keeps it: words that went through JSON."""
    return Entry(
        id=id,
        uid="urn:uuid:00000000-0000-4000-8000-000000000001",
        created_at=AT,
        updated_at=AT,
        contacts=made.contacts,
        vendor_fields=json.loads(json.dumps(made.vendor_fields)),
        metadata=made.metadata,
    )


def refused(name: str, asked: Request) -> Response:
    """The reply to a request that is refused."""
    found = problems(name, asked)
    assert found
    return VENDOR.error_response(ROUTES[name], asked, found)


def created(name: str, asked: Request) -> Response:
    """The reply when everything of a request is kept afresh."""
    found = task(name, asked)
    assert isinstance(found, Create)
    kept = tuple(entry(one, 23151437 + place) for place, one in enumerate(found.drafts))
    return VENDOR.response(
        ROUTES[name], asked, found, CommandResult(entries=kept, fresh=(True,) * len(kept))
    )


def done(name: str, asked: Request, found: CommandResult) -> Response:
    """The reply when the book found this."""
    route: Route = ROUTES[name]
    return VENDOR.response(route, asked, task(name, asked), found)
