"""Reads createcontact requests for tests: members in; a card request, problems, notes or lines of
the card out."""

import json
from typing import Any, Final

from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact import JsonApi
from vcardsvc.errors import Refused
from vcardsvc.model.request import CardRequest
from vcardsvc.settings import Settings
from vcardsvc.validation.fields import Policy
from vcardsvc.vcard import write

APPLESEED: Final[dict[str, Any]] = {
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
"""The example of the action's description."""

JOHN: Final[dict[str, Any]] = {"action": "createcontact", "name": {"first-name": "John"}}

STRICT: Final = Policy()
MAX_TTL: Final = Settings().link_max_ttl
JSON_API: Final = JsonApi(policy=STRICT, max_ttl=MAX_TTL)


def request(**members: Any) -> dict[str, Any]:
    """Return John's request with these members beside or instead; `_` stands for a hyphen."""
    return {**JOHN, **{name.replace("_", "-"): value for name, value in members.items()}}


def card_request(
    members: dict[str, Any], policy: Policy = STRICT, query: bytes = b""
) -> CardRequest:
    """Return the card request that the JSON API reads."""
    api = JsonApi(policy=policy, max_ttl=MAX_TTL)
    return api.read(Request(body=json.dumps(members).encode(), query=query))


def refusals(
    members: dict[str, Any], policy: Policy = STRICT, query: bytes = b""
) -> list[tuple[str, str | None]]:
    """Return (code, field) of every problem in order; nothing for a request without problems."""
    try:
        card_request(members, policy, query)
    except Refused as refused:
        return [(problem.code.name, problem.field) for problem in refused.problems]
    return []


def notes(members: dict[str, Any], policy: Policy = STRICT) -> list[tuple[str, str]]:
    """Return (field, code) of every note."""
    return [(note.field, note.code) for note in card_request(members, policy).notes]


def lines(members: dict[str, Any], policy: Policy = STRICT) -> list[str]:
    """Return the unfolded lines of the card."""
    octets = write(card_request(members, policy).contact).octets.decode()
    return octets.replace("\r\n ", "").split("\r\n")[:-1]


def line(members: dict[str, Any], start: str, policy: Policy = STRICT) -> str:
    """Return the only line of the card with this start."""
    found = [one for one in lines(members, policy) if one.startswith(start)]
    assert len(found) == 1, found
    return found[0]
