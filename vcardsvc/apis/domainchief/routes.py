"""Lists Domain Chief's routes, and composes its API of what reads requests and writes responses.

    GET    /api/v1/contacts                  a page of contacts
    POST   /api/v1/contacts                  create, or return the identical contact that exists
    POST   /api/v1/contacts/list             the contacts of these handles
    GET    /api/v1/contacts/{contactHandle}
    PATCH  /api/v1/contacts/{contactHandle}
    DELETE /api/v1/contacts/{contactHandle}

Source: the vendor's pages (docs.chief.tools) on contacts, metadata and the API's responses.
"""

import re
from dataclasses import dataclass
from typing import Final

from vcardsvc.apis.base import Request, Response, Route
from vcardsvc.apis.domainchief.errors import error_response
from vcardsvc.apis.domainchief.request import read_command, team_headers
from vcardsvc.apis.domainchief.response import CONTACTS, command_response
from vcardsvc.errors import Problem
from vcardsvc.model.address_book import Command, CommandResult, Entry
from vcardsvc.validation.fields import Policy

CONTACT: Final = f"{CONTACTS}/{{contactHandle}}"

_JSON: Final = frozenset((b"application/json",))

_BEARER: Final = re.compile(rb"bearer +([!-~]+) *", re.IGNORECASE)
"""The scheme in any case, and the token (RFC 6750 section 2.1)."""

ROUTES: Final = (
    Route(name="list", method="GET", path=CONTACTS, cards=True),
    Route(name="create", method="POST", path=CONTACTS, content_types=_JSON, cards=True),
    Route(name="batch", method="POST", path=f"{CONTACTS}/list", content_types=_JSON, cards=True),
    Route(name="show", method="GET", path=CONTACT, cards=True),
    Route(name="update", method="PATCH", path=CONTACT, content_types=_JSON, cards=True),
    Route(name="delete", method="DELETE", path=CONTACT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Domainchief:
    """Reads Domain Chief's requests and writes its responses under an operator's policy."""

    policy: Policy
    name: str = "domainchief"
    routes: tuple[Route, ...] = ROUTES

    def credential(self, route: Route, request: Request) -> bytes | None:
        """Return the bearer token of the Authorization header; one in the URL is never read."""
        match = _BEARER.fullmatch(request.headers.get(b"authorization", b""))
        return match[1] if match else None

    def read(self, route: Route, request: Request) -> Command:
        """Return the command of a request. Raises Refused with every problem of it."""
        return read_command(self.policy, route.name, request)

    def response(
        self, route: Route, request: Request, command: Command, result: CommandResult
    ) -> Response:
        """Return the contact or contacts under `data`; nothing after a delete."""
        return command_response(route.name, request, command, result)

    def error_response(
        self, maybe_route: Route | None, request: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """Return `message`, and with 422 the `errors` by member."""
        return error_response(problems, team_headers(request))

    def path_of(self, entry: Entry) -> str:
        """Return the path that shows the entry."""
        return f"{CONTACTS}/{entry.handle}"
