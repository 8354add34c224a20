"""Writes Domain Chief's responses: contacts under `data`, every documented member in the vendor's
order, null where a contact has no value.

    201 {"data": {"handle": ..., "first_name": ..., "metadata": {}, "parent": null}}
    200 {"data": [...], "links": {...}, "meta": {...}}
    204 after a delete, without a body

Source: the vendor's pages on contacts and on the API's responses.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.base import Request, Response, json_reply, query_options
from vcardsvc.apis.domainchief.listing import page_members
from vcardsvc.apis.domainchief.request import team_headers
from vcardsvc.model.address_book import (
    Command,
    CommandResult,
    Create,
    Delete,
    Entry,
    Listing,
)

CONTACTS: Final = "/api/v1/contacts"

CONTACT_MEMBERS: Final = (
    "handle", "first_name", "last_name", "company_name", "company_registration_number",
    "company_trading_name", "company_url", "vat_registration", "address_street",
    "address_house_number", "address_postal_code", "address_city", "address_state",
    "address_country_code", "email", "phone", "is_default", "extension_data", "metadata", "parent",
)  # fmt: skip
"""The members of a contact in a response, in order."""


def command_response(
    name: str, request: Request, command: Command, result: CommandResult
) -> Response:
    """Return the response to a request that was carried out, by the name of its route."""
    headers = team_headers(request)
    if isinstance(command, Delete):
        return Response(status=204, headers=headers, chunks=())
    contacts = [_contact(entry, result.parents) for entry in result.entries]
    if isinstance(command, Listing):
        options = query_options(request.query) if request.query else {}
        url = f"{request.base_url}{CONTACTS}"
        page = page_members(command, result.total, len(contacts), url, options)
        return json_reply(200, {"data": contacts, **page}, *headers)
    if name == "batch":
        return json_reply(200, {"data": contacts}, *headers)
    status = 201 if isinstance(command, Create) and result.fresh[0] else 200
    return json_reply(status, {"data": contacts[0]}, *headers)


def _contact(entry: Entry, parents: Mapping[str, Entry]) -> dict[str, Any]:
    """Return a contact as JSON has it. Its parent is whole if it is among `parents`, else its
    handle; the parent's own parent is a handle."""
    maybe_parent = parents.get(entry.parent) if entry.parent else None
    members = {
        **entry.vendor_fields,
        "handle": entry.handle,
        "is_default": entry.default,
        "metadata": dict(entry.metadata),
        "parent": _contact(maybe_parent, {}) if maybe_parent else entry.parent or None,
    }
    return {name: members[name] for name in CONTACT_MEMBERS}
