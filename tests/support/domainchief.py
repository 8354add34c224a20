"""Makes Domain Chief's requests for tests, and returns their commands, drafts and errors."""

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

API: Final[VendorApi] = Domainchief(policy=Policy())
ROUTES: Final = {route.name: route for route in API.routes}

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

VENDOR_FIELDS: Final[dict[str, Any]] = {
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
    vendor_fields=VENDOR_FIELDS,
    handle="abcdefgh23456789",
)

CONTACT_JSON: Final[dict[str, Any]] = {
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
"""Values of `parent_handle`, and the parent that each means; "" is none."""


def request_of(
    body: Any = None,
    query: str = "",
    handle: str = "",
    headers: Mapping[bytes, bytes] | None = None,
) -> Request:
    """Return a request with this JSON body."""
    return Request(
        query=query.encode(),
        body=b"" if body is None else json.dumps(body).encode(),
        params={"contactHandle": handle} if handle else {},
        headers=headers or {},
        base_url="https://cards.example.com/domainchief",
    )


def command_of(name: str, request: Request) -> Command:
    """Return the command of a request to the route of this name."""
    command = API.read(ROUTES[name], request)
    assert not isinstance(command, Response)
    return command


def draft_of(body: Any) -> Draft:
    """Return the draft of a create."""
    command = command_of("create", request_of(body))
    assert isinstance(command, Create)
    (draft,) = command.drafts
    return draft


def updated_draft(body: Any, entry: Entry = ENTRY) -> Draft:
    """Return the draft that an update makes of an entry."""
    command = command_of("update", request_of(body, handle=entry.handle))
    assert isinstance(command, Update)
    return command.edit(entry)


def json_of(response: Response) -> Any:
    """Return the JSON of a response."""
    return json.loads(b"".join(response.chunks))


def _carry_out(command: Command | Response) -> None:
    """Apply an update to ENTRY: some of its problems depend on the entry."""
    if isinstance(command, Update):
        command.edit(ENTRY)


def errors_of(name: str, request: Request) -> dict[str, list[str]]:
    """Return the errors by member of a request that is refused with 422."""
    with pytest.raises(Refused) as raised:
        _carry_out(API.read(ROUTES[name], request))
    response = API.error_response(ROUTES[name], request, raised.value.problems)
    assert response.status == 422
    errors: dict[str, list[str]] = json_of(response)["errors"]
    return errors
