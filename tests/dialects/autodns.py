"""Short ways for the tests of AutoDNS: requests in, tasks and replies out, a book of one hand."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from vcardsvc.apis.autodns import Autodns
from vcardsvc.apis.base import Ask, Reply, Route, Vendor
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Draft, Entry, Found, Keep, Task
from vcardsvc.validation.fields import Policy

STID = "20190628-app1-11529"
VENDOR: Vendor = Autodns(policy=Policy(), stid=lambda: STID, token=lambda: "1f2e3d4c")
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
) -> Ask:
    """An ask of the customer's: a JSON value, or bytes as they are."""
    octets = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Ask(
        query=query,
        body=octets,
        headers={b"authorization": BASIC, b"x-domainrobot-context": b"4", **headers},
        params={"id": id} if id else {},
        content_type=b"application/xml" if octets.startswith(b"<") else b"application/json",
    )


def task(name: str, asked: Ask) -> Task:
    """The task that is read."""
    found = VENDOR.read(ROUTES[name], asked)
    assert not isinstance(found, Reply)
    return found


def draft(body: Any, **others: Any) -> Draft:
    """The draft of a contact that is created."""
    found = task("create", ask(body, **others))
    assert isinstance(found, Keep)
    return found.drafts[0]


def problems(name: str, asked: Ask) -> tuple[Problem, ...]:
    """The problems of a request."""
    try:
        VENDOR.read(ROUTES[name], asked)
    except Refused as refused:
        return refused.problems
    return ()


def told(reply: Reply) -> Any:
    """The JSON of a reply."""
    assert dict(reply.headers)[b"content-type"] == b"application/json"
    return json.loads(b"".join(reply.chunks))


def tree(reply: Reply) -> Any:
    """The XML of a reply as (name, text or children)."""
    assert dict(reply.headers)[b"content-type"] == b"application/xml; charset=utf-8"
    return _pair(ElementTree.fromstring(b"".join(reply.chunks)))  # noqa: S314  # it is our own


def _pair(element: ElementTree.Element) -> Any:
    return (element.tag, [_pair(child) for child in element] or (element.text or ""))


def codes(reply: Reply) -> list[tuple[str, str | None]]:
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
        words=json.loads(json.dumps(made.words)),
        metadata=made.metadata,
    )


def refused(name: str, asked: Ask) -> Reply:
    """The reply to a request that is refused."""
    found = problems(name, asked)
    assert found
    return VENDOR.refused(ROUTES[name], asked, found)


def created(name: str, asked: Ask) -> Reply:
    """The reply when everything of a request is kept afresh."""
    found = task(name, asked)
    assert isinstance(found, Keep)
    kept = tuple(entry(one, 23151437 + place) for place, one in enumerate(found.drafts))
    return VENDOR.done(ROUTES[name], asked, found, Found(entries=kept, fresh=(True,) * len(kept)))


def done(name: str, asked: Ask, found: Found) -> Reply:
    """The reply when the book found this."""
    route: Route = ROUTES[name]
    return VENDOR.done(route, asked, task(name, asked), found)
