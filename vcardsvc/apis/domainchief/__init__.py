"""Domain Chief: the registrar's calls over its contacts, as its clients know them.

    GET    /api/v1/contacts                  a page of them
    POST   /api/v1/contacts                  a new one, or the identical one that is there
    POST   /api/v1/contacts/list             these handles
    GET    /api/v1/contacts/{contactHandle}
    PATCH  /api/v1/contacts/{contactHandle}
    DELETE /api/v1/contacts/{contactHandle}

Promises: a contact comes back with every documented member, null where it has none; whatever is
wrong is said as Laravel's validator says it. What must never enter here: a team that widens what a
key may see, or a key from a URL.

Source: the vendor's pages (docs.chief.tools) on contacts, metadata and the API's responses.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.base import Headers, Request, Response, Route, json_reply, json_value
from vcardsvc.apis.domainchief.codes import CODES, STATUS, invalid
from vcardsvc.apis.domainchief.listing import batch, expanded, listing, options_of, paged
from vcardsvc.apis.domainchief.members import HANDLE, changed, created, sent
from vcardsvc.errors import E100, E108, E403, E404, Problem, Refused
from vcardsvc.model.address_book import (
    Command,
    CommandResult,
    Create,
    Delete,
    Entry,
    Get,
    Listing,
    Update,
)
from vcardsvc.validation import countries as places
from vcardsvc.validation.fields import Policy, Validator

__all__ = ["CODES", "Domainchief"]

CONTACTS: Final = "/api/v1/contacts"
ONE: Final = f"{CONTACTS}/{{contactHandle}}"

_JSON: Final = frozenset((b"application/json",))

ROUTES: Final = (
    Route(name="list", method="GET", path=CONTACTS, cards=True),
    Route(name="create", method="POST", path=CONTACTS, content_types=_JSON, cards=True),
    Route(name="batch", method="POST", path=f"{CONTACTS}/list", content_types=_JSON, cards=True),
    Route(name="show", method="GET", path=ONE, cards=True),
    Route(name="update", method="PATCH", path=ONE, content_types=_JSON, cards=True),
    Route(name="delete", method="DELETE", path=ONE),
)

_BEARER: Final = re.compile(rb"bearer +([!-~]+) *", re.IGNORECASE)
"""The scheme in any case, the token (RFC 6750 section 2.1)."""

TEAM: Final = 64
"""Characters of a team's id or short name. The vendor states no limit."""

_TEAM: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,%d}" % (TEAM - 1))
"""A team's id, or its short name: the vendor's own client sends that."""

NO_TEAM: Final = "The X-Chief-Team header names no team."
NO_OBJECT: Final = "The request body must be a JSON object."

MESSAGES: Final[Mapping[int, str]] = {
    401: "Unauthenticated.",
    403: "This action is unauthorized.",
    404: "Not Found",
    405: "The method is not supported for this route.",
    408: "Request Timeout",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Attempts.",
    500: "Server Error",
    503: "Service Unavailable",
}
"""What Laravel says by HTTP status, where nothing better is known."""

