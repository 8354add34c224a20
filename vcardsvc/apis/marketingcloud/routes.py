"""Defines Marketing Cloud's routes, and composes its API from the functions that serve them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid4

from vcardsvc.apis.base import Request, Response, Route
from vcardsvc.apis.marketingcloud import token
from vcardsvc.apis.marketingcloud.errors import (
    TOKEN_ONLY_IN_URL,
    error_response,
    token_error_response,
)
from vcardsvc.apis.marketingcloud.request import has_token_in_url, read_create, read_update
from vcardsvc.apis.marketingcloud.response import response
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Command, CommandResult, Entry
from vcardsvc.validation.fields import Policy

CREATE: Final = Route(
    name="createContact",
    method="POST",
    path="/contacts/v1/contacts",
    content_types=frozenset((b"application/json",)),
    cards=True,
)
UPDATE: Final = replace(CREATE, name="updateContact", method="PATCH")
TOKEN: Final = Route(
    name="requestToken",
    method="POST",
    path="/v2/token",
    content_types=frozenset((b"application/json", token.FORM)),
    key_in_body=True,
)
LEGACY_TOKEN: Final = replace(TOKEN, name="requestTokenV1", path="/v1/requestToken")


def _message_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingCloud:
    """Marketing Cloud's API under an operator's policy. `message_id` returns the UUIDs of a
    response, which callers give the vendor's support."""

    policy: Policy
    message_id: Callable[[], str] = _message_id
    name: str = "marketingcloud"
    routes: tuple[Route, ...] = (CREATE, UPDATE, TOKEN, LEGACY_TOKEN)

    def credential(self, route: Route, request: Request) -> bytes | None:
        """Return the bearer token, or the client's secret of a request for a token."""
        if route.name == TOKEN.name:
            return token.secret(request)
        if route.name == LEGACY_TOKEN.name:
            return token.legacy_secret(request)
        authorization = request.headers.get(b"authorization", b"")
        scheme, _, key = authorization.strip().partition(b" ")
        if scheme.lower() == b"bearer" and key.strip():
            return key.strip()
        if has_token_in_url(request):
            raise Refused(Problem(code=TOKEN_ONLY_IN_URL, cause="token-in-url"))
        return None

    def read(self, route: Route, request: Request) -> Command | Response:
        """Return the command of a request, or the response with a token. Raises Refused with every
        problem, in the order of the vendor's example."""
        if route.name == TOKEN.name:
            return token.token_response(request)
        if route.name == LEGACY_TOKEN.name:
            return token.legacy_token_response(request)
        read_contact = read_update if route.name == UPDATE.name else read_create
        return read_contact(request, self.policy)

    def response(
        self, route: Route, request: Request, command: Command, result: CommandResult
    ) -> Response:
        """Return the vendor's success, or 30004 if another contact has one of the names."""
        return response(command, result, self.message_id)

    def error_response(
        self, maybe_route: Route | None, request: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """Return the vendor's error object, or OAuth's for a request for a token."""
        if maybe_route is not None and maybe_route.name == TOKEN.name:
            return token_error_response(problems)
        return error_response(problems)

    def path_of(self, entry: Entry) -> str:
        """Return "": the vendor documents no call that shows a contact."""
        return ""
