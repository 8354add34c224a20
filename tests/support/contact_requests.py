"""Short ways for tests to ask: a request in, an order, a card or the problems out."""

import json
from typing import Any

from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact.native import Native
from vcardsvc.errors import Refused
from vcardsvc.model.request import CardRequest
from vcardsvc.validation.fields import Policy
from vcardsvc.vcard import write

JOHN: dict[str, Any] = {"action": "createcontact", "name": {"first-name": "John"}}

STRICT = Policy()


def request(**members: Any) -> dict[str, Any]:
    """John's request with these members beside or instead; `_` stands for a hyphen."""
    return {**JOHN, **{name.replace("_", "-"): value for name, value in members.items()}}


def order(asked: dict[str, Any], policy: Policy = STRICT, query: bytes = b"") -> CardRequest:
    """What the dialect reads."""
    return Native(policy=policy).read(Request(body=json.dumps(asked).encode(), query=query))


def refusals(
    asked: dict[str, Any], policy: Policy = STRICT, query: bytes = b""
) -> list[tuple[str, str | None]]:
    """(code, field) of every problem, in their order; empty when the request passes."""
    try:
        order(asked, policy, query)
    except Refused as refused:
        return [(problem.code.name, problem.field) for problem in refused.problems]
    return []


def notes(asked: dict[str, Any], policy: Policy = STRICT) -> list[tuple[str, str]]:
    """(field, code) of every note."""
    return [(note.field, note.code) for note in order(asked, policy).notes]


def lines(asked: dict[str, Any], policy: Policy = STRICT) -> list[str]:
    """The unfolded lines of the card."""
    octets = write(order(asked, policy).contact).octets.decode()
    return octets.replace("\r\n ", "").split("\r\n")[:-1]


def line(asked: dict[str, Any], start: str, policy: Policy = STRICT) -> str:
    """The one line of the card that starts so."""
    found = [one for one in lines(asked, policy) if one.startswith(start)]
    assert len(found) == 1, found
    return found[0]


APPLESEED: dict[str, Any] = {
    "action": "createcontact",
    "name": {"first-name": "John", "last-name": "Appleseed", "suffix": "Jr."},
    "organization": "Dunder Mifflin",
    "title": "Account Manager",
    "photo-url": "https://images.example.com/john.jpg",
    "note": "Manage account campaigns.",
    "phone": [{"number": "10000000000", "label": "Work"}],
    "email": [{"id": "john@example.com", "label": "Work"}],
    "physical-address": [{"address": "Fake Address", "label": "Work"}],
    "website": [{"url": "https://example.com", "label": "Dunder Mifflin"}],
}