MEMBERS: Final = (
    "handle", "first_name", "last_name", "company_name", "company_registration_number",
    "company_trading_name", "company_url", "vat_registration", "address_street",
    "address_house_number", "address_postal_code", "address_city", "address_state",
    "address_country_code", "email", "phone", "is_default", "extension_data", "metadata", "parent",
)  # fmt: skip
"""What a reply says of a contact, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domainchief:
    """The calls of Domain Chief under an operator's policy."""

    policy: Policy
    name: str = "domainchief"
    routes: tuple[Route, ...] = ROUTES

    def credential(self, route: Route, ask: Request) -> bytes | None:
        """The bearer token of the Authorization header."""
        found = _BEARER.fullmatch(ask.headers.get(b"authorization", b""))
        return found[1] if found else None

    def read(self, route: Route, ask: Request) -> Command | Response:
        """The task of a call. Raises Refused with every problem of the request."""
        team = ask.headers.get(b"x-chief-team", b"")
        if team and not _TEAM.fullmatch(team):
            raise Refused(Problem(code=E403, cause="team", detail=NO_TEAM))
        options = options_of(ask)
        if route.name == "list":
            return listing(self.policy, options)
        if route.name == "batch":
            return batch(self.policy, options, _body(ask))
        validator = Validator(self.policy)
        expand = expanded(validator, options)
        validator.raise_problems()
        if route.name == "create":
            return Create(drafts=(created(self.policy, _body(ask)),), expand=expand)
        handle = _handle(ask)
        if route.name == "show":
            return Get(ref=handle, expand=expand)
        if route.name == "delete":
            return Delete(ref=handle)
        change = sent(self.policy, _body(ask))
        places.preload()  # here, not where a change is made of it, while others wait to write
        return Update(
            ref=handle, expand=expand, edit=lambda entry: changed(self.policy, change, entry)
        )

    def response(self, route: Route, ask: Request, task: Command, found: CommandResult) -> Response:
        """The contact or contacts under `data`; nothing after a delete."""
        if isinstance(task, Delete):
            return Response(status=204, headers=_team(ask), chunks=())
        told = [_told(entry, found.parents) for entry in found.entries]
        if isinstance(task, Listing):
            url = f"{ask.base_url}{CONTACTS}"
            page = paged(task, found.total, len(told), url, options_of(ask))
            return json_reply(200, {"data": told, **page}, *_team(ask))
        if route.name == "batch":
            return json_reply(200, {"data": told}, *_team(ask))
        status = 201 if isinstance(task, Create) and found.fresh[0] else 200
        return json_reply(status, {"data": told[0]}, *_team(ask))

    def error_response(
        self, maybe_route: Route | None, ask: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """`message`, and with 422 the `errors` by member."""
        first = problems[0]
        headers: Headers = _team(ask)
        if first.retry_after is not None:
            headers = (*headers, (b"retry-after", b"%d" % first.retry_after))
        if first.http_status == 401:
            headers = (*headers, (b"www-authenticate", b"Bearer"))
        if first.http_status == STATUS:
            return json_reply(STATUS, invalid(problems), *headers)
        told = first.info if first.code is E108 else first.detail
        message = told or MESSAGES.get(first.http_status, first.info)
        return json_reply(first.http_status, {"message": message}, *headers)

    def path_of(self, entry: Entry) -> str:
        """The path that shows the entry."""
        return f"{CONTACTS}/{entry.handle}"


def _body(ask: Request) -> dict[str, Any]:
    """The members of a body. An empty one has none, as for Laravel, nor has an empty list: PHP
    writes an empty object so. Raises Refused."""
    value = json_value(ask.body) if ask.body.strip() else {}
    if value == []:
        return {}
    if type(value) is not dict:
        raise Refused(Problem(code=E100, cause="not-an-object", detail=NO_OBJECT))
    return value


def _handle(ask: Request) -> str:
    """The handle in the path. Raises Refused for what can be none."""
    handle = ask.params.get("contactHandle", "")
    if not HANDLE.fullmatch(handle):
        raise Refused(Problem(code=E404, cause="handle"))
    return handle


def _team(ask: Request) -> Headers:
    """The team header as it came: it is the caller's word, and decides nothing."""
    team = ask.headers.get(b"x-chief-team", b"")
    return ((b"x-chief-team", team),) if _TEAM.fullmatch(team) else ()


def _told(entry: Entry, parents: Mapping[str, Entry]) -> dict[str, Any]:
    """A contact; its parent whole where that was asked for, and its own parent a handle."""
    parent = parents.get(entry.parent) if entry.parent else None
    said = {
        **entry.vendor_fields,
        "handle": entry.handle,
        "is_default": entry.default,
        "metadata": dict(entry.metadata),
        "parent": _told(parent, {}) if parent else entry.parent or None,
    }
    return {name: said[name] for name in MEMBERS}
