"""Short ways to ask Domain Chief's calls: a contact, its entry, a task or the errors out."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from vcardsvc.apis.base import Request, Response, VendorApi
from vcardsvc.apis.domainchief import Domainchief
from vcardsvc.errors import Refused
from vcardsvc.model.address_book import Command, Create, Draft, Entry, Update
from vcardsvc.model.contact import Address, Contact, Email, Phone
from vcardsvc.validation.fields import Policy

CHIEF: Final[VendorApi] = Domainchief(policy=Policy())
ROUTES: Final = {route.name: route for route in CHIEF.routes}

STUDIO: Final[dict[str, Any]] = {
    "company_name": "Example Studio BV",
    "company_registration_number": "99887766",
    "first_name": "Amina",
    "last_name": "Koenders",
    "address_street": "Examplelaan",
    "address_house_number": "42",
    "address_postal_code": "1234 AB",
    "address_city": "Amsterdam",
    "address_country_code": "NL",
    "email": "domains@example.com",
    "phone": "+31 20 555 0142",
}
"""The create call of the vendor's guide, with an address of ours."""

EVERYTHING: Final[dict[str, Any]] = {
    **STUDIO,
    "company_trading_name": "Example",
    "company_url": "https://studio.example.com/",
    "vat_registration": "NL001234567B01",
    "address_state": "Noord-Holland",
    "parent_handle": "holding",
    "is_default": True,
    "allow_duplicate": True,
    "extension_data": {"nl": {"legal_form": "BV", "codes": [1, 2.5, None, True]}},
    "metadata": {"customer_id": "4821"},
}

CARD: Final = Contact(
    first="Amina",
    last="Koenders",
    organization="Example Studio BV",
    phones=(Phone(number="+31 20 555 0142", e164="+31205550142"),),
    emails=(Email(address="domains@example.com"),),
    addresses=(
        Address(
            text="Examplelaan 42",
            locality="Amsterdam",
            code="1234 AB",
            country="nl",
            nation="Netherlands",
        ),
    ),
    note="Registration number: 99887766",
)

WORDS: Final[dict[str, Any]] = {
    "company_trading_name": None,
    "company_url": None,
    "vat_registration": None,
    "address_state": None,
    "extension_data": None,
    **STUDIO,
}

ENTRY: Final = Entry(
    id=7,
    uid="urn:uuid:00000000-0000-4000-8000-000000000007",
    created_at=datetime(2026, 1, 2, tzinfo=UTC),
    updated_at=datetime(2026, 1, 2, tzinfo=UTC),
    contacts=(CARD,),
    vendor_fields=WORDS,
    handle="abcdefgh23456789",
)

TOLD: Final[dict[str, Any]] = {
    "handle": "abcdefgh23456789",
    "first_name": "Amina",
    "last_name": "Koenders",
    "company_name": "Example Studio BV",
    "company_registration_number": "99887766",
    "company_trading_name": None,
    "company_url": None,
    "vat_registration": None,
    "address_street": "Examplelaan",
    "address_house_number": "42",
    "address_postal_code": "1234 AB",
    "address_city": "Amsterdam",
    "address_state": None,
    "address_country_code": "NL",
    "email": "domains@example.com",
    "phone": "+31 20 555 0142",
    "is_default": False,
    "extension_data": None,
    "metadata": {},
    "parent": None,
}


PARENTS: Final = [
    ("holding", "holding"), (" holding\n", "holding"), (None, ""), ("", ""), ("no handle", ""),
    ("x" * 65, ""), ("x" * 300, ""), ("a\nb", ""), ("\x00", ""),
]  # fmt: skip
"""Parents as sent, and as they are meant; "" is none."""


def ask(
    body: Any = None,
    query: str = "",
    handle: str = "",
    headers: Mapping[bytes, bytes] | None = None,
) -> Request:
    """A call as the door hands it over."""
    return Request(
        query=query.encode(),
        body=b"" if body is None else json.dumps(body).encode(),
        params={"contactHandle": handle} if handle else {},
        headers=headers or {},
        base_url="https://cards.example.com/domainchief",
    )


def read(name: str, asked: Request) -> Command:
    """The task of a call."""
    task = CHIEF.read(ROUTES[name], asked)
    assert not isinstance(task, Response)
    return task


def kept(body: Any) -> Draft:
    """What a create call keeps."""
    task = read("create", ask(body))
    assert isinstance(task, Create)
    (draft,) = task.drafts
    return draft


def updated(body: Any, entry: Entry = ENTRY) -> Draft:
    """What an update makes of an entry."""
    task = read("update", ask(body, handle=entry.handle))
    assert isinstance(task, Update)
    return task.edit(entry)


def said(reply: Response) -> Any:
    """The JSON of a reply."""
    return json.loads(b"".join(reply.chunks))


def _judged(task: Command | Response) -> None:
    """A change is judged beside what it changes."""
    if isinstance(task, Update):
        task.edit(ENTRY)


def wrong(name: str, asked: Request) -> dict[str, list[str]]:
    """The errors by member, of a call that is refused with 422."""
    with pytest.raises(Refused) as refused:
        _judged(CHIEF.read(ROUTES[name], asked))
    reply = CHIEF.error_response(ROUTES[name], asked, refused.value.problems)
    assert reply.status == 422
    found: dict[str, list[str]] = said(reply)["errors"]
    return found
