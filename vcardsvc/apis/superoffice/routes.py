"""Defines SuperOffice's routes, and composes its API from the functions that serve them."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from vcardsvc.apis.base import Request, Response, Route
from vcardsvc.apis.superoffice import request as requests
from vcardsvc.apis.superoffice.errors import error_response
from vcardsvc.apis.superoffice.request import MEDIA_TYPES
from vcardsvc.apis.superoffice.response import response
from vcardsvc.errors import Problem
from vcardsvc.model.address_book import Command, CommandResult, Entry
from vcardsvc.validation.fields import Policy

PATH: Final = "/api/v1/Contact"
BODIES: Final = frozenset(media_type.encode() for media_type in MEDIA_TYPES)

CREATE: Final = Route(
    name="create", method="POST", path=PATH, content_types=BODIES, cards=True, any_case=True
)
DEFAULT: Final = Route(name="default", method="GET", path=f"{PATH}/default", any_case=True)
VALIDATE: Final = Route(
    name="validate", method="POST", path=f"{PATH}/Validate", content_types=BODIES, any_case=True
)
SHOW: Final = Route(name="show", method="GET", path=f"{PATH}/{{id}}", cards=True, any_case=True)
LIST: Final = replace(SHOW, name="list", path=PATH)
REPLACE: Final = replace(CREATE, name="replace", method="PUT", path=SHOW.path)
UPDATE: Final = replace(REPLACE, name="update", method="PATCH")
DELETE: Final = replace(SHOW, name="delete", method="DELETE", cards=False)

ROUTES: Final = (LIST, CREATE, DEFAULT, VALIDATE, SHOW, REPLACE, UPDATE, DELETE)

_READERS: Final[Mapping[str, Callable[[Request, Policy], Command | Response]]] = {
    LIST.name: requests.read_list,
    CREATE.name: requests.read_create,
    DEFAULT.name: requests.read_default,
    VALIDATE.name: requests.read_validate,
    SHOW.name: requests.read_show,
    REPLACE.name: requests.read_replace,
    UPDATE.name: requests.read_update,
    DELETE.name: requests.read_delete,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperOffice:
    """SuperOffice's API; `policy` has the region of numbers without +."""

    policy: Policy
    name: str = "superoffice"
    routes: tuple[Route, ...] = ROUTES

    def credential(self, route: Route, request: Request) -> bytes | None:
        """Return the password of Basic for any user, a ticket, or a token. X-XSRF-TOKEN alone is no
        credential."""
        authorization = request.headers.get(b"authorization", b"")
        scheme, _, rest = authorization.strip().partition(b" ")
        if scheme.lower() in (b"soticket", b"bearer"):
            return rest.strip() or None
        if scheme.lower() != b"basic":
            return None
        try:
            return b64decode(rest.strip(), validate=True).partition(b":")[2] or None
        except ValueError:
            return None

    def read(self, route: Route, request: Request) -> Command | Response:
        """Return the command of a request, or its response if it needs no stored contact. Raises
        Refused with every problem."""
        return _READERS[route.name](request, self.policy)

    def response(
        self, route: Route, request: Request, command: Command, result: CommandResult
    ) -> Response:
        """Return the response to a command."""
        return response(request, command, result)

    def error_response(
        self, maybe_route: Route | None, request: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """Return the vendor's error object; with 401 the schemes of a key."""
        return error_response(request, problems)

    def path_of(self, entry: Entry) -> str:
        """Return the path of an entry."""
        return f"{PATH}/{entry.id}"
